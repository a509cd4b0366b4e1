"""The days on which a member is asked about their strengths, and what has changed since the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from enum import StrEnum

from feedback.growth.limits import OWN_VIEW

LOWEST, HIGHEST = 1, 5


class NoOwnView(StrEnum):
    """Why no answers are taken."""

    NOT_ASKED = "own-view-not-asked"
    INCOMPLETE = "own-view-incomplete"


@dataclass(frozen=True)
class OwnViewAnswers:
    """From 1 (not so) to 5 (just so). The first two say what somebody knows of their strengths, the others what
    they do with them.
    """

    can_say: int
    knows_seen: int
    uses_now: int
    makes_room: int

    @property
    def knowing(self) -> float:
        return (self.can_say + self.knows_seen) / 2

    @property
    def using(self) -> float:
        return (self.uses_now + self.makes_room) / 2


def day_asked(first_day: date | None, today: date, *, within: timedelta) -> int | None:
    """Which of the days is asked about today, or None: each stays open for `within`, from the day itself on."""
    if first_day is None:
        return None
    return next(
        (day for day in OWN_VIEW.days if timedelta(0) <= today - first_day - timedelta(days=day) < within), None
    )


def why_not_answer(answers: OwnViewAnswers) -> NoOwnView | None:
    """All four, each within its five."""
    return None if all(LOWEST <= value <= HIGHEST for value in astuple(answers)) else NoOwnView.INCOMPLETE


def mean_gain(pairs: Sequence[tuple[float, float]], *, fewest: int) -> float | None:
    """By how much the later is above the earlier, in the mean; None of fewer than `fewest` people."""
    if len(pairs) < fewest:
        return None
    return sum(later - earlier for earlier, later in pairs) / len(pairs)
