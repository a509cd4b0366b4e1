"""Anniversaries: when a meeting has one, and whether it is told today."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from feedback.ties.limits import ANNIVERSARIES
from kouryu.clock import TOKYO


def anniversary_in(year: int, met_on: date) -> date:
    """The day of that year; who met on the 29th of February has theirs on the 28th in common years."""
    try:
        return met_on.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def years_to_tell(met_at: datetime, now: datetime, *, within: timedelta) -> int | None:
    """How many years it has been, from the morning of the day in Tokyo and for as long as `within`, or None."""
    met_on = met_at.astimezone(TOKYO).date()
    this_year = now.astimezone(TOKYO).year
    for year in (this_year, this_year - 1):  # the window of a New Year's Eve reaches into the next year
        tells_at = datetime.combine(anniversary_in(year, met_on), ANNIVERSARIES.told_at, TOKYO)
        if year > met_on.year and tells_at <= now < tells_at + within:
            return year - met_on.year
    return None


def days_to_look_at(now: datetime, *, within: timedelta) -> list[tuple[int, int]]:
    """Month and day of every meeting whose anniversary may be told now: the days of the window, and leap days."""
    today = now.astimezone(TOKYO).date()
    days = {today - timedelta(days=number) for number in range(within.days + 1)}
    found = {(day.month, day.day) for day in days}
    return sorted(found | {(2, 29)}) if (2, 28) in found else sorted(found)
