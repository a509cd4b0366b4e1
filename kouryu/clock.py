"""The zone by which the site counts days and hours; and times that were stored while some clock was ahead: what reads
one asks here whether it can be true (decision 0039).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
CLOCKS_DIFFER = timedelta(seconds=10)  # of two machines that are kept in time; more is a clock that was wrong


def is_from_the_future(moment: datetime, now: datetime) -> bool:
    """Whether this was noted by a clock that was ahead: what happened later than now did not happen."""
    return moment > now + CLOCKS_DIFFER


def within(length: timedelta, now: datetime) -> tuple[datetime, datetime]:
    """The stretch that ends now, for a `range` lookup: what is "within the last hour" is not of tomorrow either.

    A lookup includes both ends; what was exactly an hour ago is an hour old and no longer within it.
    """
    return now - length + timedelta.resolution, now + CLOCKS_DIFFER
