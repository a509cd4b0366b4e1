"""Reads about receipts: which payments have one, and what has to go on the next."""

from __future__ import annotations

from django.db.models import F, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from members.models import Allocation, PaymentIn, Receipt, Refund, User
from members.papers.choices import PaperKind


def payments_of(member: User) -> QuerySet[PaymentIn]:
    """What came in for this member and stands, newest first, each with its papers and with what is on none yet."""
    papers = Receipt.objects.filter(kind=PaperKind.RECEIPT).prefetch_related("returned_by")
    fresh = Sum(
        "allocations__amount_yen",
        filter=Q(allocations__booking__reversed_by=None, allocations__receipt_line=None),
        default=0,
    )
    paid = PaymentIn.objects.filter(member=member).annotate(fresh_yen=fresh)
    paid = paid.filter(Q(booking__reversed_by=None) | Q(receipts__isnull=False)).distinct()
    return paid.prefetch_related(
        Prefetch("receipts", papers, to_attr="papers"), "allocations__due__agreement__plan"
    ).order_by("-received_on", "-pk")


def allocations_without_receipt(payment: PaymentIn) -> QuerySet[Allocation]:
    """What this payment pays that stands on no receipt yet."""
    fresh = payment.allocations.standing().filter(receipt_line=None)
    return fresh.select_related("due__agreement__plan").order_by("pk")


def latest_receipt(payment: PaymentIn) -> Receipt | None:
    """The last receipt of this payment, returned ones aside."""
    return payment.receipts.filter(kind=PaperKind.RECEIPT).order_by("year", "number").last()


def papers() -> QuerySet[Receipt]:
    """Receipts with all that stands on them."""
    return Receipt.objects.select_related("payment", "returns").prefetch_related("lines", "returned_by")


def receipts_of(member: User) -> QuerySet[Receipt]:
    """The papers of this member, newest first."""
    return papers().filter(member=member).order_by("-year", "-number")


def returned_yen(receipt: Receipt) -> int:
    """What of this receipt has gone back by returned invoices."""
    return receipt.returned_by.aggregate(sum=Sum("amount_yen"))["sum"] or 0


def receipt_ids_undone() -> list[int]:
    """Receipts of which something no longer stands, and no returned invoice says so."""
    undone = Receipt.objects.filter(
        kind=PaperKind.RECEIPT, lines__allocation__booking__reversed_by__isnull=False
    ).exclude(returned_by__in=Receipt.objects.filter(kind=PaperKind.RETURN, refund=None))
    left = undone.annotate(back=Coalesce(Sum("returned_by__amount_yen"), 0)).exclude(back__gte=F("amount_yen"))
    return sorted(set(left.values_list("pk", flat=True)))


def refund_ids_without_return() -> list[int]:
    """Refunds that were paid, for a due that is on a receipt, and that no returned invoice names."""
    paid = Refund.objects.standing().filter(paid_out__isnull=False, paid_out__reversed_by=None, receipts=None)
    return sorted(set(paid.filter(due__allocations__receipt_line__isnull=False).values_list("pk", flat=True)))


def receipts_for(refund: Refund) -> QuerySet[Receipt]:
    """The receipts on which the due of this refund stands, newest first."""
    of_due = Receipt.objects.filter(lines__allocation__due=refund.due_id, kind=PaperKind.RECEIPT)
    return of_due.distinct().order_by("-year", "-number")
