"""Does one more event go beyond what a member set out to do? They are asked, never refused."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Beyond(StrEnum):
    """Which of their own limits an event goes beyond."""

    LONG = "limit-long"
    MANY_THIS_MONTH = "limit-many-this-month"
    NO_QUIET_EVENING = "limit-no-quiet-evening"


@dataclass(frozen=True)
class OwnLimits:
    """What a member set for themselves; None or False sets nothing."""

    minutes: int | None = None
    events_a_month: int | None = None
    quiet_evening_after: bool = False


def beyond(limits: OwnLimits, *, minutes: int, day: date, seats_on: Collection[date]) -> tuple[Beyond, ...]:
    """Every limit that an event on `day` goes beyond. `seats_on`: the days on which the member has a seat elsewhere.

    It is longer than they like to sit; the calendar month has as many events as they want; or the evening before or
    after belongs to another one.
    """
    days_beside = {day - timedelta(days=1), day + timedelta(days=1)}
    this_month = sum((other.year, other.month) == (day.year, day.month) for other in seats_on)
    checks = {
        Beyond.LONG: limits.minutes is not None and minutes > limits.minutes,
        Beyond.MANY_THIS_MONTH: limits.events_a_month is not None and this_month >= limits.events_a_month,
        Beyond.NO_QUIET_EVENING: limits.quiet_evening_after and not days_beside.isdisjoint(seats_on),
    }
    return tuple(limit for limit, found in checks.items() if found)
