"""Is a session over although its days are not?"""

from __future__ import annotations

from datetime import datetime, timedelta

from kouryu.clock import is_from_the_future


def is_over_for_staff(
    signed_in_at: datetime, used_at: datetime, now: datetime, *, longest: timedelta, idle: timedelta
) -> bool:
    """Who has a role sees what is other people's, so they sign in again after a day, and after an hour unused.

    A use that is yet to come was noted by a clock that was ahead: how long it is ago nobody knows.
    """
    if is_from_the_future(signed_in_at, now) or is_from_the_future(used_at, now):
        return True
    return now - signed_in_at >= longest or now - used_at >= idle
