"""Drawing: whether groups may be drawn now, in which rooms, and how far back past company counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from events.event.limits import EVENTS
from events.groups.limits import PAST_COMPANY
from events.groups.rules.grouping import FirstTimerRule, Rules, SizeLimits, choose_sizes
from events.registration.rules.closing import EveningFacts, NoAttendance, why_not_note

KIND = Rules(first_timer=FirstTimerRule.NOT_ALONE, small=True)
WARM = Rules(first_timer=FirstTimerRule.NOT_ALONE)


class NoDraw(StrEnum):
    """Why no groups are drawn."""

    NOBODY = "draw-nobody"
    ALONE = "draw-alone"
    NO_TALK = "draw-no-talk"
    ALL_BEGUN = "draw-all-begun"


@dataclass(frozen=True)
class Setting:
    """One way to seat an evening: the sizes of its rooms and the rules they keep beside the blocks."""

    sizes: tuple[tuple[int, ...], ...]  # one row of rooms per talk
    rules: Rules
    keeps_wishes: bool = False  # who would rather not sit together again is kept apart like a blocked pair


def why_not_draw(evening: EveningFacts, *, present: int, talks: int, now: datetime) -> NoDraw | NoAttendance | None:
    """The first reason why no groups can be drawn, or None.

    The door must be open and the event not closed. Nobody sits alone. There must be a talk to draw them for.
    """
    if reason := why_not_note(evening, "confirmed", now=now):
        return reason
    if present == 0:
        return NoDraw.NOBODY
    if present == 1:
        return NoDraw.ALONE
    return None if talks else NoDraw.NO_TALK


def settings_to_try(present: int, group_sizes: Sequence[int]) -> list[Setting]:
    """What to try for talks in groups of these sizes, the kindest first. What is given up is comfort, never a block.

    First the wish for a small room and a first-timer's company; then the wishes to be kept apart; then smaller
    rooms, which keep more people apart; pairs at last. Where that is not enough, somebody sits with the host
    (`events.groups.rules.leftover`). A wish to be kept apart never makes the rooms smaller: in a
    company of four, everybody would see that there is one.
    """
    usual = tuple(choose_sizes(present, size) for size in group_sizes)
    smaller = (choose_sizes(present, EVENTS.smallest_group),) * len(group_sizes)
    tries = [
        Setting(usual, KIND, keeps_wishes=True),
        Setting(usual, WARM, keeps_wishes=True),
        Setting(usual, Rules(), keeps_wishes=True),
        Setting(usual, KIND),
        Setting(usual, WARM),
        Setting(usual, Rules()),
        Setting(smaller, Rules()),
        Setting((_pairs(present),) * len(group_sizes), Rules()),
    ]
    return list(dict.fromkeys(tries))


def sits_in_one_group(present: int, group_sizes: Sequence[int]) -> bool:
    """Is one room the usual seating of so few? Any other would say why."""
    return any(len(choose_sizes(present, size)) < 2 for size in group_sizes)


def repairs_to_try(rounds: int) -> list[tuple[Setting, SizeLimits]]:
    """What to keep when that many drawn rounds are repaired, given up in the order of `settings_to_try`."""
    as_drawn, usual = ((),) * rounds, SizeLimits()
    tries = [(Setting(as_drawn, rules, keeps_wishes=True), usual) for rules in (KIND, WARM, Rules())]
    tries += [(Setting(as_drawn, rules), usual) for rules in (KIND, WARM, Rules())]
    return [*tries, (Setting(as_drawn, Rules()), SizeLimits(smallest=2))]


def weight_of_meeting(ago: timedelta) -> float:
    """How much two people who met so long ago should sit apart: the more recently, the more."""
    if ago <= PAST_COMPANY.recent:
        return PAST_COMPANY.weight_recent
    return PAST_COMPANY.weight_before if ago <= PAST_COMPANY.long_ago else PAST_COMPANY.weight_long_ago


def _pairs(present: int) -> tuple[int, ...]:
    """Rooms of two; of an odd number three sit together."""
    return (3,) * (present % 2) + (2,) * (present // 2 - present % 2)
