"""Issuing receipts, writing them for another addressee, and correcting what went back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kouryu.refusal import Refused, get_or_gone
from kouryu.sweeps import EVERY_TEN_MINUTES, sweep
from members.accounts.locks import lock_account, lock_member
from members.audit import audit
from members.models import Allocation, Booking, PaymentIn, Receipt, ReceiptLine, ReceiptYear, Refund, User
from members.papers import queries
from members.papers.choices import PaperKind
from members.papers.rules import BARRED, NoReceipt, why_not_reissue
from members.texts.screening import verdict_on


@dataclass(frozen=True)
class Line:
    """What a paper is for, at its rate, in yen with tax."""

    what: str
    tax_percent: int
    amount_yen: int
    allocation: Allocation | None = None


@transaction.atomic
def issue_receipt(*, payment_pk: int, member: User, addressee: str, now: datetime) -> Receipt:
    """Issue a receipt for what this payment of the member pays and no receipt says yet.

    Where all of it is on one, that one is returned: a second click issues nothing. Refused: nothing is paid by it, or
    words that no addressee has. `Gone` for the payment of somebody else.
    """
    lock_member(member.pk)
    payment = get_or_gone(PaymentIn.objects.standing(), pk=payment_pk, member=member)
    fresh = list(queries.allocations_without_receipt(payment))
    if not fresh:
        if receipt := queries.latest_receipt(payment):
            return receipt
        raise Refused(NoReceipt.NOTHING_PAID)
    _refuse_barred(addressee)
    lines = [_line_of(part) for part in fresh]
    receipt = _write(PaperKind.RECEIPT, payment, lines, paid_on=payment.received_on, addressee=addressee, now=now)
    audit.record("issue-receipt", receipt, by=member, now=now)
    return receipt


@transaction.atomic
def reissue_receipt(*, receipt_pk: int, member: User, addressee: str, now: datetime) -> Receipt:
    """Write the same receipt, under its number and marked 再発行, for another addressee; the one before is void.

    Refused: what it is for went back, it was done too often, or words that no addressee has.
    """
    lock_member(member.pk)
    receipt = get_or_gone(Receipt.objects.filter(kind=PaperKind.RECEIPT), pk=receipt_pk, member=member)
    if addressee == receipt.addressee:
        return receipt
    if reason := why_not_reissue(has_returns=receipt.returned_by.exists(), reissues=receipt.reissues):
        raise Refused(reason)
    _refuse_barred(addressee)
    receipt.addressee, receipt.reissued_at, receipt.reissues = addressee, now, receipt.reissues + 1
    receipt.save(update_fields=["addressee", "reissued_at", "reissues"])
    audit.record("reissue-receipt", receipt, by=member, now=now)
    return receipt


@sweep("return-receipts", every=EVERY_TEN_MINUTES)
def write_returns(*, now: datetime) -> int:
    """Write the returned invoices for what was reversed or refunded since; returns how many (消費税法 57条の4 3項)."""
    undone = [_return_reversed(pk, now) for pk in queries.receipt_ids_undone()]
    refunded = [_return_refunded(pk, now) for pk in queries.refund_ids_without_return()]
    return sum(undone) + sum(refunded)


@transaction.atomic
def _return_reversed(receipt_pk: int, now: datetime) -> int:
    """What of this receipt no longer stands, less what has been returned by refunds."""
    lock_account(User.objects.get(receipts=receipt_pk).pk)
    if receipt_pk not in queries.receipt_ids_undone():
        return 0
    receipt = Receipt.objects.select_related("payment").get(pk=receipt_pk)
    left = receipt.amount_yen - queries.returned_yen(receipt)
    gone = receipt.lines.filter(allocation__booking__reversed_by__isnull=False)
    reversal = Booking.objects.filter(reverses__allocation__in=gone.values("allocation")).earliest("pk")
    return _write_return(receipt, _up_to(left, gone), paid_on=reversal.booked_on, refund=None, now=now)


@transaction.atomic
def _return_refunded(refund_pk: int, now: datetime) -> int:
    """What was refunded, on the receipts of its due, the newest first."""
    refund = Refund.objects.select_related("paid_out").get(pk=refund_pk)
    lock_account(refund.due.member_id)
    if refund_pk not in queries.refund_ids_without_return():
        return 0
    rest, written = refund.amount_yen, 0
    for receipt in queries.receipts_for(refund):
        left = min(rest, receipt.amount_yen - queries.returned_yen(receipt))
        lines = _up_to(left, receipt.lines.filter(allocation__due=refund.due_id))
        written += _write_return(receipt, lines, paid_on=refund.paid_out.booked_on, refund=refund, now=now)
        rest -= sum(line.amount_yen for line in lines)
    return written


def _line_of(part: Allocation) -> Line:
    due = part.due
    return Line(f"会費（{due.plan.name_ja}）{due.months}か月分", due.agreement.tax_percent, part.amount_yen, part)


def _up_to(yen: int, lines: Iterable[ReceiptLine]) -> list[Line]:
    """Lines that give back so much of these, the first ones first."""
    back = []
    for line in lines:
        part = min(yen, line.amount_yen)
        yen -= part
        if part:
            back.append(Line(f"{line.what}の返還", line.tax_percent, part))
    return back


def _write_return(receipt: Receipt, lines: list[Line], *, paid_on: date, refund: Refund | None, now: datetime) -> int:
    if not lines:
        return 0
    paper = _write(
        PaperKind.RETURN,
        receipt.payment,
        lines,
        paid_on=paid_on,
        addressee=receipt.addressee,
        returns=receipt,
        refund=refund,
        now=now,
    )
    audit.record("return-receipt", paper, by=None, now=now)
    return 1


def _write(
    kind: PaperKind,
    payment: PaymentIn,
    lines: list[Line],
    *,
    paid_on: date,
    addressee: str,
    returns: Receipt | None = None,
    refund: Refund | None = None,
    now: datetime,
) -> Receipt:
    """Write a paper under the next number of the year, with the issuer as the settings name them now."""
    year = timezone.localdate(now).year
    member_id = returns.member_id if returns else payment.member_id
    if member_id is None:
        raise ValueError(f"nobody is known who paid {payment}")
    receipt = Receipt.objects.create(
        kind=kind,
        year=year,
        number=_next_number(year),
        issued_at=now,
        member_id=member_id,
        payment=payment,
        paid_on=paid_on,
        way=payment.way,
        amount_yen=sum(line.amount_yen for line in lines),
        addressee=addressee,
        issuer_name=settings.OPERATOR["name"],
        issuer_address=settings.OPERATOR["address"],
        issuer_phone=settings.OPERATOR["phone"],
        registration_number=settings.OPERATOR["registration_number"],
        returns=returns,
        refund=refund,
    )
    ReceiptLine.objects.bulk_create(
        ReceiptLine(
            receipt=receipt,
            allocation=line.allocation,
            what=line.what,
            tax_percent=line.tax_percent,
            amount_yen=line.amount_yen,
        )
        for line in lines
    )
    return receipt


def _next_number(year: int) -> int:
    """The next number of this year, whose row stays locked until the paper is written, or is not."""
    ReceiptYear.objects.bulk_create([ReceiptYear(year=year)], ignore_conflicts=True)
    counter = ReceiptYear.objects.select_for_update().get(year=year)
    counter.last_number += 1
    counter.save(update_fields=["last_number"])
    return counter.last_number


def _refuse_barred(addressee: str) -> None:
    if verdict_on(addressee).reason in BARRED:
        raise Refused(NoReceipt.ADDRESSEE_BARRED)
