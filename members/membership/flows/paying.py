"""Money that comes in, and what it pays: the one way from a payment to paid days, for every way of paying."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from kouryu.refusal import Refused
from members.audit import audit
from members.membership import mails, queries
from members.membership.choices import DUE_MOVES, BookAccount, BookingKind, DueState, PaymentWay, PeriodSource
from members.membership.flows.book import Posting, book, reverse
from members.membership.rules import NoBooking, days_bought
from members.models import Allocation, Booking, Due, PaymentIn, Period, User

ACCOUNT_OF = {PaymentWay.TRANSFER: BookAccount.BANK, PaymentWay.CARD: BookAccount.CARD}
# What the record of acts calls a due that was paid so.
TAKEN_BACK = "the order was taken back"  # in the book, which members read in their archive
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
    if payment and payment.member_id != due.member_id:
        _pass_on(payment, due, amount_yen, by=by, now=now)
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


def use_credit(due: Due, *, by: User | None, now: datetime) -> Period | None:
    """Set the member's credit against a due as far as it goes, the oldest payment first.

    The caller holds the member's lock. Returns the days once the due is paid in full.
    """
    period = None
    for payment in queries.unspent_payments(due.member):
        if queries.missing_yen(due):
            period = pay_due(due, payment, by=by, now=now)
    return period


def take_back_allocation(allocation: Allocation, *, by: User | None, reason: str, now: datetime) -> None:
    """Reverse it: what it paid is the payer's credit again. Days and the state of the due are the caller's.

    Refused where a part of what was paid for the due went elsewhere meanwhile. What was booked as earned is not earned.
    """
    due = allocation.due
    earned = -queries.booked_yen(due, BookAccount.INCOME)
    if -queries.booked_yen(due, BookAccount.DEFERRED) + earned != queries.paid_yen(due):
        raise Refused(NoBooking.USED_ELSEWHERE)
    if earned:
        book(
            BookingKind.EARNED,
            f"unearn/{allocation.booking.key}",
            [
                Posting(BookAccount.INCOME, earned, due.member, due),
                Posting(BookAccount.DEFERRED, -earned, due.member, due),
            ],
            now=now,
            member=due.member,
            by=by,
            reason=reason,
        )
    reverse(allocation.booking, by=by, reason=reason, now=now)
    before = {f"pass-on/{_number_of(allocation)}", f"forgive/{_number_of(allocation)}"}
    for booking in Booking.objects.filter(key__in=before, reversed_by=None):
        reverse(booking, by=by, reason=reason, now=now)


def take_back_forgiven(due: Due, *, by: User | None, reason: str, now: datetime) -> None:
    """What was let go of this due is missing again: it was a part of a whole that no longer stands."""
    for allocation in due.allocations.standing().filter(payment=None).select_related("booking", "due__member"):
        take_back_allocation(allocation, by=by, reason=reason, now=now)


def take_back_due(due: Due, *, by: User | None, now: datetime) -> None:
    """Ask for it no longer. What was paid in part is the payer's credit again."""
    for allocation in due.allocations.standing().select_related("booking", "due__member"):
        take_back_allocation(allocation, by=by, reason=TAKEN_BACK, now=now)
    settle(due, DueState.CANCELLED, by=by, now=now)


def forgive(due: Due, *, by: User, now: datetime) -> Period:
    """Let go what is missing of a due, and with it give its days."""
    missing = queries.missing_yen(due)
    book(
        BookingKind.FORGIVEN,
        f"forgive/{due.reference}/{due.allocations.count() + 1}",
        [
            Posting(BookAccount.DIFFERENCES, missing, due.member, due),
            Posting(BookAccount.CREDIT, -missing, due.member),
        ],
        now=now,
        member=due.member,
        by=by,
    )
    allocation = set_against(due, missing, payment=None, by=by, now=now)
    return _complete(due, allocation, by=by, note="", now=now)


def _pass_on(payment: PaymentIn, due: Due, amount_yen: int, *, by: User | None, now: datetime) -> None:
    """Make a part of one member's payment the credit of another, whose due it pays."""
    book(
        BookingKind.ASSIGNED,
        f"pass-on/{due.reference}/{due.allocations.count() + 1}",
        [
            Posting(BookAccount.CREDIT, amount_yen, payment.member),
            Posting(BookAccount.CREDIT, -amount_yen, due.member),
        ],
        now=now,
        member=due.member,
        by=by,
    )


def _number_of(allocation: Allocation) -> str:
    """What the keys of an allocation, and of what made it possible, share."""
    return allocation.booking.key.removeprefix("allocate/")


def settle(due: Due, state: DueState, *, by: User | None, note: str = "", now: datetime) -> None:
    """Move a due into a state that `DUE_MOVES` allows; anything else is a ValueError."""
    if state not in DUE_MOVES[DueState(due.state)]:
        raise ValueError(f"{due.state} does not become {state}")
    due.state, due.settled_by, due.settled_at, due.note = state, by, now, note
    due.save(update_fields=["state", "settled_by", "settled_at", "note"])


def wait_again(due: Due) -> None:
    """A due whose payment no longer stands is asked for as before."""
    if DueState.OPEN not in DUE_MOVES[DueState(due.state)]:
        raise ValueError(f"{due.state} does not become open")
    due.state, due.settled_by, due.settled_at, due.note = DueState.OPEN, None, None, ""
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
    by_member = by is not None and by.pk == due.member_id
    way = PaymentWay(allocation.payment.way) if allocation.payment and not by_member else None
    audit.record(PAID_BY[way], due, by=by, now=now, fields=["note", "state"] if note else ["state"])
    mails.payment_confirmed(period, now=now)
    return period
