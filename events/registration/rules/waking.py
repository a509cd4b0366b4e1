"""How much of a stretch of time can somebody be expected to answer in? The quiet hours of mails do not count.

Japan has had no summer time since 1951: every day in Tokyo has the same fifteen waking hours.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from kouryu.clock import TOKYO
from members.mail.limits import QUIET_HOURS
from members.mail.rules import after_quiet_hours


def waking_time(start: datetime, end: datetime) -> timedelta:
    """How much time between the two lies outside the quiet hours; nothing if the end is not later."""
    total = timedelta()
    moment = after_quiet_hours(start)
    while moment < end:
        night = _next_night(moment)
        total += min(night, end) - moment
        moment = after_quiet_hours(night)
    return total


def after_waking(start: datetime, duration: timedelta) -> datetime:
    """The moment at which `duration` of waking time has passed since `start`."""
    moment = after_quiet_hours(start)
    while moment + duration > (night := _next_night(moment)):
        duration -= night - moment
        moment = after_quiet_hours(night)
    return moment + duration


def _next_night(moment: datetime) -> datetime:
    """When the quiet hours begin after a waking moment."""
    return datetime.combine(moment.astimezone(TOKYO).date(), QUIET_HOURS.begin, TOKYO)
