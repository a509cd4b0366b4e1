"""Series: on which dates one meets, and which of them follow when one is changed.

Dates are reckoned on the wall clock of a zone: a Wednesday at eight stays at eight when the clocks change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday

from events.event.limits import EVENTS
from events.event.rules.event import EventPlan

DAYS_A_WEEK = 7
LAST = -1  # of the weekdays of a month


class NoSeries(StrEnum):
    """Why a series is not begun or continued."""

    OVER = "series-over"
    ALREADY = "series-already"
    OTHER_DATES = "series-other-dates"


@dataclass(frozen=True)
class Recurrence:
    """How often a series meets; `first` is its first moment on the wall clock, without a zone."""

    pattern: str  # a Pattern
    first: datetime

    def moments(self, zone: ZoneInfo, *, after: int, count: int) -> list[datetime]:
        """The `count` moments in UTC that follow the first `after` ones.

        A time that the zone skips when clocks go forward is read with the offset before the change, one that it has
        twice as the earlier one (PEP 495, fold=0).
        """
        locally = islice(_RULES[self.pattern](self.first), after, after + count)
        return [moment.replace(tzinfo=zone).astimezone(UTC) for moment in locally]


def _weeks(interval: int) -> Callable[[datetime], rrule]:
    return lambda first: rrule(WEEKLY, interval=interval, dtstart=first)


def _same_weekday_of_month(first: datetime) -> rrule:
    """The second Wednesday of each month. Not every month has a fifth, so a fifth one means the last."""
    number = (first.day - 1) // DAYS_A_WEEK + 1
    return rrule(MONTHLY, byweekday=weekday(first.weekday(), LAST if number > 4 else number), dtstart=first)


_RULES: dict[str, Callable[[datetime], rrule]] = {
    "weekly": _weeks(1),
    "second-week": _weeks(2),
    "fourth-week": _weeks(4),
    "monthly": _same_weekday_of_month,
}


@dataclass(frozen=True)
class OneOfSeries:
    """One event of a series, when another is changed for all."""

    state: str  # an EventState
    starts_at: datetime
    changed_alone: bool  # moved, or given other words, without the rest


def why_not_begin(state: str, *, in_series: bool) -> NoSeries | None:
    """The first reason why an event cannot become the first of a series, or None."""
    if state in {"closed", "called-off"}:
        return NoSeries.OVER
    return NoSeries.ALREADY if in_series else None


def why_not_on(chosen: list[datetime], possible: list[datetime]) -> NoSeries | None:
    """The reason why no events are made on the chosen dates, or None: some, and only such as the host was shown."""
    return None if chosen and set(chosen) <= set(possible) else NoSeries.OTHER_DATES


def within_reach(moments: list[datetime], *, now: datetime) -> list[datetime]:
    """Those that can be planned today: ahead, and not more than a year."""
    return [moment for moment in moments if now < moment <= now + EVENTS.planned_ahead]


def on_another_date(plan: EventPlan, starts_at: datetime, zone: ZoneInfo) -> EventPlan:
    """The plan at another moment; registration opens and closes, and kept seats open, as long before on the
    wall clock.
    """

    def as_long_before(moment: datetime) -> datetime:
        before = on_the_wall(plan.starts_at, zone) - on_the_wall(moment, zone)
        return shifted(starts_at, -before, zone)

    until, opens_at = plan.first_timer_seats_until, plan.registration_opens_at
    return replace(
        plan,
        starts_at=starts_at,
        registration_opens_at=as_long_before(opens_at) if opens_at else None,
        registration_closes_at=as_long_before(plan.registration_closes_at),
        first_timer_seats_until=as_long_before(until) if until else None,
    )


def follows(plan: EventPlan, starts_at: datetime, *, was: datetime, zone: ZoneInfo) -> EventPlan:
    """What `plan`, which started at `was` before it was changed, means for the date `starts_at` of its series: the
    same words, moved by as much on the wall clock.
    """
    shift = on_the_wall(plan.starts_at, zone) - on_the_wall(was, zone)
    return on_another_date(plan, shifted(starts_at, shift, zone), zone)


def is_left_alone(one: OneOfSeries, *, now: datetime) -> bool:
    """Does this date stay as it is? So does what members may have seen, what has begun, and what was changed alone."""
    return one.state != "draft" or one.starts_at <= now or one.changed_alone


def publishes_at(plan: EventPlan, before: timedelta, zone: ZoneInfo, *, now: datetime) -> datetime | None:
    """So long before its start a draft publishes itself; None where that is past, or after registration closes."""
    at = shifted(plan.starts_at, -before, zone)
    return at if now < at < plan.registration_closes_at else None


def on_the_wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows in that zone."""
    return moment.astimezone(zone).replace(tzinfo=None)


def shifted(moment: datetime, by: timedelta, zone: ZoneInfo) -> datetime:
    """Moved on the wall clock: a week later is the same hour, whatever the clocks did."""
    return (on_the_wall(moment, zone) + by).replace(tzinfo=zone).astimezone(UTC)
