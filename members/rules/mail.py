"""When may a mail leave, and what becomes of one that could not be handed over?"""

from __future__ import annotations

import hashlib
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
QUIET_FROM, QUIET_UNTIL = time(22), time(7)


def after_quiet_hours(moment: datetime) -> datetime:
    """`moment`, or 7:00 in Tokyo if it falls into the quiet hours 22–7."""
    local = moment.astimezone(TOKYO)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return moment
    day = local.date() + timedelta(days=1) if local.time() >= QUIET_FROM else local.date()
    return datetime.combine(day, QUIET_UNTIL, TOKYO)


def retry_at(attempts: int, now: datetime) -> datetime:
    """When to try again after `attempts` failed tries: 1, 2, 4 … minutes later, at most an hour."""
    return now + min(timedelta(minutes=2 ** max(attempts - 1, 0)), timedelta(hours=1))


def message_id(key: str, domain: str) -> str:
    """The Message-ID of the mail with this key: the same at a resend, so that it can be recognised."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"
