"""What the service says of an account of its own, read with care."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from kouryu.clock import TOKYO
from members.linking.limits import SERVICE
from members.membership.limits import ORDERS
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


@dataclass(frozen=True)
class PaidWord:
    """What the service said of an account of its own."""

    last_day: date
    said_at: datetime

    @property
    def counts_until(self) -> date:
        """The last day that this word can give. One far ahead is a slip, and an old one reaches no farther each day."""
        return min(self.last_day, self.said_at.astimezone(TOKYO).date() + ORDERS.farthest_ahead - timedelta(days=1))


def days_to_give(last_day: date, *, held_until: date | None, given_until: date | None, today: date) -> Days | None:
    """The days that are missing up to the last paid one; None where none is.

    Days that the member holds stay as they are. Days up to `given_until` the same account of the service has given
    already, whoever was linked to it then.
    """
    starts_on = max(today, held_until or today, given_until or today)
    ends_on = last_day + timedelta(days=1)
    return Days(starts_on, ends_on) if ends_on > starts_on else None


# --- calls of the service's own server


class NoCall(StrEnum):
    """Why a call of the service's server is not heard."""

    LONG = "call-long"
    UNSIGNED = "call-unsigned"
    MALFORMED = "call-malformed"
    LATE = "call-late"
    ID_USED = "call-id-used"


@dataclass(frozen=True)
class PaidCall:
    """A signed call: so much is paid for this account of the service."""

    id: str
    at: datetime
    subject: str
    last_day: date

    def word_at(self, now: datetime) -> PaidWord:
        """What it says; a clock that is ahead says nothing of tomorrow."""
        return PaidWord(self.last_day, min(self.at, now))


def read_call(body: bytes) -> PaidCall | None:
    """The call that these bytes hold, or None: JSON with `call`, `at`, `subject` and `paid_until`, all of them texts.

    `at` is a moment with its offset; `paid_until` is what a claim may say (`last_paid_day`).
    """
    try:
        said = json.loads(body)
        at = datetime.fromisoformat(said["at"])
        last_day = last_paid_day(said["paid_until"])
        words = (said["call"], said["subject"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if at.tzinfo is None or last_day is None or not all(map(_is_word, words)):
        return None
    if len(words[0]) > SERVICE.call_id or len(words[1]) > SERVICE.subject:
        return None
    return PaidCall(words[0], at, words[1], last_day)


def _is_word(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and value.strip() != ""


def why_not_hear(call: PaidCall, now: datetime) -> NoCall | None:
    """A call counts in the minutes around its own moment: nobody keeps one for later."""
    return NoCall.LATE if abs(now - call.at) > SERVICE.call_window else None
