"""What becomes of cards when their payer goes."""

from __future__ import annotations

from datetime import datetime

from kouryu.leaving import on_leaving
from members.cards.flows import begin_forgetting
from members.models import CardCustomer, CardSubscription, User


@on_leaving(CardCustomer, CardSubscription)
def end_cards(member: User, *, now: datetime) -> None:
    """Nothing recurs any more. The row waits until Stripe has forgotten the member, too, and some time after."""
    begin_forgetting(member=member, now=now)
