"""The page that finds people one has met by their names."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from feedback.ties.limits import SEARCH
from feedback.ties.queries.met import met_called
from members.accounts.access import Access, open_to


@require_safe
@open_to(Access.MEMBER)
def met(request: HttpRequest) -> HttpResponse:
    """Whom the reader met, by name; nobody without a name."""
    line = request.GET.get("q", "").replace("\x00", "").strip()[: SEARCH.longest]
    context = {"line": line, "found": met_called(request.user, line, most=SEARCH.shown)}
    return render(request, "feedback/ties/met.html", context)
