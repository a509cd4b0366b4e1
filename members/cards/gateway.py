"""The one place that talks to Stripe, through its official SDK, which is loaded when it is needed first.

Nothing of this is called within a transaction: an answer may take seconds, or never come. Whatever is created carries
an idempotency key of the site's own, so that asking again creates nothing more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings

from kouryu.env import Stripe
from members.cards.limits import CALLS, WEBHOOKS
from members.cards.rules import (
    CheckoutFacts,
    CheckoutWish,
    InvoiceFacts,
    NoNotice,
    Notice,
    ReturnFacts,
    SubscriptionFacts,
    moment,
    notice_from,
    why_not_take,
)

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
CURRENCY = "jpy"  # whose smallest unit is a yen


def is_signed(body: bytes, signature: str) -> bool:
    """Whether Stripe signed these very bytes with a secret of ours, not longer ago than `WEBHOOKS.tolerance`."""
    if not signature.isascii():
        return False  # the SDK cannot compare it, and raises a TypeError
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


def make_customer(*, key: str, language: str, reference: str) -> str:
    """Make a customer, once for each key; its id. No name and no address: the member types there what is asked."""
    asked = {"preferred_locales": [language], "metadata": {"member": reference}}
    found = _ask(lambda v1: v1.customers.create(asked, {"idempotency_key": f"customer-{key}"}))
    return str(found.id)


def make_checkout(*, key: str, customer_id: str, wish: CheckoutWish) -> CheckoutFacts:
    """Open a page of Stripe's on which this may be paid, once for each key."""
    terms = {"interval": "month", "interval_count": wish.months}
    price = {
        "currency": CURRENCY,
        "unit_amount": wish.amount_yen,
        "recurring": terms,
        "product_data": {"name": wish.what},
    }
    metadata = {"due": wish.reference}
    asked = {
        "mode": "subscription",
        "customer": customer_id,
        "client_reference_id": wish.reference,
        "line_items": [{"quantity": 1, "price_data": price}],
        "payment_method_types": ["card"],
        "metadata": metadata,
        "subscription_data": {"metadata": metadata},
        "locale": wish.language,
        "success_url": wish.back_url,
        "cancel_url": wish.back_url,
    }
    return _checkout_facts(
        _ask(lambda v1: v1.checkout.sessions.create(asked, {"idempotency_key": f"checkout-{key}"})).to_dict()
    )


def checkout(stripe_id: str) -> CheckoutFacts:
    """A page of Stripe's as it stands now."""
    return _checkout_facts(_ask(lambda v1: v1.checkout.sessions.retrieve(stripe_id)).to_dict())


def close_checkout(stripe_id: str) -> None:
    """Nothing can be paid there any more. One that was paid, or is over, stays as it is."""
    with suppress(StripeRefused):
        _ask(lambda v1: v1.checkout.sessions.expire(stripe_id))


def _checkout_facts(found: dict[str, Any]) -> CheckoutFacts:
    return CheckoutFacts(
        stripe_id=found["id"],
        url=found["url"] or "",
        status=found["status"],
        subscription_id=found["subscription"] or "",
        invoice_id=found["invoice"] or "",
    )


def stop_subscription(stripe_id: str, *, stops: bool) -> SubscriptionFacts:
    """Have it end with its period, or go on after it."""
    _ask(lambda v1: v1.subscriptions.update(stripe_id, {"cancel_at_period_end": stops}))
    return subscription(stripe_id)


def change_price(stripe_id: str, amount_yen: int) -> SubscriptionFacts:
    """Charge another amount from the next period on; what is paid already stays as it is."""
    item = _ask(lambda v1: v1.subscriptions.retrieve(stripe_id)).to_dict()["items"]["data"][0]
    terms = {name: item["price"]["recurring"][name] for name in ("interval", "interval_count")}
    product = _id_of(item["price"]["product"])
    price = {"currency": CURRENCY, "unit_amount": amount_yen, "product": product, "recurring": terms}
    changed = {"items": [{"id": item["id"], "price_data": price}], "proration_behavior": "none"}
    _ask(lambda v1: v1.subscriptions.update(stripe_id, changed))
    return subscription(stripe_id)


def portal_url(customer_id: str, *, back_url: str, language: str) -> str:
    """A page of Stripe's on which another card may be chosen."""
    flow = {
        "type": "payment_method_update",
        "after_completion": {"type": "redirect", "redirect": {"return_url": back_url}},
    }
    asked = {"customer": customer_id, "return_url": back_url, "locale": language, "flow_data": flow}
    return str(_ask(lambda v1: v1.billing_portal.sessions.create(asked)).url)


def invoice(stripe_id: str) -> InvoiceFacts:
    """An invoice as it is now."""
    found = _ask(lambda v1: v1.invoices.retrieve(stripe_id)).to_dict()
    details = (found["parent"] or {}).get("subscription_details") or {}
    paid_at = found["status_transitions"]["paid_at"]
    return InvoiceFacts(
        stripe_id=found["id"],
        customer_id=_id_of(found["customer"]) if found["customer"] else "",
        subscription_id=_id_of(details["subscription"]) if details.get("subscription") else "",
        due_reference=(details.get("metadata") or {}).get("due", ""),
        status=found["status"] or "",
        amount_yen=found["amount_paid"] if found["status"] == "paid" else found["amount_due"],
        currency=found["currency"],
        paid_at=moment(paid_at) if paid_at else None,
        page_url=found["hosted_invoice_url"] or "",
    )


def invoice_of_payment(intent_id: str) -> str:
    """The invoice that this payment paid; empty for one that paid none."""
    asked = {"payment": {"type": "payment_intent", "payment_intent": intent_id}}
    found = _ask(lambda v1: v1.invoice_payments.list(asked)).data
    return _id_of(found[0].invoice) if found else ""


def returned(kind: str, stripe_id: str) -> ReturnFacts:
    """A refund or a dispute as it is now."""
    source = {"refund": "refunds", "dispute": "disputes"}[kind]
    found = _ask(lambda v1: getattr(v1, source).retrieve(stripe_id)).to_dict()
    intent = found["payment_intent"]
    return ReturnFacts(
        stripe_id=found["id"],
        invoice_id=invoice_of_payment(_id_of(intent)) if intent else "",
        amount_yen=found["amount"],
        currency=found["currency"],
        status=found["status"] or "",
        at=moment(found["created"]),
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
