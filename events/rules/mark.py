"""What does a seat given up late or left empty cost, for how long, and when nothing?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from events.rules.follow_up import LATE_WITHDRAWAL

MARK_KEPT_FOR = timedelta(days=90)
MARKED_WITHIN = timedelta(days=7)  # an absence found later than that is left alone
ILLNESSES_FREE = 2
ILLNESSES_COUNT_FOR = timedelta(days=182)
DELAY_PER_POINT = timedelta(hours=12)
LONGEST_DELAY = timedelta(hours=48)
OBJECTION_AT_MOST, ANSWER_AT_MOST = 300, 500


class GaveUp(StrEnum):
    """What happened; the values are those of `events.choices.MarkKind`."""

    LATE_WITHDRAWAL = "late-withdrawal"
    NO_SHOW = "no-show"


POINTS = {GaveUp.LATE_WITHDRAWAL: 1, GaveUp.NO_SHOW: 2}


class Spared(StrEnum):
    """Why it weighs nothing; the values are those of `events.choices.Sparing`."""

    SHORT_NOTICE = "short-notice"
    ILLNESS = "illness"
    FIRST_TIME = "first-time"


class NoObjection(StrEnum):
    """Why nothing can be said against a mark, or nothing answered."""

    WEIGHS_NOTHING = "mark-weighs-nothing"
    ALREADY_SAID = "mark-already-said"
    EXPIRED = "mark-expired"
    ILLNESSES_USED = "mark-illnesses-used"
    NOTHING_SAID = "mark-nothing-said"
    OWN_MARK = "mark-own"


@dataclass(frozen=True)
class Loss:
    """All that decides whether a seat that was lost to others leaves a mark that weighs."""

    starts_at: datetime
    seat_offered_at: datetime | None = None  # when a seat from the line or a draw became theirs; None: registered
    is_first_timer: bool = False
    has_given_up_before: bool = False
    says_ill: bool = False
    illnesses: int = 0  # spared for illness in the half year before


@dataclass(frozen=True)
class Standing:
    """A mark as it stands: what it weighs, until when, what was said and answered."""

    points: int
    expires_at: datetime
    has_objection: bool = False
    ruling: str = ""  # an events.choices.Ruling, or empty

    def weighs(self, now: datetime) -> bool:
        """Does it count now: neither lifted nor expired, nor without points?"""
        return self.points > 0 and self.ruling != "lifted" and now < self.expires_at


def why_spared(loss: Loss) -> Spared | None:
    """The first reason why this weighs nothing, or None.

    A seat from the line or a draw that became theirs less than 24 hours before the start; illness, without proof, twice
    in half a year; the first time, for first-timers.
    """
    if loss.seat_offered_at and loss.seat_offered_at > loss.starts_at - LATE_WITHDRAWAL:
        return Spared.SHORT_NOTICE
    if loss.says_ill and loss.illnesses < ILLNESSES_FREE:
        return Spared.ILLNESS
    if loss.is_first_timer and not loss.has_given_up_before:
        return Spared.FIRST_TIME
    return None


def points_of(marks: Iterable[Standing], *, now: datetime) -> int:
    """What all marks of a member weigh together now."""
    return sum(mark.points for mark in marks if mark.weighs(now))


def opening_for(opens_at: datetime, closes_at: datetime, points: int) -> datetime:
    """When registration opens for somebody whose marks weigh so much: later, but never so late as to bar them.

    Twelve hours for each point, two days at most, and never more than half of the time that all others have.
    """
    delay = min(points * DELAY_PER_POINT, LONGEST_DELAY, max(closes_at - opens_at, timedelta(0)) / 2)
    return opens_at + delay


def why_not_object(mark: Standing, *, now: datetime) -> NoObjection | None:
    """The first reason why a member cannot object, or None: once, against a mark that weighs."""
    if mark.has_objection:
        return NoObjection.ALREADY_SAID
    return _why_over(mark, now)


def why_not_say_ill(mark: Standing, *, illnesses: int, now: datetime) -> NoObjection | None:
    """The first reason why illness cannot be told afterwards, or None. Nobody asks for proof."""
    if reason := _why_over(mark, now):
        return reason
    return NoObjection.ILLNESSES_USED if illnesses >= ILLNESSES_FREE else None


def why_not_rule(mark: Standing, *, is_own: bool) -> NoObjection | None:
    """The first reason why staff cannot answer, or None. Nobody answers themselves, and nobody twice."""
    if not mark.has_objection:
        return NoObjection.NOTHING_SAID
    if mark.ruling:
        return NoObjection.ALREADY_SAID
    return NoObjection.OWN_MARK if is_own else None


def _why_over(mark: Standing, now: datetime) -> NoObjection | None:
    if not mark.points or mark.ruling == "lifted":
        return NoObjection.WEIGHS_NOTHING
    return None if now < mark.expires_at else NoObjection.EXPIRED
