"""Notices of Stripe: stored under their id before anything else, then worked on, in any order and any number of times.

A notice only says where to look. What is true is asked for anew, outside of a transaction; what follows from it and
that the notice is done are one transaction. A kill anywhere leaves a notice to be worked on again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F

from kouryu.celery import wake
from kouryu.refusal import Refused
from kouryu.sweeps import OFTEN, sweep
from members.cards import gateway, queries
from members.cards.choices import (
    OF_CHECKOUTS,
    OF_DISPUTES,
    OF_INVOICES,
    OF_REFUNDS,
    OF_SUBSCRIPTIONS,
    EventSource,
    ReturnKind,
)
from members.cards.flows.checkout import look_at_checkout
from members.cards.flows.payments import take_invoice
from members.cards.flows.returns import note_return
from members.cards.flows.subscriptions import note_subscription
from members.cards.gateway import StripeAway, StripeRefused
from members.cards.limits import WEBHOOKS
from members.cards.rules import NoNotice, Notice, try_again_after
from members.models import CardCheckout, StripeEvent

Change = Callable[[datetime], str]  # makes what follows, in a transaction; a code for what it did
NOTHING_TO_DO, GONE_THERE = "nothing-to-do", "gone-at-stripe"
logger = logging.getLogger(__name__)


def take_notice(*, body: bytes, signature: str, now: datetime) -> StripeEvent:
    """Store a notice that came as a webhook. Coming again it is the one that was stored first.

    Refused without a signature of Stripe's over these very bytes, with an old one, and for another account or mode.
    """
    if len(body) > WEBHOOKS.largest or not gateway.is_signed(body, signature):
        raise Refused(NoNotice.NOT_SIGNED)
    notice = gateway.read_notice(body)
    if notice is None:
        raise Refused(NoNotice.UNREADABLE)
    if reason := gateway.why_not_ours(notice):
        logger.warning("a signed notice was refused: %s", reason)
        raise Refused(reason)
    store([notice], EventSource.WEBHOOK, now=now)
    return StripeEvent.objects.get(event_id=notice.event_id)


@transaction.atomic
def store(notices: Iterable[Notice], source: EventSource, *, now: datetime) -> None:
    """Write notices down, each once, and wake a worker."""
    StripeEvent.objects.bulk_create(
        [
            StripeEvent(
                event_id=notice.event_id,
                kind=notice.kind[:100],
                object_id=notice.object_id,
                customer_id=notice.customer_id,
                source=source,
                created_at=notice.created_at,
                received_at=now,
                next_try_at=now,
            )
            for notice in notices
        ],
        ignore_conflicts=True,
    )
    wake("members.tasks.work_on_notices")


@sweep("work-on-notices", every=OFTEN)
def work_on_notices(*, now: datetime) -> int:
    """Do what follows from notices that are not done yet, oldest first; returns how many were done."""
    return sum(_work_on(event_id, now) for event_id in queries.notices_due(now)) if settings.STRIPE else 0


def _work_on(pk: int, now: datetime) -> bool:
    """One notice. Another worker that has claimed it, or did it, is left alone."""
    waiting = StripeEvent.objects.filter(pk=pk, worked_at=None, next_try_at__lte=now)
    if not waiting.update(next_try_at=now + WEBHOOKS.claimed_for, attempts=F("attempts") + 1):
        return False
    event = StripeEvent.objects.get(pk=pk)
    try:
        change = _what_follows(event, now)
    except StripeAway as fault:
        _put_off(event, f"away: {fault}", now)
        return False
    except StripeRefused as refusal:
        if refusal.code != gateway.MISSING:
            _put_off(event, f"refused: {refusal.code}", now)
            return False
        change = _nothing(GONE_THERE)
    with transaction.atomic():
        _done(event, change(now), now)
    return True


def _what_follows(event: StripeEvent, now: datetime) -> Change:
    """Ask for the object anew, and say what is to be done in the transaction that follows."""
    if event.kind in OF_SUBSCRIPTIONS:
        facts = gateway.subscription(event.object_id)
        return lambda at: note_subscription(facts, asked_at=now, now=at)
    if event.kind in OF_INVOICES:
        return _follow_invoice(event, now)
    if event.kind in OF_CHECKOUTS:
        return _follow_checkout(event, now)
    if event.kind in OF_REFUNDS:
        return _follow_return(ReturnKind.REFUND, event, now)
    if event.kind in OF_DISPUTES:
        return _follow_return(ReturnKind.DISPUTE, event, now)
    return _nothing(NOTHING_TO_DO)


def _follow_invoice(event: StripeEvent, now: datetime) -> Change:
    """The subscription first: the mail about the days says whether they renew by themselves."""
    return _book_invoice(event.object_id, now)


def _book_invoice(invoice_id: str, now: datetime) -> Change:
    invoice = gateway.invoice(invoice_id)
    subscription = gateway.subscription(invoice.subscription_id) if invoice.subscription_id else None

    def change(at: datetime) -> str:
        if subscription:
            note_subscription(subscription, asked_at=now, now=at)
        return take_invoice(invoice, now=at)

    return change


def _follow_checkout(event: StripeEvent, now: datetime) -> Change:
    """Look at the page as the sweep does that watches such pages."""
    page = CardCheckout.objects.select_related("due").filter(stripe_id=event.object_id).first()
    if page:
        look_at_checkout(page, now=now)
    return _nothing("looked-at" if page else "nobodys")


def _follow_return(kind: ReturnKind, event: StripeEvent, now: datetime) -> Change:
    """What goes back was paid before, though the notice of that may come later."""
    facts = gateway.returned(kind, event.object_id)
    book = _book_invoice(facts.invoice_id, now) if facts.invoice_id else _nothing(NOTHING_TO_DO)

    def change(at: datetime) -> str:
        book(at)
        return note_return(kind, facts, asked_at=now, now=at)

    return change


def _nothing(why: str) -> Change:
    return lambda at: why


def _done(event: StripeEvent, outcome: str, now: datetime) -> None:
    event.worked_at, event.outcome = now, outcome[:60]
    event.save(update_fields=["worked_at", "outcome"])


def _put_off(event: StripeEvent, why: str, now: datetime) -> None:
    logger.warning("%s waits: %s", event, why)
    event.next_try_at, event.outcome = now + try_again_after(event.attempts), why[:60]
    event.save(update_fields=["next_try_at", "outcome"])
