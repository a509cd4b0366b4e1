"""Ordinary things: whether one may be noted, and whether somebody may call it a wonder."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from feedback.letters.rules import Encounter, NoReach
from feedback.mirror.limits import ORDINARIES


class NoOrdinary(StrEnum):
    """Why something ordinary cannot be noted."""

    NO_SEAT = "ordinary-no-seat"
    STARTED = "ordinary-started"
    LONG = "ordinary-long"


class NoWonder(StrEnum):
    """Why a wonder cannot be marked."""

    NOT_TOGETHER = "wonder-not-together"
    NOT_STARTED = "wonder-not-started"
    TOO_LATE = "wonder-too-late"
    SHOWN = "wonder-shown"
    WHY_SHORT = "wonder-why-short"
    WHY_LONG = "wonder-why-long"


def why_not_note(*, has_seat: bool, starts_at: datetime, now: datetime) -> NoOrdinary | None:
    """Who has a seat notes until the evening starts; from then on others may answer to what stands there."""
    if not has_seat:
        return NoOrdinary.NO_SEAT
    return NoOrdinary.STARTED if now >= starts_at else None


def why_not_words(words: str) -> NoOrdinary | None:
    """May be left empty; refused beyond its length."""
    return NoOrdinary.LONG if len(words) > ORDINARIES.words else None


def why_not_wonder(meeting: Encounter, *, shows_at: datetime | None, now: datetime) -> NoWonder | NoReach | None:
    """As for a letter: both there in one group, the other one within reach.

    From the start of the evening for two weeks, and not once it has been shown. `shows_at` is of what the giver
    wrote before, None where that is nothing.
    """
    if meeting.is_oneself or not meeting.have_met:
        return NoWonder.NOT_TOGETHER
    if not meeting.is_within_reach:
        return NoReach.NOW
    if now < meeting.starts_at:
        return NoWonder.NOT_STARTED
    if now > meeting.closes_at:
        return NoWonder.TOO_LATE
    return NoWonder.SHOWN if shows_at is not None and shows_at <= now else None


def why_not_why(words: str) -> NoWonder | None:
    """5 to 200 code points of why it is rare where the giver works; `words` is already clean."""
    if len(words) < ORDINARIES.why_at_least:
        return NoWonder.WHY_SHORT
    return NoWonder.WHY_LONG if len(words) > ORDINARIES.why_at_most else None
