"""My network: a picture that grew over the months, and the same as a list. For nobody else's eyes."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from feedback.ties.queries import network_page as reads
from feedback.ties.queries.network import history_of
from members.accounts.access import Access, open_to

A_PAGE = 50


@require_safe
@open_to(Access.MEMBER)
def network(request: HttpRequest) -> HttpResponse:
    """The network of today, or of the end of an earlier month (`until`, as 2026-08)."""
    history = history_of(request.user)
    shown = reads.network_page(request.user, history, request.GET.get("until", ""), timezone.now())
    page = Paginator(shown.contacts, A_PAGE).get_page(request.GET.get("page"))
    context = {"shown": shown, "page": page, "people": reads.people_at(page)}
    return render(request, "feedback/ties/network/network.html", context)
