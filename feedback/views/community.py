"""The community in numbers, for staff: frozen months with their targets."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from events.rules.figures import FEWEST_SHOWN
from feedback.community_words import groups_of, lines_of
from feedback.models import MonthFigures
from members.access import Access, open_to

MONTHS_SHOWN = 24


@open_to(Access.MODERATOR)
@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    """The latest month, or the one asked for among those listed."""
    months = list(MonthFigures.objects.order_by("-month")[:MONTHS_SHOWN])
    asked = request.GET.get("month", "")
    shown = next((one for one in months if not asked or f"{one.month:%Y-%m}" == asked), None)
    if asked and shown is None:
        raise Http404
    page = {
        "months": months,
        "shown": shown,
        "lines": lines_of(shown) if shown else [],
        "groups": groups_of(shown) if shown else [],
        "fewest": FEWEST_SHOWN,
    }
    return render(request, "feedback/community/numbers.html", page)
