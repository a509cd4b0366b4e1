"""What must always be true of closed months: one after the other, and equal to the book."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from django.db.models import OuterRef, Sum

from members.audit.checking import BY_SQL, future_breaches, noted, then
from members.closing import queries
from members.closing.rules import month_end
from members.membership.choices import BookAccount
from members.membership.rules import add_months
from members.models import BookLine, MonthClose

AS_CLOSED = "Something was booked into a closed month. Find it by its moment, and tell who declares the taxes."


@then(AS_CLOSED)
def closes_equal_the_book(now: datetime) -> list[str]:
    """What a close froze is what the book says: by plan, rate and way, and in all of income and deferred income."""
    return [
        f"the close of {close} is not what the book says"
        for close in MonthClose.objects.filter(closed_at__isnull=False)
        if not _equals_the_book(close)
    ]


def _equals_the_book(close: MonthClose) -> bool:
    total = queries.frozen(close).total
    upto = BookLine.objects.filter(booking__booked_on__lte=month_end(close.month))
    of_month = upto.filter(booking__booked_on__gte=close.month)
    return (
        close.rows == [row.as_list for row in queries.figures_of(close.month).rows]
        and total.earned == -_sum(of_month.filter(account=BookAccount.INCOME))
        and total.closing == -_sum(upto.filter(account=BookAccount.DEFERRED))
    )


def _sum(lines) -> int:
    return lines.aggregate(sum=Sum("amount_yen", default=0))["sum"]


@then(BY_SQL)
def months_were_closed(now: datetime) -> list[str]:
    """Each with a line of its moment, and none left out between two."""
    unnoted = MonthClose.objects.exclude(noted(MonthClose, "close-month", at=OuterRef("closed_at")))
    months = MonthClose.objects.order_by("month").values_list("month", flat=True)
    return [f"the close of {close} was made by nobody" for close in unnoted] + [
        f"a month before {later:%Y-%m} is not closed" for one, later in pairwise(months) if later != add_months(one, 1)
    ]


MOMENTS: dict = {MonthClose: ["closed_at"]}


@then("See whether a clock was ahead. What is dated ahead is not believed; put the time right when the clock is.")
def moments_of_closes_have_come(now: datetime) -> list[str]:
    return future_breaches(MOMENTS, now)


CHECKS = [closes_equal_the_book, months_were_closed, moments_of_closes_have_come]
