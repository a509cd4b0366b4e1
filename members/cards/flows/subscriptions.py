"""What recurs by card: kept as Stripe said when it was asked last."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction

from kouryu.celery import wake
from kouryu.sweeps import OFTEN, sweep
from members.accounts.locks import lock_account
from members.audit import audit
from members.cards import gateway
from members.cards.gateway import StripeAway, StripeRefused
from members.cards.rules import SubscriptionFacts
from members.membership.flows.stopping import resume_membership, stop_membership
from members.models import CardCustomer, CardFailure, CardSubscription, Membership, User

NOBODYS, NOTED, OLDER, LEFT = "nobodys", "noted", "older-than-known", "member-left"
OTHER_CURRENCY = "other-currency"
logger = logging.getLogger(__name__)


@transaction.atomic
def note_subscription(facts: SubscriptionFacts, *, asked_at: datetime, now: datetime) -> str:
    """Keep what Stripe said at `asked_at`; a code for what came of it.

    Nothing is kept of customers who are nobody's here or have left, of other currencies, or of an answer that is older
    than the last one.
    """
    customer = CardCustomer.objects.filter(stripe_id=facts.customer_id).first()
    if customer is None:
        return NOBODYS
    if facts.currency != "jpy":
        return OTHER_CURRENCY
    lock_account(customer.member_id)
    if CardCustomer.objects.filter(pk=customer.pk, left_at__isnull=False).exists():
        return LEFT
    known = CardSubscription.objects.select_related("member").filter(stripe_id=facts.stripe_id).first()
    if known and known.asked_at > asked_at:
        return OLDER
    said = {
        "status": facts.status,
        "amount_yen": facts.amount_yen,
        "months": facts.months,
        "period_ends_at": facts.period_ends_at,
        "stops": facts.stops,
        "card_brand": facts.card_brand[:20],
        "card_last4": facts.card_last4[:4],
        "asked_at": asked_at,
    }
    if known is None:
        made = CardSubscription.objects.create(
            member_id=customer.member_id, stripe_id=facts.stripe_id, began_at=now, **said
        )
        audit.record("begin-card-subscription", made, by=None, now=now)
        return NOTED
    if known.stops != facts.stops:
        _follow_wish(known.member, stops=facts.stops, now=now)
    changed = [name for name, value in said.items() if getattr(known, name) != value and name != "asked_at"]
    CardSubscription.objects.filter(pk=known.pk).update(**said)
    if changed:
        audit.record("change-card-subscription", known, by=None, now=now, fields=changed)
    return NOTED


def _follow_wish(member: User, *, stops: bool, now: datetime) -> None:
    """What the member chose at Stripe holds here, too. What was chosen here says the same already."""
    membership = Membership.objects.filter(member=member).first()
    has_stopped = bool(membership and membership.stopped_at)
    if stops and not has_stopped:
        stop_membership(member=member, now=now)
    elif has_stopped and not stops:
        resume_membership(member=member, now=now)


@transaction.atomic
def begin_forgetting(*, member: User, now: datetime) -> None:
    """The account goes: nothing more is charged to its card, and Stripe is asked to forget it."""
    lock_account(member.pk)
    CardSubscription.objects.filter(member=member).delete()
    CardFailure.objects.filter(member=member).delete()
    if CardCustomer.objects.filter(member=member, left_at=None).update(left_at=now):
        wake("members.tasks.forget_card_customers")


@sweep("forget-card-customers", every=OFTEN)
def forget_customers(*, now: datetime) -> int:
    """Have Stripe forget whose account went, which ends what recurs; returns how many were forgotten."""
    waiting = CardCustomer.objects.filter(left_at__isnull=False, forgotten_at=None)
    return sum(_forget(customer, now) for customer in waiting.order_by("pk")) if settings.STRIPE else 0


def _forget(customer: CardCustomer, now: datetime) -> bool:
    try:
        if customer.stripe_id:
            gateway.forget_customer(customer.stripe_id)
    except (StripeAway, StripeRefused) as fault:
        logger.warning("%s is not forgotten yet: %s", customer, fault)
        return False
    return bool(CardCustomer.objects.filter(pk=customer.pk, forgotten_at=None).update(forgotten_at=now))
