"""The page of the people a member is tied to."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from feedback.growth.queries import people as reads
from feedback.ties.choices import CONTACT_KINDS
from feedback.ties.limits import TIES
from feedback.ties.queries import short_note as short_notes
from feedback.ties.views.tie import A_PAGE
from members.accounts.access import Access, open_to
from members.accounts.news import see_news


@require_safe
@open_to(Access.MEMBER)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody I am tied to, the latest first, or those for whom I chose one kind."""
    now, asked = timezone.now(), request.GET.get("kind", "")
    kind = asked if asked in CONTACT_KINDS else ""
    everybody = reads.ties_of(request.user)
    page = Paginator(everybody.filter(kind=kind) if kind else everybody, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "people": reads.people_at(request.user, page, now),
        "long_quiet": reads.long_quiet(request.user, now),
        "kinds": CONTACT_KINDS,
        "kind": kind,
        "new_since": now - TIES.new_for,
        "news": short_notes.ties_with_news(request.user),
    }
    see_news("ties", member=request.user, now=now)
    return render(request, "feedback/growth/people.html", context)
