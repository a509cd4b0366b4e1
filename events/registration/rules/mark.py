"""Marks: what a seat given up late or left empty costs, for how long, and when nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from events.registration.choices import MarkKind, Sparing
from events.registration.limits import MARKS, SEATS

POINTS = {MarkKind.LATE_WITHDRAWAL: 1, MarkKind.NO_SHOW: 2}


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
    gave_up_at: datetime | None = None  # when it was given back; None: it stayed empty
    agreed_at: datetime | None = None  # when the member last said yes to the event
    changed_at: datetime | None = None  # when its host last changed what they had said yes to
    has_double_seat: bool = False  # a change of the time put another seat of theirs beside it
    others_waited: bool = True  # somebody stood in line while the seat was held
    seat_offered_at: datetime | None = None  # when a seat from the line or a draw became theirs; None: registered
    is_first_timer: bool = False
    has_given_up_before: bool = False
    says_ill: bool = False
    illnesses: int = 0  # spared for illness in the half year before


@dataclass(frozen=True)
class MarkStatus:
    """A mark as it stands: what it weighs, until when, what was said and answered."""

    points: int
    expires_at: datetime
    has_objection: bool = False
    ruling: str = ""  # a Ruling, or empty

    def weighs(self, now: datetime) -> bool:
        """Whether it counts now: neither lifted nor expired, nor without points."""
        return self.points > 0 and self.ruling != "lifted" and now < self.expires_at


def free_until(starts_at: datetime, *, agreed_at: datetime | None, changed_at: datetime | None) -> datetime:
    """Until when a seat is given back without a mark.

    24 hours before the start, or 48 hours after the host changed what its holder had said yes to, whichever is later;
    never after the start.
    """
    usual = starts_at - SEATS.late_from
    if not _was_changed(agreed_at, changed_at) or changed_at is None:
        return usual
    return min(starts_at, max(usual, changed_at + MARKS.time_to_decide))


def _was_changed(agreed_at: datetime | None, changed_at: datetime | None) -> bool:
    return agreed_at is not None and changed_at is not None and agreed_at < changed_at


def _is_excused_by_change(loss: Loss) -> bool:
    """Whether it was given back in the time to decide, or stayed empty while that time ran on beyond the start."""
    until = free_until(loss.starts_at, agreed_at=loss.agreed_at, changed_at=loss.changed_at)
    return _was_changed(loss.agreed_at, loss.changed_at) and (loss.gave_up_at or loss.starts_at) <= until


def _was_second_thought(loss: Loss) -> bool:
    if loss.gave_up_at is None or loss.agreed_at is None or loss.others_waited:
        return False
    return loss.agreed_at <= loss.gave_up_at <= loss.agreed_at + MARKS.time_to_think_better


def why_spared(loss: Loss) -> Sparing | None:
    """The first reason why this weighs nothing, or None.

    A seat from the line or a draw that became theirs less than 24 hours before the start; what the host did, who
    changed lately what was agreed to, or moved two of their seats to one time; a second thought within the hour, where
    nobody waited for the seat; illness, without proof, twice in half a year; the first time, for first-timers.
    """
    if loss.seat_offered_at and loss.seat_offered_at > loss.starts_at - SEATS.late_from:
        return Sparing.SHORT_NOTICE
    if _is_excused_by_change(loss):
        return Sparing.CHANGED
    if loss.has_double_seat:
        return Sparing.DOUBLE_SEAT
    if _was_second_thought(loss):
        return Sparing.SECOND_THOUGHT
    if loss.says_ill and loss.illnesses < MARKS.illnesses_free:
        return Sparing.ILLNESS
    if loss.is_first_timer and not loss.has_given_up_before:
        return Sparing.FIRST_TIME
    return None


def points_of(marks: Iterable[MarkStatus], *, now: datetime) -> int:
    """What all marks of a member weigh together now."""
    return sum(mark.points for mark in marks if mark.weighs(now))


def opening_for(opens_at: datetime, closes_at: datetime, points: int) -> datetime:
    """When registration opens for somebody whose marks weigh so much: later, but never so late as to bar them.

    Twelve hours for each point, two days at most, and never more than half of the time that all others have.
    """
    delay = min(points * MARKS.delay_per_point, MARKS.longest_delay, max(closes_at - opens_at, timedelta(0)) / 2)
    return opens_at + delay


def why_not_object(mark: MarkStatus, *, now: datetime) -> NoObjection | None:
    """The first reason why a member cannot object, or None: once, against a mark that weighs."""
    if mark.has_objection:
        return NoObjection.ALREADY_SAID
    return _why_over(mark, now)


def why_not_say_ill(mark: MarkStatus, *, illnesses: int, now: datetime) -> NoObjection | None:
    """The first reason why illness cannot be told afterwards, or None. Nobody asks for proof."""
    if reason := _why_over(mark, now):
        return reason
    return NoObjection.ILLNESSES_USED if illnesses >= MARKS.illnesses_free else None


def why_not_rule(mark: MarkStatus, *, is_own: bool) -> NoObjection | None:
    """The first reason why staff cannot answer, or None. Nobody answers themselves, and nobody twice."""
    if not mark.has_objection:
        return NoObjection.NOTHING_SAID
    if mark.ruling:
        return NoObjection.ALREADY_SAID
    return NoObjection.OWN_MARK if is_own else None


def _why_over(mark: MarkStatus, now: datetime) -> NoObjection | None:
    if not mark.points or mark.ruling == "lifted":
        return NoObjection.WEIGHS_NOTHING
    return None if now < mark.expires_at else NoObjection.EXPIRED
