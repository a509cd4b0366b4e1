"""What becomes of fees when their payer goes: the books stay as long as the law wants them."""

from __future__ import annotations

from datetime import datetime

from kouryu.leaving import on_leaving, stays
from members.membership.flows.ordering import withdraw_open_order
from members.models import (
    Allocation,
    Booking,
    BookLimit,
    BookLine,
    BookProposal,
    Due,
    FormerPeriod,
    Membership,
    NameOnRecord,
    PaymentIn,
    Period,
    PlanAgreement,
    PlanPrice,
    Refund,
    User,
)

BOOKS = [
    BookLimit,
    BookProposal,
    PlanAgreement,
    PlanPrice,
    Due,
    Booking,
    BookLine,
    PaymentIn,
    Allocation,
    Refund,
    Period,
    FormerPeriod,
]

stays(*BOOKS, why="books of account (法人税法)", until="`books` of the retention table")


@on_leaving(Membership, NameOnRecord)
def end_membership(member: User, *, now: datetime) -> None:
    """An open order is taken back. Whoever paid stays in the books by the name that the bank knows."""
    withdraw_open_order(member=member, now=now)
    Membership.objects.filter(member=member).delete()
    if not Booking.objects.filter(member=member).exists():
        NameOnRecord.objects.filter(member=member).delete()
