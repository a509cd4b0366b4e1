"""What the desk does with money: noting it, finding out whose it is, letting a little go, undoing, giving back.

A transfer may be of any amount. What a due lacks stays missing, what is over is the member's credit. Nobody does any of
this with their own money; above the owner's limit `flows.second` asks two people.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kouryu.refusal import Refused, get_or_gone
from members.accounts.locks import lock_account, lock_member, lock_members
from members.audit import audit
from members.membership import mails, queries
from members.membership.choices import BookAccount, BookingKind, DaysChange, DueState, PaymentWay, UndoCause
from members.membership.flows import days, paying
from members.membership.flows.book import Posting, book, reverse
from members.membership.rules import NoBooking, NoConfirmation, folded_kana, why_not_confirm, why_not_forgive
from members.membership.signals import payment_changed
from members.models import Booking, Due, PaymentIn, Period, Refund, User


@transaction.atomic
def confirm_transfer(
    *,
    reference: str,
    by: User,
    amount_seen: int,
    received_on: date | None = None,
    payer_name: str = "",
    note: str = "",
    seen: int = 0,
    now: datetime,
) -> Period | None:
    """Note a transfer for an order, of whatever amount; once it is paid, its days begin, and the member is told.

    `seen` is how many transfers for it the page knew of: another click, or another tab, books nothing more. Returns the
    days that the order has then. Refused for a cancelled order, for one's own, and for a day ahead or long ago.
    """
    member = User.objects.get(dues__reference=reference)
    lock_account(member.pk)
    due = Due.objects.select_related("agreement__plan", "member").get(reference=reference)
    today = timezone.localdate(now)
    received_on = received_on or today
    noted = queries.times_noted(due)
    if noted > seen:
        return queries.first_period_of(due)
    if reason := why_not_confirm(
        cancelled=due.state == DueState.CANCELLED,
        own_order=due.member_id == by.pk,
        received_on=received_on,
        today=today,
    ):
        raise Refused(reason)
    payment = paying.receive(
        key=f"transfer/{due.reference}/{noted + 1}",
        way=PaymentWay.TRANSFER,
        amount_yen=amount_seen,
        received_on=received_on,
        member=due.member,
        by=by,
        now=now,
        payer_name=payer_name,
        payer_kana=folded_kana(payer_name),
    )
    if due.state == DueState.OPEN:
        paying.pay_due(due, payment, by=by, note=note, now=now)
    tell_of_the_rest(due, payment, now=now)
    return queries.first_period_of(due)


@transaction.atomic
def forgive_difference(*, reference: str, by: User, now: datetime) -> Period:
    """Let go the few yen that a due lacks, as where the bank took its charge; its days begin.

    Refused where nothing was paid, too much is missing, and for one's own.
    """
    member = User.objects.get(dues__reference=reference)
    lock_account(member.pk)
    due = Due.objects.select_related("agreement__plan", "member").get(reference=reference)
    if due.member_id == by.pk:
        raise Refused(NoBooking.OWN)
    if due.state != DueState.OPEN:
        raise Refused(NoBooking.DUE_SETTLED)
    if reason := why_not_forgive(paid_yen=queries.paid_yen(due), missing_yen=queries.missing_yen(due)):
        raise Refused(reason)
    return paying.forgive(due, by=by, now=now)


@transaction.atomic
def note_payment(
    *, key: str, amount_yen: int, received_on: date, payer_name: str = "", by: User, now: datetime
) -> PaymentIn:
    """Note money of which nobody knows yet whose it is. The same key again is the payment that was noted first."""
    there: PaymentIn | None = PaymentIn.objects.filter(booking__key=f"note/{key}").first()
    if there:
        return there
    if received_on > timezone.localdate(now):
        raise Refused(NoConfirmation.NOT_YET)
    return paying.receive(
        key=f"note/{key}",
        way=PaymentWay.TRANSFER,
        amount_yen=amount_yen,
        received_on=received_on,
        member=None,
        by=by,
        now=now,
        payer_name=payer_name,
        payer_kana=folded_kana(payer_name),
    )


@transaction.atomic
def assign_payment(*, payment_pk: int, reference: str, by: User, now: datetime) -> Period | None:
    """Use what is left of a payment for a due, also of another member than its payer. Returns the days if it is paid.

    A payment of nobody becomes the payment of this due's member. Refused for one's own money, a payment that was undone
    or used up, and a due that does not wait.
    """
    payment = get_or_gone(PaymentIn.objects.all(), pk=payment_pk)
    due = Due.objects.filter(reference=reference).first()
    if due is None:
        raise Refused(NoBooking.NO_SUCH_DUE)
    lock_members({pk for pk in (payment.member_id, due.member_id) if pk})
    payment = _standing(payment_pk)
    due = Due.objects.select_related("agreement__plan", "member").get(pk=due.pk)
    if by.pk in {payment.member_id, due.member_id}:
        raise Refused(NoBooking.OWN)
    if due.state != DueState.OPEN:
        raise Refused(NoBooking.DUE_SETTLED)
    if not queries.unspent_yen(payment):
        raise Refused(NoBooking.NOTHING_LEFT)
    if payment.member_id is None:
        make_it_of(payment, due.member, by=by, now=now)
    period = paying.pay_due(due, payment, by=by, now=now)
    if period is None:
        mails.part_received(due, payment, missing_yen=queries.missing_yen(due), now=now)
    return period


@transaction.atomic
def undo_payment(*, payment_pk: int, cause: str, reason: str, by: User, now: datetime) -> PaymentIn:
    """Reverse a payment that was noted by mistake or went back, with all that it paid; those whom it touches are told.

    Its dues wait again (or are off, where another one waits by now), and the days that they bought go. Refused for
    one's own money, a second time, and where something of it was refunded or used elsewhere.
    """
    members = payers_and_paid(get_or_gone(PaymentIn.objects.all(), pk=payment_pk))
    lock_members(members)
    payment = _standing(payment_pk)
    if by.pk in members:
        raise Refused(NoBooking.OWN)
    if payment.refunds.standing().exists():
        raise Refused(NoBooking.REFUNDED)
    for allocation in payment.allocations.standing().select_related("booking", "due__member", "due__agreement"):
        paying.take_back_allocation(allocation, by=by, reason=reason, now=now)
        paying.take_back_forgiven(allocation.due, by=by, reason=reason, now=now)
        _reopen(allocation.due, cause, by=by, now=now)
    for booking in Booking.objects.filter(key=f"assign/{payment.pk}", reversed_by=None):
        reverse(booking, by=by, reason=reason, now=now)
    reverse(payment.booking, by=by, reason=reason, now=now)
    audit.record("undo-payment", payment, by=by, now=now, why=cause)
    payment_changed.send(PaymentIn, payment=payment)
    return payment


@transaction.atomic
def owe_refund(*, payment_pk: int, reason: str, by: User, now: datetime) -> Refund:
    """Decide that what is left of a payment goes back to its payer. Refused for one's own, and with nothing left."""
    payer = get_or_gone(PaymentIn.objects.all(), pk=payment_pk).member_id
    lock_members({payer} - {None})
    payment = _standing(payment_pk)
    if by.pk == payment.member_id:
        raise Refused(NoBooking.OWN)
    return _owe(payment, reason=reason, by=by, now=now)


@transaction.atomic
def ask_for_credit_back(*, member: User, now: datetime) -> list[Refund]:
    """The member chooses to get back what we hold of them. Refused where we hold nothing."""
    lock_member(member.pk)
    payments = queries.unspent_payments(member)
    if not payments:
        raise Refused(NoBooking.NO_CREDIT)
    return [_owe(payment, reason="the member asked", by=member, now=now) for payment in payments]


@transaction.atomic
def pay_refund(*, refund_pk: int, by: User, now: datetime) -> Refund:
    """Note that money went back. A second time changes nothing; refused for one's own."""
    refund: Refund = get_or_gone(Refund.objects.standing().select_related("member"), pk=refund_pk)
    lock_members([refund.member_id] if refund.member_id else [])
    refund.refresh_from_db()
    if refund.member_id == by.pk:
        raise Refused(NoBooking.OWN)
    if refund.paid_out_id:
        return refund
    refund.paid_out = book(
        BookingKind.REFUND_PAID,
        f"refund-paid/{refund.pk}",
        [
            Posting(BookAccount.REFUNDS, refund.amount_yen, refund.member),
            Posting(paying.ACCOUNT_OF[PaymentWay(refund.way)], -refund.amount_yen),
        ],
        now=now,
        member=refund.member,
        by=by,
    )
    refund.save(update_fields=["paid_out"])
    return refund


def payers_and_paid(payment: PaymentIn) -> set[int]:
    """The members whom undoing a payment touches: its payer, and whose dues it paid."""
    paid_for = payment.allocations.values_list("due__member", flat=True)
    return {pk for pk in (*paid_for, payment.member_id) if pk}


def _standing(payment_pk: int) -> PaymentIn:
    payment: PaymentIn = PaymentIn.objects.select_related("booking", "member").get(pk=payment_pk)
    if Booking.objects.filter(reverses=payment.booking).exists():
        raise Refused(NoBooking.UNDONE)
    return payment


def tell_of_the_rest(due: Due, payment: PaymentIn, *, now: datetime) -> None:
    """The member is told what their due still lacks after a payment, or what the payment left as credit."""
    if due.state == DueState.OPEN:
        mails.part_received(due, payment, missing_yen=queries.missing_yen(due), now=now)
    elif credit := queries.unspent_yen(payment):
        mails.credit_received(payment, credit_yen=credit, now=now)


def make_it_of(payment: PaymentIn, member: User, *, by: User, now: datetime) -> None:
    """What nobody knew whose it was is this member's. The caller holds the member's lock."""
    book(
        BookingKind.ASSIGNED,
        f"assign/{payment.pk}",
        [
            Posting(BookAccount.UNKNOWN, payment.amount_yen),
            Posting(BookAccount.CREDIT, -payment.amount_yen, member),
        ],
        now=now,
        member=member,
        by=by,
    )
    payment.member = member
    payment.save(update_fields=["member"])
    payment_changed.send(PaymentIn, payment=payment)


def _reopen(due: Due, cause: str, *, by: User, now: datetime) -> None:
    """A due that was paid, or in part, waits again; where another one waits by now, it is off."""
    due.refresh_from_db()
    if due.state == DueState.CONFIRMED:
        days.take_away(due, DaysChange.UNDONE, by=by, now=now)
        if queries.open_due(due.member):
            paying.take_back_due(due, by=by, now=now)
        else:
            paying.wait_again(due)
    audit.record("reopen-due", due, by=by, now=now, fields=["state"], why=cause)
    returned = cause == UndoCause.RETURNED
    mails.payment_undone(due, returned=returned, paid_until=queries.paid_until(due.member), now=now)


def _owe(payment: PaymentIn, *, reason: str, by: User, now: datetime) -> Refund:
    yen = queries.unspent_yen(payment)
    if not yen:
        raise Refused(NoBooking.NOTHING_LEFT)
    account = BookAccount.CREDIT if payment.member_id else BookAccount.UNKNOWN
    booking = book(
        BookingKind.REFUND_OWED,
        f"refund/{payment.pk}/{payment.refunds.count() + 1}",
        [Posting(account, yen, payment.member), Posting(BookAccount.REFUNDS, -yen, payment.member)],
        now=now,
        member=payment.member,
        by=by,
        reason=reason,
    )
    return Refund.objects.create(
        booking=booking, member=payment.member, payment=payment, way=payment.way, amount_yen=yen
    )
