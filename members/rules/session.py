"""Is a session over although its days are not?"""

from __future__ import annotations

from datetime import datetime, timedelta


def is_over_for_staff(
    signed_in_at: datetime, used_at: datetime, now: datetime, *, longest: timedelta, idle: timedelta
) -> bool:
    """Who has a role sees what is other people's, so they sign in again after a day, and after an hour unused."""
    return now - signed_in_at >= longest or now - used_at >= idle
