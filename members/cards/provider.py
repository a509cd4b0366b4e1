"""Cards as a way of paying."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from kouryu.celery import wake
from members.cards import queries
from members.membership import providers
from members.membership.choices import PaymentWay
from members.models import Due, PricePlan, User


class CardProvider:
    """By card, on pages of Stripe's; the next period is charged by itself until the member stops."""

    way = PaymentWay.CARD

    def is_offered(self) -> bool:
        return settings.STRIPE is not None

    def order_url(self, plan: PricePlan) -> str:
        return reverse("members:card_order", args=[plan.key])

    def renews(self, member: User) -> bool:
        return self.is_offered() and queries.renewal_of(member) is not None

    def wish_changed(self, member: User) -> None:
        if self.is_offered():
            wake("members.tasks.tell_stripe_who_stops")

    def pay_template(self, due: Due) -> str:
        return "members/cards/payment/open.html"


def connect() -> None:
    """Make cards known as a way of paying."""
    providers.register(CardProvider())
