"""Finding an event, and its page."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.registration.forms.registration import FilterForm
from events.registration.pages.event import event_page
from events.registration.pages.event_list import event_list
from events.registration.sql import find_event
from members.accounts.access import Access, open_to

EVENTS_PER_PAGE = 20


@require_safe
@open_to(Access.MEMBER)
def events(request: HttpRequest) -> HttpResponse:
    """The coming events, those that suit the reader first; for htmx only the list itself."""
    form = FilterForm(request.GET)
    found = event_list(request.user, form.filters(), now=timezone.now())
    page = Paginator(found.cards, EVENTS_PER_PAGE).get_page(request.GET.get("page"))
    template = "events/registration/event/_event_list.html" if request.htmx else "events/registration/event/list.html"
    ticked = request.GET.copy()
    ticked.pop("page", None)
    return render(
        request,
        template,
        {"filters": form, "found": found, "page": page, "ticked": ticked.urlencode()},
    )


@require_safe
@open_to(Access.MEMBER)
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """All about one event, and whether the reader may come."""
    found = find_event(request.user, pk)
    if found is None:
        raise Http404
    return render(
        request,
        "events/registration/event/event.html",
        {"page": event_page(request.user, found, now=timezone.now()), "event": found},
    )
