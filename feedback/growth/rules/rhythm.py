"""The cadence of suggestions: whether this is the moment for one, and for which.

One at a time, and none that was not wanted: a member who takes a rest, who said "not now", or who goes at their own
pace hears nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class NoSuggestion(StrEnum):
    """Why nothing is suggested."""

    PAUSED = "suggestion-paused"
    OWN_PACE = "suggestion-own-pace"
    NOT_NOW = "suggestion-not-now"


@dataclass(frozen=True)
class SuggestionWish:
    """How often the member wants to hear something. `every` is None for those who go at their own pace."""

    every: timedelta | None
    silent_until: datetime | None
    paused_at: datetime | None
    asked: bool  # just now, on their own account


def why_no_suggestion(wish: SuggestionWish, now: datetime) -> NoSuggestion | None:
    """The first reason for silence, or None. Asking breaks every silence but that of a rest."""
    if wish.paused_at is not None:
        return NoSuggestion.PAUSED
    if wish.asked:
        return None
    if wish.every is None:
        return NoSuggestion.OWN_PACE
    if wish.silent_until is not None and now < wish.silent_until:
        return NoSuggestion.NOT_NOW
    return None


def silent_until(every: timedelta | None, said_before: datetime | None, now: datetime) -> datetime | None:
    """Until when "not now" holds: for one rhythm from the first time it was said, however often it is said."""
    if every is None:
        return None
    return said_before if said_before is not None and now < said_before else now + every


def is_time_for_an_evening(last_at: datetime | None, every: timedelta | None, now: datetime) -> bool:
    """Has a whole rhythm passed since the last evening? Always for who was at none, and who asks at their own pace."""
    return last_at is None or every is None or now - last_at >= every
