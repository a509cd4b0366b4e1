"""The monthly statement: what was paid, and what it gave."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from feedback.growth.queries import statement as statements
from feedback.growth.queries import suggestion as suggestions
from feedback.mirror.rules.month import Month
from members.accounts.access import Access, open_to


@require_safe
@open_to(Access.ACCOUNT)
def statement(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """One month that is over, in which the reader was a member; also for those who no longer are."""
    now = timezone.now()
    month = _month_or_404(request, year, number, Month.of(now))
    sums = statements.sums_of(request.user, month)
    if sums is None:
        raise Http404
    page = {
        "sums": sums,
        "earlier": _neighbour(request, month.previous),
        "later": month.next if month.next < Month.of(now) else None,
    }
    told, period = statements.statement_of(request.user, month), statements.current_period(request.user, now)
    if told and told.offers_rest and period and request.user.paused_at is None:
        page["offers_rest"] = True
        page["plan"] = statements.smaller_plan(period, timezone.localdate(now))
        page["evening"] = suggestions.evening_for(request.user, now)
    return render(request, "feedback/growth/statement/statement.html", page)


def _month_or_404(request: HttpRequest, year: int, number: int, this: Month) -> Month:
    month = Month(year, number)
    if not 1 <= number <= 12 or not Month.of(request.user.joined_at) <= month < this:
        raise Http404
    return month


def _neighbour(request: HttpRequest, month: Month) -> Month | None:
    return month if month >= Month.of(request.user.joined_at) else None
