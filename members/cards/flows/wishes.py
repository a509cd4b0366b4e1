"""What members wish of what recurs: to be told before, to stop, to go on, to use another card."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction

from kouryu.refusal import Refused
from kouryu.sweeps import EVERY_TEN_MINUTES, OFTEN, sweep
from members.cards import gateway, mails, queries
from members.cards.flows.subscriptions import note_subscription
from members.cards.gateway import StripeAway, StripeRefused
from members.cards.rules import NoCardPayment
from members.models import CardCustomer, CardSubscription, User

logger = logging.getLogger(__name__)


@sweep("tell-stripe-who-stops", every=OFTEN)
def tell_stripe(*, now: datetime) -> int:
    """Have Stripe charge whoever goes on, and nobody who stopped; returns how many were put right.

    The wish stands in `Membership.stopped_at`. Without an answer the next sweep asks again.
    """
    return sum(_tell(one, now) for one in queries.subscriptions_against_a_wish()) if settings.STRIPE else 0


def _tell(subscription: CardSubscription, now: datetime) -> bool:
    try:
        facts = gateway.stop_subscription(subscription.stripe_id, stops=not subscription.stops)
    except (StripeAway, StripeRefused) as fault:
        logger.warning("%s does not know yet that its member stops or goes on: %s", subscription, fault)
        return False
    note_subscription(facts, asked_at=now, now=now)
    return True


@sweep("agree-on-prices", every=EVERY_TEN_MINUTES)
def agree_on_prices(*, now: datetime) -> int:
    """Have Stripe charge what each member was told and agreed to; returns how many prices were put right."""
    if not settings.STRIPE:
        return 0
    living = CardSubscription.objects.living().filter(stops=False, member__is_active=True).select_related("member")
    return sum(_agree(one, queries.price_agreed_for(one), now) for one in living.order_by("pk"))


def _agree(subscription: CardSubscription, price_yen: int, now: datetime) -> bool:
    if price_yen == subscription.amount_yen:
        return False
    try:
        facts = gateway.change_price(subscription.stripe_id, price_yen)
    except (StripeAway, StripeRefused) as fault:
        logger.warning("%s keeps its price for now: %s", subscription, fault)
        return False
    note_subscription(facts, asked_at=now, now=now)
    return True


@sweep("announce-charges", every=EVERY_TEN_MINUTES)
def announce_charges(*, now: datetime) -> int:
    """Tell members of what their card will be charged; returns how many mails were written."""
    if not settings.STRIPE:
        return 0
    return sum(_announce(one, now) for one in queries.charges_to_announce(now))


@transaction.atomic
def _announce(subscription: CardSubscription, now: datetime) -> bool:
    return mails.charge_announced(subscription, now=now)


def way_to_another_card(*, member: User, back_url: str) -> str:
    """A page of Stripe's on which the member chooses another card. Refused for whoever never paid by one."""
    customer = CardCustomer.objects.filter(member=member, stripe_id__isnull=False).first()
    if customer is None or customer.stripe_id is None:
        raise Refused(NoCardPayment.NO_CUSTOMER)
    try:
        return gateway.portal_url(customer.stripe_id, back_url=back_url, language=member.language)
    except (StripeAway, StripeRefused) as fault:
        raise Refused(NoCardPayment.AWAY) from fault
