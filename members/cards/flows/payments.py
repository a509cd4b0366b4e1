"""What a card paid, and what it could not: from an invoice of Stripe's to the book, exactly once."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kouryu.sweeps import EVERY_TEN_MINUTES, sweep
from members.accounts.locks import lock_account
from members.audit import audit
from members.cards import gateway, mails, queries
from members.cards.gateway import StripeAway, StripeRefused
from members.cards.limits import CARD_FAILURES
from members.cards.rules import InvoiceFacts, days_to_tell_of
from members.membership import queries as membership
from members.membership.choices import DueState, PaymentWay
from members.membership.flows.ordering import make_due
from members.membership.flows.paying import pay_due, receive
from members.models import CardCustomer, CardFailure, Due, PaymentIn, User

BOOKED, KNOWN, NOBODYS, NOT_PAID, FAILED = "booked", "booked-before", "nobodys", "not-paid", "failure-noted"
KEPT_AS_CREDIT, OF_SOMEBODY_GONE, OTHER_CURRENCY = "kept-as-credit", "booked-as-unknown", "other-currency"
PAID, OPEN = "paid", "open"  # Stripe's words
logger = logging.getLogger(__name__)


@transaction.atomic
def take_invoice(facts: InvoiceFacts, *, now: datetime) -> str:
    """Book what an invoice says: money and days once it is paid, a failure while it waits; a code for what was done."""
    customer = CardCustomer.objects.filter(stripe_id=facts.customer_id).first()
    if customer is None:
        return NOBODYS
    if facts.currency != gateway.CURRENCY:
        logger.error("invoice %s is in %s: nothing was booked", facts.stripe_id, facts.currency)
        return OTHER_CURRENCY
    member = lock_account(customer.member_id)
    if facts.status != PAID:
        return _note_unpaid(facts, member, now)
    CardFailure.objects.filter(invoice_id=facts.stripe_id, settled_at=None).update(settled_at=now)
    if not facts.amount_yen or PaymentIn.objects.filter(external_id=facts.stripe_id).exists():
        return KNOWN
    return _book(facts, member, now) if member.is_active else _book_of_somebody_gone(facts, now)


def _book(facts: InvoiceFacts, member: User, now: datetime) -> str:
    payment = _receive(facts, member, now)
    due = _due_for(facts, member, now)
    if due is None:
        logger.error("payment %s pays nothing that is due: it stays as credit", payment.pk)
        return KEPT_AS_CREDIT
    pay_due(due, payment, by=None, now=now)
    return BOOKED


def _book_of_somebody_gone(facts: InvoiceFacts, now: datetime) -> str:
    """Nothing is lost: the desk finds it among what came in and is nobody's, and sends it back."""
    logger.error("invoice %s was paid by somebody who has left", facts.stripe_id)
    _receive(facts, None, now)
    return OF_SOMEBODY_GONE


def _receive(facts: InvoiceFacts, member: User | None, now: datetime) -> PaymentIn:
    return receive(
        key=f"card/{facts.stripe_id}",
        way=PaymentWay.CARD,
        amount_yen=facts.amount_yen,
        received_on=timezone.localdate(facts.paid_at or now),
        member=member,
        by=None,
        now=now,
        external_id=facts.stripe_id,
    )


def _due_for(facts: InvoiceFacts, member: User, now: datetime) -> Due | None:
    """What this pays: the order that it was begun for while that is open, else the next period of the same plan.

    None where an order of another plan waits: the member has one open order at a time.
    """
    first = Due.objects.select_related("agreement__plan").filter(member=member, reference=facts.due_reference).first()
    if first is None:
        return None
    if first.state == DueState.OPEN:
        return first
    waiting = membership.open_due(member)
    if waiting:
        return waiting if waiting.agreement.plan_id == first.agreement.plan_id else None
    latest = member.periods.filter(plan=first.agreement.plan_id).order_by("ends_on").last()
    agreement = (membership.agreement_for(latest) if latest else None) or first.agreement
    if agreement.price_yen != facts.amount_yen:  # charged before Stripe knew of a new price
        agreement = membership.agreement_at(member, agreement.plan_id, facts.amount_yen) or agreement
    renews = latest if latest and not Due.objects.filter(renews=latest).exists() else None
    due = make_due(agreement, due_on=timezone.localdate(now), renews=renews, way=PaymentWay.CARD, now=now)
    audit.record("send-renewal", due, by=None, now=now)
    return due


def _note_unpaid(facts: InvoiceFacts, member: User, now: datetime) -> str:
    known = CardFailure.objects.filter(invoice_id=facts.stripe_id)
    if facts.status != OPEN:
        known.filter(settled_at=None).update(settled_at=now)  # nobody tries any more
        return NOT_PAID
    if member.is_active and not known.exists():
        CardFailure.objects.create(
            member=member,
            invoice_id=facts.stripe_id,
            amount_yen=facts.amount_yen,
            page_url=facts.page_url,
            failed_at=now,
        )
    return FAILED


@sweep("tell-of-failed-charges", every=EVERY_TEN_MINUTES)
def tell_of_failures(*, now: datetime) -> int:
    """Tell members whose card could not be charged, after 1, 4 and 8 days; returns how many mails were written.

    Stripe is asked before each mail: who paid meanwhile is told nothing wrong.
    """
    if not settings.STRIPE:
        return 0
    due = [(failure, day) for failure in queries.open_failures() for day in days_to_tell_of(failure.failed_at, now)]
    return sum(_tell_of(failure, day, now) for failure, day in due)


def _tell_of(failure: CardFailure, day: int, now: datetime) -> bool:
    try:
        facts = gateway.invoice(failure.invoice_id)
    except (StripeAway, StripeRefused) as fault:
        logger.warning("%s cannot be asked about: %s", failure, fault)
        return False
    return _tell_unless_settled(failure, facts, day, now)


@transaction.atomic
def _tell_unless_settled(failure: CardFailure, facts: InvoiceFacts, day: int, now: datetime) -> bool:
    take_invoice(facts, now=now)
    failure.refresh_from_db()
    if failure.settled_at:
        return False
    return mails.charge_failed(failure, days=day, is_last=day == CARD_FAILURES.told_after_days[-1], now=now)
