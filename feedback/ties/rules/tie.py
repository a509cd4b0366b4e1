"""Intentions: whether a member may say how to go on with somebody, and when that takes effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from feedback.ties.limits import TIES
from kouryu.clock import TOKYO


class NoIntention(StrEnum):
    """Why an intention is not kept."""

    ONESELF = "intention-oneself"
    NOT_TOGETHER = "intention-not-together"
    NOT_STARTED = "intention-not-started"
    TOO_LATE = "intention-too-late"
    LOCKED = "intention-locked"
    ENOUGH_WISHES = "intention-enough-wishes"


class NoHelp(StrEnum):
    """Why help cannot be noted."""

    NOT_TIED = "help-not-tied"


@dataclass(frozen=True)
class Choice:
    """All that the rules may look at of one member's choice about another. Nothing of the other's choice is here."""

    is_oneself: bool
    were_together: bool  # both there, in one group, neither blocks the other, both still members
    starts_at: datetime
    closes_at: datetime  # after this nobody chooses about this evening any more
    locked_at: datetime | None  # of the choice that stands; None: none was made
    wants_contact: bool  # anything but "this time only"
    wishes_spent: int  # other wishes for contact about this evening, those taken back after their lock too
    most_wishes: int
    is_settled: bool = False  # the choice that stands has taken effect; a held-up click must not undo half of it


def why_not_choose(choice: Choice, now: datetime) -> NoIntention | None:
    """The first reason against keeping this choice, or None.

    Nobody chooses about themselves. Who was not there together, a block, and somebody who left share one answer.
    From the start of the evening until its closing time. What is locked stays as it is. Only so many wishes for
    contact about one evening: few and deep, and nobody can try one person after the other.
    """
    if choice.is_oneself:
        return NoIntention.ONESELF
    if not choice.were_together:
        return NoIntention.NOT_TOGETHER
    if now < choice.starts_at:
        return NoIntention.NOT_STARTED
    if choice.is_settled or is_locked(choice.locked_at, now):
        return NoIntention.LOCKED
    if now > choice.closes_at:
        return NoIntention.TOO_LATE
    if choice.wants_contact and choice.wishes_spent >= choice.most_wishes:
        return NoIntention.ENOUGH_WISHES
    return None


def is_locked(locked_at: datetime | None, now: datetime) -> bool:
    """Has the moment come from which a choice can only be taken back? Never for None."""
    return locked_at is not None and now >= locked_at


@dataclass(frozen=True)
class Morning:
    """When a choice can no longer be changed, and when it takes effect."""

    locks_at: datetime
    forms_at: datetime


def morning_of(chosen_at: datetime, starts_at: datetime) -> Morning:
    """The morning of a choice made at `chosen_at` about an evening that started at `starts_at`.

    It locks at that hour of the next morning in Tokyo, but never on the day of the meeting itself, and takes effect
    soon after. Every tie forms at one hour, whoever chose first: it tells neither of the two when the other one chose.
    """
    local = chosen_at.astimezone(TOKYO)
    day = local.date() if local.time() < TIES.locks_at else local.date() + timedelta(days=1)
    day = max(day, starts_at.astimezone(TOKYO).date() + timedelta(days=1))
    return Morning(datetime.combine(day, TIES.locks_at, TOKYO), datetime.combine(day, TIES.forms_at, TOKYO))
