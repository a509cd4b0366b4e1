"""Reads for closing months: the figures of a month from the book, and what of each due is earned by its end."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Min, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from members.closing.rules import BookFigures, earned_by, month_end, month_of
from members.membership.choices import BookAccount, BookingKind, PaymentWay
from members.membership.rules import Days, add_months
from members.models import Allocation, Booking, BookLine, Due, MonthClose, Period
from members.papers.rules import RateSum, sums_by_rate

Key = tuple[str, int, str]  # the plan's key, the rate in percent, the way of paying


@dataclass(frozen=True)
class FigureRow:
    """The figures of one plan, at one rate, paid one way."""

    plan: str
    tax_percent: int
    way: str
    figures: BookFigures

    @property
    def as_list(self) -> list[str | int]:
        """As a close keeps it."""
        f = self.figures
        return [self.plan, self.tax_percent, self.way, f.opening, f.paid, f.back, f.earned]


@dataclass(frozen=True)
class MonthTable:
    """The whole table of a month."""

    month: date
    rows: list[FigureRow]

    @property
    def total(self) -> BookFigures:
        return sum((row.figures for row in self.rows), BookFigures())

    @property
    def earned_by_rate(self) -> list[RateSum]:
        """What was earned at each rate, and the tax in it, rounded once."""
        return sums_by_rate((row.tax_percent, row.figures.earned) for row in self.rows)


def figures_of(month: date, *, still_to_earn: dict[int, int] | None = None) -> MonthTable:
    """The figures of a month as the book says; with `still_to_earn` (due, yen) as if it were closed now."""
    last = month_end(month)
    ways = Allocation.objects.filter(due=OuterRef("due"), payment__isnull=False).order_by("pk")
    lines = BookLine.objects.filter(account=BookAccount.DEFERRED, booking__booked_on__lte=last)
    lines = lines.annotate(
        way=Coalesce(Subquery(ways.values("payment__way")[:1]), Value("")),
        plan=F("due__agreement__plan__key"),
        percent=F("due__agreement__tax_percent"),
    )
    before = Q(booking__booked_on__lt=month)
    paid = ~before & Q(booking__kind__in=[BookingKind.ALLOCATED])
    earned = ~before & (Q(booking__kind=BookingKind.EARNED) | Q(booking__reverses__kind=BookingKind.EARNED))
    sums = lines.values("plan", "percent", "way").annotate(
        at_start=Sum("amount_yen", filter=before, default=0),
        came=Sum("amount_yen", filter=paid, default=0),
        became=Sum("amount_yen", filter=earned, default=0),
        rest=Sum("amount_yen", filter=~before & ~paid & ~earned, default=0),
    )
    figures: dict[Key, BookFigures] = defaultdict(BookFigures)
    for row in sums:
        key = (row["plan"], row["percent"], row["way"])
        figures[key] = BookFigures(-row["at_start"], -row["came"], row["rest"], row["became"])
    if still_to_earn:
        for due in lines.filter(due__in=still_to_earn).values("due", "plan", "percent", "way").distinct():
            figures[due["plan"], due["percent"], due["way"]] += BookFigures(earned=still_to_earn[due["due"]])
    rows = [FigureRow(*key, value) for key, value in sorted(figures.items()) if value != BookFigures()]
    return MonthTable(month, rows)


def frozen(close: MonthClose) -> MonthTable:
    """The figures as they were when the month was closed."""
    return MonthTable(
        close.month,
        [FigureRow(plan, percent, way, BookFigures(*yen)) for plan, percent, way, *yen in close.rows],
    )


def to_earn(month: date) -> dict[int, int]:
    """How much of what was paid for each due becomes income by the end of this month: due, yen.

    Below zero where more was earned than its days are worth now: they moved, or the payment went back.
    """
    last = month_end(month)
    earned = Q(booking__kind=BookingKind.EARNED) | Q(booking__reverses__kind=BookingKind.EARNED)
    lines = BookLine.objects.filter(account=BookAccount.DEFERRED, booking__booked_on__lte=last).values("due")
    sums = lines.annotate(
        paid=Sum("amount_yen", filter=~earned, default=0), earned=Sum("amount_yen", filter=earned, default=0)
    )
    open_dues = sums.exclude(paid=-1 * F("earned"))
    wanted = {row["due"]: (-row["paid"], row["earned"]) for row in open_dues}
    days: dict[int, list[Days]] = defaultdict(list)
    periods = Period.objects.filter(allocation__due__in=list(wanted)) if len(wanted) < MANY else Period.objects.all()
    for due, starts_on, ends_on in periods.exclude(allocation=None).values_list(
        "allocation__due", "starts_on", "ends_on"
    ):
        days[due].append(Days(starts_on, ends_on))
    change = {due: earned_by(paid, days[due], last) - before for due, (paid, before) in wanted.items()}
    return {due: yen for due, yen in change.items() if yen}


MANY = 500  # a longer list of numbers is no question that SQLite takes


def next_open_month() -> date | None:
    """The month that is to be closed next: after the last closed one, or that of the first booking."""
    if last := MonthClose.objects.order_by("month").last():
        return add_months(last.month, 1)
    first = Booking.objects.aggregate(first=Min("booked_on"))["first"]
    return month_of(first) if first else None


def months_to_show(today: date) -> list[date]:
    """From the first booking to the month that runs, newest first."""
    first = Booking.objects.aggregate(first=Min("booked_on"))["first"]
    month, months = month_of(first) if first else month_of(today), []
    while month <= today:
        months.append(month)
        month = add_months(month, 1)
    return months[::-1]


def dues_by_number(numbers: list[int]) -> dict[int, Due]:
    """These dues with their members."""
    return Due.objects.select_related("member").in_bulk(numbers)


def way_names() -> dict[str, str]:
    """What the ways of paying are called."""
    return {value: str(label) for value, label in PaymentWay.choices}
