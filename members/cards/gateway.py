"""The one place that talks to Stripe, through its official SDK, which is loaded when it is needed first.

Nothing of this is called within a transaction: an answer may take seconds, or never come. Whatever is created carries
an idempotency key of the site's own, so that asking again creates nothing more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings

from kouryu.env import Stripe
from members.cards.limits import CALLS, WEBHOOKS
from members.cards.rules import NoNotice, Notice, SubscriptionFacts, moment, notice_from, why_not_take

if TYPE_CHECKING:
    import stripe


class StripeAway(Exception):
    """No answer, or none that helps; asking later may."""


class StripeRefused(Exception):
    """Stripe said no, and will say so again. `code` is its own word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


MISSING = "resource_missing"


def is_signed(body: bytes, signature: str) -> bool:
    """Whether Stripe signed these very bytes with a secret of ours, not longer ago than `WEBHOOKS.tolerance`."""
    sdk = _sdk()
    for secret in settings.STRIPE.webhook_secrets:
        try:
            sdk.WebhookSignature.verify_header(
                body.decode(), signature, secret, int(WEBHOOKS.tolerance.total_seconds())
            )
        except (sdk.SignatureVerificationError, UnicodeDecodeError):
            continue
        return True
    return False


def read_notice(body: bytes) -> Notice | None:
    """What a signed body says; None for one that is no event."""
    try:
        return notice_from(json.loads(body))
    except (ValueError, RecursionError):
        return None


def why_not_ours(notice: Notice) -> NoNotice | None:
    """The first reason against a signed notice, or None: it is about another account, or the other mode."""
    return why_not_take(notice, account=settings.STRIPE.account, is_live=settings.STRIPE.is_live)


def subscription(stripe_id: str) -> SubscriptionFacts:
    """A subscription as it is now, with the card that pays."""
    cards = ["default_payment_method", "customer.invoice_settings.default_payment_method"]
    return facts_of(_ask(lambda v1: v1.subscriptions.retrieve(stripe_id, {"expand": cards})).to_dict())


def facts_of(found: dict[str, Any]) -> SubscriptionFacts:
    """What a subscription says, in our words. Its period and its price stand in its one item."""
    item = found["items"]["data"][0]
    price = item["price"]
    card = _card_of(found)
    return SubscriptionFacts(
        stripe_id=found["id"],
        customer_id=_id_of(found["customer"]),
        status=found["status"],
        amount_yen=price["unit_amount"] or 0,
        currency=price["currency"],
        months=_months(price["recurring"]),
        period_ends_at=moment(item["current_period_end"]),
        stops=bool(found["cancel_at_period_end"]),
        card_brand=card["brand"] if card else "",
        card_last4=card["last4"] if card else "",
    )


def forget_customer(stripe_id: str) -> None:
    """Delete a customer there, and end what recurs. One who is gone already is fine."""
    try:
        _ask(lambda v1: v1.customers.delete(stripe_id))
    except StripeRefused as refusal:
        if refusal.code != MISSING:
            raise


def events_since(since: datetime) -> Iterator[Notice]:
    """Every event that Stripe still lists from then on, newest first."""
    asked = {"created": {"gte": int(since.timestamp())}, "limit": 100}
    page = _ask(lambda v1: v1.events.list(asked))
    while True:
        for event in page.data:
            if notice := notice_from(event.to_dict()):
                yield notice
        if not page.has_more:
            return
        last = page.data[-1].id
        page = _ask(lambda v1, last=last: v1.events.list({**asked, "starting_after": last}))


def _card_of(found: Any) -> Any:
    method = found["default_payment_method"]
    customer = found["customer"]
    if method is None and not isinstance(customer, str):
        method = (customer.get("invoice_settings") or {}).get("default_payment_method")
    return method.get("card") if method is not None and not isinstance(method, str) else None


def _id_of(value: Any) -> str:
    return value if isinstance(value, str) else value["id"]


def _months(terms: Any) -> int:
    count: int = terms["interval_count"]
    return count * 12 if terms["interval"] == "year" else count


def _ask(question: Any) -> Any:
    """What Stripe answers; `StripeAway` or `StripeRefused` where it does not."""
    sdk = _sdk()
    try:
        return question(_client(settings.STRIPE).v1)
    except (sdk.APIConnectionError, sdk.RateLimitError) as fault:
        raise StripeAway(type(fault).__name__) from fault
    except (sdk.InvalidRequestError, sdk.CardError, sdk.IdempotencyError) as fault:
        raise StripeRefused(fault.code or type(fault).__name__) from fault
    except sdk.StripeError as fault:
        raise StripeAway(type(fault).__name__) from fault


def _sdk() -> Any:
    """30 MB and a fifth of a second: nobody pays for them before the first question."""
    import stripe

    return stripe


@lru_cache(maxsize=2)
def _client(chosen: Stripe) -> stripe.StripeClient:
    sdk = _sdk()
    return sdk.StripeClient(
        chosen.key,
        base_addresses={"api": chosen.api_url} if chosen.api_url else {},
        http_client=sdk.RequestsClient(timeout=CALLS.answer_within.total_seconds()),
        max_network_retries=CALLS.tries,
    )
