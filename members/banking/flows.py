"""The bank's list: taking it in, accepting a line, booking it as nobody's, and undoing that."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db import transaction

from kouryu.moves import move_to
from kouryu.refusal import Refused, get_or_gone
from kouryu.words import clean_line
from members.accounts.locks import lock_account, lock_members
from members.audit import audit
from members.banking import queries
from members.banking.choices import BANK_LINE_MOVES, BankLineState
from members.banking.limits import BANK_DESK, BANK_LISTS
from members.banking.rules.cells import payer_key
from members.banking.rules.matching import NoBankAct, keys_of
from members.banking.rules.statements import BankStatement
from members.membership.choices import DueState, PaymentWay
from members.membership.flows.paying import pay_due, receive
from members.membership.flows.transfers import make_it_of, payers_and_paid, tell_of_the_rest, undo_payment
from members.membership.queries import second_person_from
from members.models import Allocation, BankLine, BankList, Due, PaymentIn, User

WRITTEN_AT_ONCE = 500
LONGEST_NAME = 120


@transaction.atomic
def take_in(statement: BankStatement, *, file_name: str, by: User, now: datetime) -> BankList:
    """Keep the lines of a list that are not here yet, all of them or none. Nothing is booked by this."""
    name = clean_line(file_name)[: BANK_LISTS.file_name]
    sent = BankList.objects.create(by=by, sent_at=now, file_name=name, lines_read=len(statement.lines))
    lines = [
        BankLine(
            source=sent,
            row=line.row,
            key=key,
            account=line.account,
            day=line.day,
            amount_yen=line.amount_yen,
            payer_name=line.payer[:LONGEST_NAME],
            payer_key=payer_key(line.payer)[:LONGEST_NAME],
            words=line.words[: BANK_DESK.longest_words],
            raw=line.raw,
            balance_yen=line.balance_yen,
        )
        for line, key in zip(statement.lines, keys_of(statement.lines), strict=True)
    ]
    BankLine.objects.bulk_create(lines, batch_size=WRITTEN_AT_ONCE, ignore_conflicts=True)
    sent.lines_new = sent.lines.count()
    sent.save(update_fields=["lines_new"])
    audit.record("take-in-bank-list", sent, by=by, now=now)
    return sent


@transaction.atomic
def accept_line(*, line_id: int, reference: str, by: User, now: datetime) -> BankLine:
    """Book a line as money of whoever owes this due, and pay the due with it; what is left over stays their credit.

    A line that was booked as nobody's becomes theirs. Accepting the same again changes nothing. Refused where the line
    is booked for somebody else, the due waits no more, or is one's own, and from the amount that needs two people.
    """
    member = User.objects.filter(dues__reference=reference).first()
    if member is None:
        raise Refused(NoBankAct.NO_DUE)
    if member.pk == by.pk:
        raise Refused(NoBankAct.OWN_DUE)
    lock_account(member.pk)
    line = _locked(line_id)
    payment = line.payment
    if line.state == BankLineState.BOOKED:
        if Allocation.objects.standing().filter(payment=payment, due__reference=reference).exists():
            return line
        raise Refused(NoBankAct.OVER)
    due = Due.objects.select_related("agreement__plan", "member").get(reference=reference)
    if due.state != DueState.OPEN:
        raise Refused(NoBankAct.NO_DUE)
    _refuse_for_two(line)
    if payment:
        make_it_of(payment, due.member, by=by, now=now)
        line.refresh_from_db()
    else:
        payment = _received(line, member=due.member, by=by, now=now)
        become(line, BankLineState.BOOKED, payment)
    pay_due(due, payment, by=by, now=now)
    tell_of_the_rest(due, payment, now=now)
    audit.record("accept-bank-line", line, by=by, now=now, fields=["state", "payment"])
    return line


@transaction.atomic
def book_as_unknown(*, line_id: int, by: User, now: datetime) -> BankLine:
    """Book a line that nobody ordered: the money is in the book, under nobody's name.

    A second time changes nothing. Refused from the amount that needs two people.
    """
    line = _locked(line_id)
    if line.state == BankLineState.UNKNOWN:
        return line
    if line.state != BankLineState.WAITING:
        raise Refused(NoBankAct.OVER)
    _refuse_for_two(line)
    payment = _received(line, member=None, by=by, now=now)
    become(line, BankLineState.UNKNOWN, payment)
    audit.record("book-bank-line-as-unknown", line, by=by, now=now, fields=["state", "payment"])
    return line


@transaction.atomic
def join_to_payment(*, line_id: int, payment_id: int, by: User, now: datetime) -> BankLine:
    """Say that a line is the transfer that the desk confirmed by hand already: nothing is booked a second time.

    Refused where the line is booked, the payment is another line's, stands no more, or is one's own.
    """
    payment: PaymentIn = get_or_gone(PaymentIn.objects.all(), pk=payment_id)
    if payment.member_id == by.pk:
        raise Refused(NoBankAct.OWN_DUE)
    if payment.member_id:
        lock_account(payment.member_id)
    line = _locked(line_id)
    if line.payment_id == payment.pk:
        return line
    if line.state != BankLineState.WAITING or not queries.confirmed_by_hand(line).filter(pk=payment.pk).exists():
        raise Refused(NoBankAct.OVER)
    become(line, BankLineState.BOOKED if payment.member_id else BankLineState.UNKNOWN, payment)
    audit.record("join-bank-line", line, by=by, now=now, fields=["state", "payment"])
    return line


@transaction.atomic
def undo_line(*, line_id: int, cause: str, reason: str, by: User, now: datetime) -> BankLine:
    """Take back what was booked for a line; it waits again, and its member is told. A second time changes nothing.

    Refused where `undo_payment` refuses, and from the amount that needs two people.
    """
    payment = PaymentIn.objects.filter(bank_line_row=line_id).first()
    if payment:
        lock_members(payers_and_paid(payment))
    line = _locked(line_id)
    if line.state == BankLineState.WAITING:
        return line
    if payment is None or line.payment_id != payment.pk:
        raise Refused(NoBankAct.OVER)
    _refuse_for_two(line)
    undo_payment(payment_pk=payment.pk, cause=cause, reason=reason, by=by, now=now)
    line.refresh_from_db()
    audit.record("undo-bank-line", line, by=by, now=now, fields=["state", "payment"])
    return line


def accept_sure(*, by: User, now: datetime) -> int:
    """Accept the next few lines that are sure, each in a transaction of its own; returns how many are still left.

    A stop between two of them loses nothing: the next call goes on with those that wait. What needs two people stays.
    """
    sure, _for_two = queries.sure_proposals(list(queries.waiting_lines()), reader=by)
    for line, due in sure[: BANK_DESK.a_step]:
        with suppress(Refused):  # somebody was faster
            accept_line(line_id=line.pk, reference=due.reference, by=by, now=now)
    return max(len(sure) - BANK_DESK.a_step, 0)


def _locked(line_id: int) -> BankLine:
    """The line under its lock; whoever's account it may be is locked before.

    Without its payment: what is joined to a row that was waited for would still be as it was before.
    """
    return get_or_gone(BankLine.objects.select_for_update(no_key=True), pk=line_id)


def _received(line: BankLine, *, member: User | None, by: User, now: datetime) -> PaymentIn:
    line.bookings += 1
    external_id = f"bank/{line.key}" + (f"/{line.bookings}" if line.bookings > 1 else "")
    return receive(
        key=external_id,
        way=PaymentWay.TRANSFER,
        amount_yen=line.amount_yen,
        received_on=line.day,
        member=member,
        by=by,
        now=now,
        payer_name=line.payer_name,
        payer_kana=line.payer_key,
        external_id=external_id,
        bank_line=line.raw,
    )


def _refuse_for_two(line: BankLine) -> None:
    """Such an amount is noted at the page of transfers, where two people agree; the line is joined to it then."""
    if line.amount_yen >= second_person_from():
        raise Refused(NoBankAct.TWO_PEOPLE)


def become(line: BankLine, state: BankLineState, payment: PaymentIn | None) -> None:
    """The line's new state, with the payment that stands for it. The caller holds the line's lock."""
    move_to(line, state, BANK_LINE_MOVES)
    line.payment = payment
    line.save(update_fields=["state", "payment", "bookings"])
