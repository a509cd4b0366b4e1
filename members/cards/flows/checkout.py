"""Paying an order by card: the order, the page of Stripe's, and what became of it."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from kouryu import references
from kouryu.refusal import Refused
from kouryu.sweeps import EVERY_MINUTE, sweep
from members.accounts.locks import lock_member
from members.cards import gateway, queries
from members.cards.choices import CheckoutState
from members.cards.flows.payments import take_invoice
from members.cards.flows.subscriptions import note_subscription
from members.cards.gateway import StripeAway, StripeRefused
from members.cards.rules import CheckoutWish, NoCardPayment
from members.membership.choices import DueState, PaymentWay
from members.membership.flows.ordering import place_order
from members.models import CardCheckout, CardCustomer, Due, User

logger = logging.getLogger(__name__)
COMPLETE, EXPIRED = "complete", "expired"  # Stripe's words


def order_by_card(*, member: User, plan_key: str, screen_version: str, screen_text: str, now: datetime) -> Due:
    """Note the order of a plan that a card is to pay; refused as `place_order` is."""
    screen = {"screen_version": screen_version, "screen_text": screen_text}
    due, _is_new = place_order(member=member, plan_key=plan_key, way=PaymentWay.CARD, **screen, now=now)
    return due


def begin_checkout(*, member: User, reference: str, back_url: str, now: datetime) -> str:
    """Where a card pays this order: always the same page while it is open, however often one asks.

    Refused for an order that is settled, and while Stripe does not answer. What was begun is finished by the next call.
    """
    due, customer, page = _prepare(member, reference, now)
    if page.stripe_id and page.url:
        return page.url
    try:
        if customer.stripe_id is None:
            customer.stripe_id = gateway.make_customer(
                key=str(customer.key),
                language=member.language,
                reference=references.reference_to("card-customer", customer.pk),
            )
            CardCustomer.objects.filter(pk=customer.pk).update(stripe_id=customer.stripe_id)
        facts = gateway.make_checkout(
            key=str(page.key), customer_id=customer.stripe_id, wish=_wish(due, member.language, back_url)
        )
    except (StripeAway, StripeRefused) as fault:
        logger.warning("no page to pay on: %s", fault)
        raise Refused(NoCardPayment.AWAY) from fault
    CardCheckout.objects.filter(pk=page.pk).update(stripe_id=facts.stripe_id, url=facts.url)
    return facts.url


@transaction.atomic
def _prepare(member: User, reference: str, now: datetime) -> tuple[Due, CardCustomer, CardCheckout]:
    """Note what is about to be made at Stripe, under keys that make it once."""
    lock_member(member.pk)
    due = Due.objects.select_related("agreement__plan").filter(member=member, reference=reference).first()
    if due is None or due.state != DueState.OPEN or due.way != PaymentWay.CARD:
        raise Refused(NoCardPayment.NOT_OPEN)
    customer, _is_new = CardCustomer.objects.get_or_create(
        member=member, defaults={"key": uuid.uuid4(), "made_at": now}
    )
    page, _is_new = CardCheckout.objects.get_or_create(due=due, defaults={"key": uuid.uuid4(), "opened_at": now})
    if page.state != CheckoutState.OPEN:
        CardCheckout.objects.filter(pk=page.pk).update(
            key=uuid.uuid4(), stripe_id=None, url="", state=CheckoutState.OPEN, opened_at=now
        )
        page.refresh_from_db()
    return due, customer, page


def _wish(due: Due, language: str, back_url: str) -> CheckoutWish:
    with override(language):
        what = _("交流 kouryu の会費（%(plan)s）") % {"plan": due.plan}
    return CheckoutWish(
        reference=due.reference,
        what=what,
        amount_yen=due.amount_yen,
        months=due.months,
        language=language,
        back_url=back_url,
    )


@sweep("watch-checkouts", every=EVERY_MINUTE)
def watch_checkouts(*, now: datetime) -> int:
    """Ask about pages whose notice is late, close those whose order is settled; returns how many are settled."""
    if not settings.STRIPE:
        return 0
    return sum(look_at_checkout(page, now=now) for page in queries.checkouts_to_look_at(now))


def look_at_checkout(page: CardCheckout, *, now: datetime) -> bool:
    """Note what Stripe says of one page, with what was paid there. Returns whether it is settled."""
    if page.stripe_id is None:
        return False
    try:
        if page.due.state != DueState.OPEN:
            gateway.close_checkout(page.stripe_id)
        facts = gateway.checkout(page.stripe_id)
        if facts.status != COMPLETE:
            return facts.status == EXPIRED and _settle(page, CheckoutState.OVER)
        subscription, invoice = gateway.subscription(facts.subscription_id), gateway.invoice(facts.invoice_id)
    except (StripeAway, StripeRefused) as fault:
        logger.warning("%s cannot be looked at: %s", page, fault)
        return False
    with transaction.atomic():
        note_subscription(subscription, asked_at=now, now=now)
        take_invoice(invoice, now=now)
        return _settle(page, CheckoutState.PAID)


def _settle(page: CardCheckout, state: CheckoutState) -> bool:
    return bool(CardCheckout.objects.filter(pk=page.pk).exclude(state=state).update(state=state, url=""))
