"""What becomes of cards when their payer goes."""

from __future__ import annotations

from datetime import datetime

from kouryu.leaving import on_leaving, stays
from members.cards.flows import begin_forgetting
from members.models import CardCheckout, CardCustomer, CardFailure, CardReturn, CardSubscription, User

stays(CardCheckout, CardReturn, why="books of account (法人税法)", until="`books` of the retention table")


@on_leaving(CardCustomer, CardFailure, CardSubscription)
def end_cards(member: User, *, now: datetime) -> None:
    """Nothing recurs any more. The row waits until Stripe has forgotten the member, too, and some time after."""
    begin_forgetting(member=member, now=now)
