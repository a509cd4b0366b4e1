"""Money that comes in, and what it pays: the one way from a payment to paid days, for every way of paying."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from members.audit import audit
from members.membership import mails, queries
from members.membership.choices import DUE_MOVES, BookAccount, BookingKind, DueState, PaymentWay, PeriodSource
from members.membership.flows.book import Posting, book
from members.membership.rules import days_bought
from members.models import Allocation, Due, PaymentIn, Period, User

ACCOUNT_OF = {PaymentWay.TRANSFER: BookAccount.BANK, PaymentWay.CARD: BookAccount.CARD}
# What the record of acts calls a due that was paid so.
PAID_BY = {PaymentWay.TRANSFER: "confirm-transfer", PaymentWay.CARD: "charge-card", None: "use-credit"}


def receive(
    *,
    key: str,
    way: PaymentWay,
    amount_yen: int,
    received_on: date,
    member: User | None,
    by: User | None,
    now: datetime,
    payer_name: str = "",
    payer_kana: str = "",
    external_id: str | None = None,
    bank_line: str = "",
) -> PaymentIn:
    """Book money that came in: as the credit of `member`, or as nobody's where it is not known whose it is.

    The caller holds the member's lock. An IntegrityError where this key or this `external_id` is there already.
    """
    credit = Posting(BookAccount.CREDIT, -amount_yen, member) if member else Posting(BookAccount.UNKNOWN, -amount_yen)
    booking = book(
        BookingKind.RECEIVED,
        key,
        [Posting(ACCOUNT_OF[way], amount_yen), credit],
        now=now,
        member=member,
        by=by,
        booked_on=received_on,
    )
    return PaymentIn.objects.create(
        booking=booking,
        way=way,
        amount_yen=amount_yen,
        received_on=received_on,
        member=member,
        payer_name=payer_name,
        payer_kana=payer_kana,
        external_id=external_id,
        bank_line=bank_line,
    )


def pay_due(due: Due, payment: PaymentIn, *, by: User | None, note: str = "", now: datetime) -> Period | None:
    """Use what a payment left for a due, as far as it is missing. Returns the days once the due is paid in full.

    The caller holds the member's lock. What is left over stays the member's credit.
    """
    yen = min(queries.missing_yen(due), queries.unspent_yen(payment))
    return allocate(due, yen, payment=payment, by=by, note=note, now=now) if yen else None


def allocate(
    due: Due, amount_yen: int, *, payment: PaymentIn | None, by: User | None, note: str = "", now: datetime
) -> Period | None:
    """Set so much of the member's credit, which this payment brought, against a due. Returns the days once it is paid.

    The caller holds the member's lock, and has asked how much there is and how much is missing.
    """
    allocation = set_against(due, amount_yen, payment=payment, by=by, now=now)
    return _complete(due, allocation, by=by, note=note, now=now) if queries.missing_yen(due) == 0 else None


def set_against(due: Due, amount_yen: int, *, payment: PaymentIn | None, by: User | None, now: datetime) -> Allocation:
    """Book a part of the member's credit as paid for this due; its state and its days are the caller's."""
    number = due.allocations.count() + 1
    booking = book(
        BookingKind.ALLOCATED,
        f"allocate/{due.reference}/{number}",
        [
            Posting(BookAccount.CREDIT, amount_yen, due.member),
            Posting(BookAccount.DEFERRED, -amount_yen, due.member, due),
        ],
        now=now,
        member=due.member,
        by=by,
    )
    return Allocation.objects.create(booking=booking, due=due, payment=payment, amount_yen=amount_yen)


def settle(due: Due, state: DueState, *, by: User | None, note: str = "", now: datetime) -> None:
    """Move a due into a state that `DUE_MOVES` allows; anything else is a ValueError."""
    if state not in DUE_MOVES[DueState(due.state)]:
        raise ValueError(f"{due.state} does not become {state}")
    due.state, due.settled_by, due.settled_at, due.note = state, by, now, note
    due.save(update_fields=["state", "settled_by", "settled_at", "note"])


def _complete(due: Due, allocation: Allocation, *, by: User | None, note: str, now: datetime) -> Period:
    """The due is paid: its days begin today, or after those that the member has."""
    days = days_bought(due.months, today=timezone.localdate(now), paid_until=queries.paid_until(due.member))
    settle(due, DueState.CONFIRMED, by=by, note=note, now=now)
    period = Period.objects.create(
        member=due.member,
        plan=due.plan,
        starts_on=days.starts_on,
        ends_on=days.ends_on,
        source=PeriodSource.PAID,
        allocation=allocation,
    )
    way = allocation.payment.way if allocation.payment else None
    audit.record(PAID_BY[way], due, by=by, now=now, fields=["note", "state"] if note else ["state"])
    mails.payment_confirmed(period, now=now)
    return period
