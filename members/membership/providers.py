"""Ways of paying: what membership has to know of each. Transfers stand here, cards in their own chapter."""

from __future__ import annotations

from typing import Protocol

from django.urls import reverse

from members.membership.choices import PaymentWay
from members.models import Due, PricePlan, User


class PaymentProvider(Protocol):
    """A way of paying: whether it is offered, where its pages are, and whether it charges by itself."""

    way: PaymentWay

    def is_offered(self) -> bool:
        """Whether this site takes it."""

    def order_url(self, plan: PricePlan) -> str:
        """The last screen before an order that is paid so."""

    def renews(self, member: User) -> bool:
        """Whether it will charge this member's next period by itself: then nobody else asks for it."""

    def wish_changed(self, member: User) -> None:
        """The member stops, or goes on after all; called in the transaction that notes it."""

    def pay_template(self, due: Due) -> str:
        """What the page of an open order shows: how it is paid."""


class TransferProvider:
    """By bank, before the period begins: nothing happens unless the member does it."""

    way = PaymentWay.TRANSFER

    def is_offered(self) -> bool:
        return True

    def order_url(self, plan: PricePlan) -> str:
        return reverse("members:order", args=[plan.key])

    def renews(self, member: User) -> bool:
        return False

    def wish_changed(self, member: User) -> None:
        """Nothing to do: no transfer comes by itself."""

    def pay_template(self, due: Due) -> str:
        return "members/membership/payment/open.html"


PROVIDERS: dict[str, PaymentProvider] = {PaymentWay.TRANSFER: TransferProvider()}


def register(provider: PaymentProvider) -> None:
    """Make a way of paying known, once, when the site starts."""
    PROVIDERS[provider.way] = provider


def offered() -> list[PaymentProvider]:
    """What this site takes, transfers first."""
    return [provider for provider in PROVIDERS.values() if provider.is_offered()]


def renews_by_itself(member: User) -> bool:
    """Whether the next period of this member is charged without their doing anything."""
    return any(provider.renews(member) for provider in PROVIDERS.values())


def tell_of_wish(member: User) -> None:
    """Tell every way of paying that the member stops, or goes on after all."""
    for provider in PROVIDERS.values():
        provider.wish_changed(member)
