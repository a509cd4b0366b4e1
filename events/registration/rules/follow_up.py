"""Follow-ups: when one is due, and to whom it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from events.registration.limits import SEATS


@dataclass(frozen=True)
class FollowUpTiming:
    """How soon a follow-up goes out, and after how long never."""

    after: timedelta
    within: timedelta


def due_at(ends_at: datetime, closed_at: datetime, pace: FollowUpTiming) -> datetime:
    """A little after the evening: after its end, or after its close where the host closed it early.

    Never before the close, because until then nobody knows who was there.
    """
    return max(closed_at, min(ends_at, closed_at) + pace.after)


def is_due(ends_at: datetime, closed_at: datetime, pace: FollowUpTiming, *, now: datetime) -> bool:
    """Is it time, and not too late? What was switched on later never reaches back."""
    due = due_at(ends_at, closed_at, pace)
    return due <= now < due + pace.within


def is_late_withdrawal(withdrew_at: datetime, starts_at: datetime) -> bool:
    """Had this person still counted on coming? Who withdrew days before has long settled it and gets no mail."""
    return starts_at - SEATS.late_from <= withdrew_at
