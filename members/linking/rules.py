"""What the service says of an account of its own, read with care."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from kouryu.clock import TOKYO
from members.linking.limits import SERVICE
from members.membership.rules import Days


class NoLink(StrEnum):
    """Why nobody is signed in with the service's account."""

    CANCELLED = "service-cancelled"
    NOT_PROVED = "service-not-proved"
    AWAY = "service-away"
    NO_ADDRESS = "service-no-address"
    ADDRESS_TAKEN = "service-address-taken"
    OF_ANOTHER = "service-account-of-another"
    HAS_ONE = "service-has-one"


def last_paid_day(claim: object) -> date | None:
    """The last day that is paid for, as a claim says it: a day, a moment with its offset, or seconds since 1970.

    None for whatever else it is. A moment counts as the day in Japan on which it falls; midnight ends the day before.
    """
    if isinstance(claim, bool):
        return None
    try:
        if isinstance(claim, int | float):
            return _day_of(datetime.fromtimestamp(claim, UTC))
        if not isinstance(claim, str):
            return None
        if len(claim) == len("2027-03-31"):
            return date.fromisoformat(claim)
        moment = datetime.fromisoformat(claim)
        return _day_of(moment) if moment.tzinfo else None
    except (ValueError, OverflowError, OSError):  # also a moment whose day would lie beyond the calendar
        return None


def _day_of(moment: datetime) -> date:
    return (moment - timedelta(microseconds=1)).astimezone(TOKYO).date()


def days_to_give(last_day: date, *, held_until: date | None, today: date) -> Days | None:
    """The days that are missing up to the last paid one; None where none is. Days that are held stay as they are."""
    last_day = min(last_day, today + SERVICE.farthest)
    starts_on = max(today, held_until or today)
    ends_on = last_day + timedelta(days=1)
    return Days(starts_on, ends_on) if ends_on > starts_on else None
