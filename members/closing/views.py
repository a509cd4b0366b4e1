"""The months of the book for the owner: a preview of each, closing it, and its table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kouryu import web
from kouryu.tables import safe_cell
from members.accounts.access import Access, open_to
from members.closing import queries, refusals
from members.closing.flows import close_month
from members.closing.queries import FigureRow, MonthTable
from members.closing.rules import why_not_close
from members.models import MonthClose, PricePlan

_CAN_CLOSE = gettext_lazy("月ごとの売上を見て、月を締める")


@require_safe
@open_to(Access.OWNER, can=_CAN_CLOSE)
def months(request: HttpRequest) -> HttpResponse:
    """Every month of the book, newest first: closed ones with what they earned."""
    closed = {close.month: close for close in MonthClose.objects.select_related("closed_by__profile")}
    shown = [
        {"month": month, "close": (close := closed.get(month)), "total": queries.frozen(close).total if close else None}
        for month in queries.months_to_show(timezone.localdate())
    ]
    values = {"months": shown, "next": queries.next_open_month(), "today": timezone.localdate()}
    return render(request, "members/closing/months.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.OWNER, can=_CAN_CLOSE)
def month(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """GET: the figures, of an open month as if it were closed now. POST: close it."""
    first = _first_of(year, number)
    if request.method == "POST":
        return web.carry_out(
            request,
            partial(close_month, month=first, by=request.user, now=timezone.now()),
            refused=web.refused_page(request, refusals.explain),
            done=_("月を締めました。これからの記帳は、次の月に入ります。"),
            to=reverse("members:desk_month", args=[year, number]),
        )
    close = MonthClose.objects.filter(month=first).select_related("closed_by__profile").first()
    reason = why_not_close(first, today=timezone.localdate(), next_open=queries.next_open_month())
    table = _table(first, close)
    values = {
        "month": first,
        "close": close,
        "table": table,
        "named_rows": _named(table),
        "may_close": close is None and reason is None,
        "obstacle": refusals.explain(reason) if reason and not close else None,
    }
    return render(request, "members/closing/month.html", values)


@require_safe
@open_to(Access.OWNER, can=_CAN_CLOSE)
def month_file(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """The table of a month for spreadsheets: by plan, rate and way of paying, with sums for each rate and of all."""
    first = _first_of(year, number)
    close = MonthClose.objects.filter(month=first).first()
    line = io.StringIO()
    line.write("\ufeff")  # by which Excel knows UTF-8
    csv.writer(line).writerows([safe_cell(cell) for cell in row] for row in _cells(_table(first, close)))
    state = "" if close else "-preview"
    headers = {"Content-Disposition": f'attachment; filename="kouryu-{first:%Y-%m}{state}.csv"'}
    return HttpResponse(line.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _first_of(year: int, number: int) -> date:
    try:
        return date(year, number, 1)
    except ValueError:
        raise Http404 from None


def _table(first: date, close: MonthClose | None) -> MonthTable:
    return queries.frozen(close) if close else queries.figures_of(first, still_to_earn=queries.to_earn(first))


def _named(table: MonthTable) -> list[FigureRow]:
    """The rows with what people call the plan and the way of paying; what came from credit alone has no way."""
    plans = {plan.key: str(plan) for plan in PricePlan.objects.all()}
    ways = {**queries.way_names(), "": _("前受金から")}
    return [replace(row, plan=plans[row.plan], way=ways[row.way]) for row in table.rows]


def _cells(table: MonthTable) -> Iterator[list[str | int]]:
    yield [
        *(_("プラン"), _("税率（%）"), _("お支払いの方法"), _("月初の前受収益"), _("入金の充当"), _("返金と振替")),
        *(_("会費収入（税込）"), _("うち消費税等"), _("月末の前受収益")),
    ]
    for row in _named(table):
        f = row.figures
        yield [row.plan, row.tax_percent, row.way, f.opening, f.paid, f.back, f.earned, "", f.closing]
    for rate in table.earned_by_rate:
        yield [_("税率ごとの計"), rate.tax_percent, "", "", "", "", rate.amount_yen, rate.tax_yen, ""]
    total, tax = table.total, sum(rate.tax_yen for rate in table.earned_by_rate)
    yield [_("合計"), "", "", total.opening, total.paid, total.back, total.earned, tax, total.closing]
