"""Reads about cards: who pays by one, and which notices wait."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from members.cards.choices import CheckoutState
from members.cards.limits import CARD_RENEWALS, CHECKOUTS, WEBHOOKS
from members.membership.choices import PeriodSource
from members.membership.queries import agreement_for
from members.models import CardCheckout, CardFailure, CardSubscription, StripeEvent, User


def notices_due(now: datetime) -> list[int]:
    """Those to work on, in the order in which they happened at Stripe."""
    waiting = StripeEvent.objects.filter(worked_at=None, next_try_at__lte=now).order_by("created_at", "pk")
    return list(waiting.values_list("pk", flat=True)[: WEBHOOKS.at_once])


def known_notices(event_ids: Iterable[str]) -> set[str]:
    """Which of these came already."""
    return set(StripeEvent.objects.filter(event_id__in=list(event_ids)).values_list("event_id", flat=True))


def renewal_of(member: User) -> CardSubscription | None:
    """What will be charged to this member's card by itself; None where nothing will be."""
    return subscription_of(member, stops=False)


def subscription_of(member: User, **more: bool) -> CardSubscription | None:
    """What recurs for this member, or did until they stopped it and its period lasts."""
    return member.card_subscriptions.living().filter(**more).order_by("began_at").last()


def checkouts_to_look_at(now: datetime) -> QuerySet[CardCheckout]:
    """Pages that are open and whose notice is late, oldest first."""
    opened = (now - CHECKOUTS.looked_at_for, now - CHECKOUTS.looked_at_after)
    open_ones = CardCheckout.objects.filter(state=CheckoutState.OPEN, stripe_id__isnull=False, opened_at__range=opened)
    return open_ones.select_related("due").order_by("opened_at")


def subscriptions_against_a_wish() -> QuerySet[CardSubscription]:
    """What Stripe will charge though the member stopped, or will not though they go on."""
    wants_to_stop = Q(member__membership__stopped_at__isnull=False)
    living = CardSubscription.objects.living().filter(member__is_active=True)
    return living.filter((wants_to_stop & Q(stops=False)) | (~wants_to_stop & Q(stops=True))).order_by("pk")


def price_agreed_for(subscription: CardSubscription) -> int:
    """What was agreed with this member for the days that are charged next; what is charged where nothing else was."""
    paid = subscription.member.periods.filter(source=PeriodSource.PAID, plan__months=subscription.months)
    latest = paid.select_related("plan").order_by("ends_on").last()
    agreement = agreement_for(latest) if latest else None
    return agreement.price_yen if agreement else subscription.amount_yen


def charges_to_announce(now: datetime) -> list[CardSubscription]:
    """What is charged soon: its member is told before."""
    until = now + CARD_RENEWALS.notice(CARD_RENEWALS.a_year)
    soon = CardSubscription.objects.living().filter(stops=False, period_ends_at__gt=now, period_ends_at__lte=until)
    found = soon.filter(member__is_active=True).select_related("member").order_by("period_ends_at", "pk")
    return [one for one in found if one.period_ends_at <= now + CARD_RENEWALS.notice(one.months)]


def open_failures() -> QuerySet[CardFailure]:
    """Charges that failed and are not settled."""
    return CardFailure.objects.filter(settled_at=None).select_related("member").order_by("failed_at", "pk")
