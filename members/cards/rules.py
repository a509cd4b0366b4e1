"""Cards: which notice is believed, and what Stripe's objects say in our words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from members.cards.limits import CARD_FAILURES, WEBHOOKS


class NoCardPayment(StrEnum):
    """Why no card can be charged for an order."""

    NOT_OPEN = "card-order-not-open"
    AWAY = "card-service-away"
    NO_CUSTOMER = "card-customer-unknown"


class NoNotice(StrEnum):
    """Why a notice is not taken."""

    NOT_SIGNED = "notice-not-signed"
    UNREADABLE = "notice-unreadable"
    OTHER_ACCOUNT = "notice-of-other-account"
    OTHER_MODE = "notice-of-other-mode"


@dataclass(frozen=True)
class Notice:
    """What an event says about itself. What it says about its object is not believed: that is asked for again."""

    event_id: str
    kind: str
    object_id: str
    customer_id: str
    account: str  # empty: of our own account
    is_live: bool
    created_at: datetime


@dataclass(frozen=True)
class SubscriptionFacts:
    """A subscription as Stripe answered at one moment."""

    stripe_id: str
    customer_id: str
    status: str
    amount_yen: int
    currency: str
    months: int  # between two charges
    period_ends_at: datetime
    stops: bool  # at the end of its period
    card_brand: str
    card_last4: str


@dataclass(frozen=True)
class CheckoutWish:
    """What is to be paid on a page of Stripe's."""

    reference: str
    what: str
    amount_yen: int
    months: int
    language: str
    back_url: str


@dataclass(frozen=True)
class CheckoutFacts:
    """Such a page as Stripe answered."""

    stripe_id: str
    url: str
    status: str
    subscription_id: str
    invoice_id: str


@dataclass(frozen=True)
class InvoiceFacts:
    """An invoice as Stripe answered."""

    stripe_id: str
    customer_id: str
    subscription_id: str
    due_reference: str
    status: str
    amount_yen: int
    currency: str
    paid_at: datetime | None
    page_url: str


@dataclass(frozen=True)
class ReturnFacts:
    """A refund or a dispute as Stripe answered."""

    stripe_id: str
    invoice_id: str
    amount_yen: int
    currency: str
    status: str
    at: datetime


def days_to_tell_of(failed_at: datetime, now: datetime) -> list[int]:
    """After how many days of failure a mail is due at this moment; none that is so late that it would be stale."""
    since = now - failed_at
    days = [(day, timedelta(days=day)) for day in CARD_FAILURES.told_after_days]
    return [day for day, length in days if length <= since < length + CARD_FAILURES.told_within]


def notice_from(event: Any) -> Notice | None:
    """An event that was read from JSON; None for anything that is none."""
    try:
        thing = event["data"]["object"]
        customer = thing["id"] if thing["object"] == "customer" else thing.get("customer")
        return Notice(
            event_id=_text(event["id"]),
            kind=_text(event["type"]),
            object_id=_text(thing.get("id") or ""),
            customer_id=customer if isinstance(customer, str) else "",
            account=_text(event.get("account") or ""),
            is_live=event["livemode"] is True,
            created_at=moment(event["created"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return None


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_ID or "\x00" in value:
        raise ValueError("no word of Stripe's")
    return value


LONGEST_ID = 255  # characters, as Stripe promises


def why_not_take(notice: Notice, *, account: str, is_live: bool) -> NoNotice | None:
    """The first reason against a notice whose signature is right, or None: of another account, of the other mode."""
    if notice.account not in {"", account}:
        return NoNotice.OTHER_ACCOUNT
    if notice.is_live != is_live:
        return NoNotice.OTHER_MODE
    return None


def moment(seconds: int) -> datetime:
    """Stripe counts seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def try_again_after(attempts: int) -> timedelta:
    """How long after its last failure an event waits: a minute, then twice as long each time, an hour at most."""
    times: int = 2 ** min(attempts - 1, 10)
    return min(WEBHOOKS.again_after * times, WEBHOOKS.again_at_most)
