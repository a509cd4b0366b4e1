"""What must always be true of receipts: no gap, no double, the sums of the book, and a paper for what went back."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from members.audit.checking import BY_SQL, future_breaches, gone, noted, overdue, then
from members.models import Booking, Receipt, ReceiptLine, ReceiptYear, Refund
from members.papers import queries
from members.papers.choices import PaperKind

MADE = ("issue-receipt", "return-receipt")


@then(BY_SQL)
def receipts_have_no_gaps(now: datetime) -> list[str]:
    """Each year's numbers run from one to the last that was given."""
    of_year = Receipt.objects.filter(year=OuterRef("year")).order_by().values("year")
    years = ReceiptYear.objects.annotate(
        written=Coalesce(Subquery(of_year.annotate(number=Count("pk")).values("number")), 0),
        highest=Coalesce(Subquery(of_year.annotate(number=Max("number")).values("number")), 0),
    )
    broken = years.exclude(written=F("last_number"), highest=F("last_number")).order_by("year")
    return [
        f"{year.year}: {year.last_number} numbers given, {year.written} receipts, the last is {year.highest}"
        for year in broken
    ] + [
        f"{year}: receipts without a count"
        for year in sorted(set(Receipt.objects.values_list("year", flat=True)) - {one.year for one in years})
    ]


@then(BY_SQL)
def receipts_add_up(now: datetime) -> list[str]:
    """A paper is of what its lines come to, and a line of a receipt is of what was booked, for the same payment."""
    lines = ReceiptLine.objects.filter(receipt=OuterRef("pk")).order_by().values("receipt")
    summed = Receipt.objects.annotate(sum=Coalesce(Subquery(lines.annotate(s=Sum("amount_yen")).values("s")), 0))
    other = ~Q(allocation__amount_yen=F("amount_yen")) | ~Q(allocation__payment=F("receipt__payment"))
    other |= ~Q(allocation__due__agreement__tax_percent=F("tax_percent")) | Q(allocation=None)
    strange = ReceiptLine.objects.filter(other, receipt__kind=PaperKind.RECEIPT)
    return [
        f"receipt {pk} is not what its lines come to"
        for pk in summed.exclude(sum=F("amount_yen")).order_by("pk").values_list("pk", flat=True)
    ] + [
        f"receipt {pk} is for something else than was booked"
        for pk in sorted(set(strange.values_list("receipt", flat=True)))
    ]


@then(BY_SQL)
def receipts_are_the_payers(now: datetime) -> list[str]:
    """Of the member whose payment it is; a return of the member and the payment of its receipt."""
    other = ~Q(payment__member=F("member"))
    other |= Q(returns__isnull=False) & (~Q(returns__member=F("member")) | ~Q(returns__payment=F("payment")))
    pks = Receipt.objects.filter(other).order_by("pk").values_list("pk", flat=True)
    return [f"receipt {pk} is not its payer's" for pk in pks]


@then("Run the sweep return-receipts and read what it logs.")
def what_went_back_has_its_paper(now: datetime) -> list[str]:
    """A returned invoice for what was reversed or refunded, of no more than the receipt said."""
    late = overdue("return-receipts", now)
    reversed_lately = Booking.objects.filter(at__gte=late, reverses__allocation__receipt_line__isnull=False)
    waiting = Receipt.objects.filter(pk__in=queries.receipt_ids_undone()).exclude(
        lines__allocation__booking__reversed_by__in=reversed_lately
    )
    refunds = Refund.objects.filter(pk__in=queries.refund_ids_without_return(), paid_out__at__lt=late)
    too_much = Receipt.objects.annotate(back=Coalesce(Sum("returned_by__amount_yen"), 0)).filter(
        back__gt=F("amount_yen")
    )
    return [
        *(f"receipt {pk} is for money that went back, and no paper says so" for pk in _numbers(waiting)),
        *(f"refund {pk} has no returned invoice" for pk in _numbers(refunds)),
        *(f"receipt {pk} was returned for more than it was of" for pk in _numbers(too_much)),
    ]


@then(BY_SQL)
def receipts_were_issued(now: datetime) -> list[str]:
    """Each with a line of its moment in the record of acts; one that was issued anew, with one of that, too."""
    unnoted = Receipt.objects.exclude(noted(Receipt, *MADE, at=OuterRef("issued_at")))
    noted_anew = noted(Receipt, "reissue-receipt", at=OuterRef("reissued_at"))
    anew = Receipt.objects.exclude(reissued_at=None).exclude(noted_anew)
    return [
        *(f"receipt {pk} was issued by nobody" for pk in _numbers(unnoted)),
        *(f"receipt {pk} was issued anew by nobody" for pk in _numbers(anew)),
    ]


@then(BY_SQL)
def receipts_are_still_there(now: datetime) -> list[str]:
    return gone({Receipt: MADE})


MOMENTS: dict = {Receipt: ["issued_at", "reissued_at"]}


@then("See whether a clock was ahead. What is dated ahead is not believed; put the time right when the clock is.")
def moments_of_receipts_have_come(now: datetime) -> list[str]:
    return future_breaches(MOMENTS, now)


def _numbers(rows: QuerySet) -> list[int]:
    return sorted(set(rows.values_list("pk", flat=True)))


CHECKS = [
    receipts_have_no_gaps,
    receipts_add_up,
    receipts_are_the_payers,
    what_went_back_has_its_paper,
    receipts_were_issued,
    receipts_are_still_there,
    moments_of_receipts_have_come,
]
