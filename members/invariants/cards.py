"""What must always be true of cards: notices were worked on, and nobody is charged twice for the same."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Exists, OuterRef

from members.audit.checking import overdue, then
from members.membership.choices import PaymentWay
from members.models import Allocation, CardCustomer, CardSubscription, PaymentIn, StripeEvent

AT_STRIPE = "Look at the event at Stripe and at what the worker logs; it is tried again by itself every hour."


@then(AT_STRIPE)
def notices_are_worked_on(now: datetime) -> list[str]:
    late = StripeEvent.objects.filter(worked_at=None, received_at__lt=overdue("work-on-notices", now))
    return [
        f"notice {event.pk} ({event.kind}) waits: {event.outcome or 'never tried'}" for event in late.order_by("pk")
    ]


@then("End one of them at Stripe, and refund what it charged.")
def one_card_subscription_lives(now: datetime) -> list[str]:
    rows = CardSubscription.objects.living().values("member").annotate(number=Count("pk")).filter(number__gt=1)
    return [f"user {row['member']} is charged by {row['number']} subscriptions" for row in rows.order_by("member")]


@then("Delete the customer at Stripe; the next sweep notes it.")
def who_left_is_forgotten_at_stripe(now: datetime) -> list[str]:
    late = CardCustomer.objects.filter(forgotten_at=None, left_at__lt=overdue("forget-card-customers", now))
    return [f"customer {customer.pk} left and can still be charged" for customer in late.order_by("pk")]


@then("Tell the member what happened, and let the desk set the credit against what is due, or send it back.")
def card_payments_have_their_days(now: datetime) -> list[str]:
    """What a card paid for somebody who is here bought days; what did not is known, and is put right by the desk."""
    bought = Allocation.objects.standing().filter(payment=OuterRef("pk"))
    rows = PaymentIn.objects.standing().filter(way=PaymentWay.CARD, member__isnull=False)
    return [f"payment {row.pk} of a card bought no day" for row in rows.exclude(Exists(bought)).order_by("pk")]


CHECKS = [
    notices_are_worked_on,
    one_card_subscription_lives,
    who_left_is_forgotten_at_stripe,
    card_payments_have_their_days,
]
