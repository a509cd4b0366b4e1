"""The host's desk: see who comes, run the door, close."""

from __future__ import annotations

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from events.evening.flows import checking_in
from events.evening.flows.closing import close_event
from events.event.choices import EventState, Right
from events.event.queries import leaders
from events.event.queries.leaders import rights_in
from events.event.views import desk_of, event_to_run, refused_at_desk
from events.hosting import refusals
from events.hosting.queries.hosting import host_desk, hosted_events
from events.hosting.views.draft import show_draft
from events.models import Registration
from events.registration.pages.who_comes import wishes_for_host
from events.registration.queries.registration import conditions_of
from kouryu import web
from members.accounts.access import Access, open_to
from members.accounts.rules import is_opened_by

CHECK_IN_ACTS = {
    "present": checking_in.check_in,
    "excused": checking_in.excuse,
    "left": checking_in.note_leaving,
    "undo": checking_in.undo_check_in,
}


@require_GET
@open_to(Access.HOSTING, can=gettext_lazy("受付をして、会を進める"))
def hosting(request: HttpRequest) -> HttpResponse:
    """The events that I lead or help with."""
    now = timezone.now()
    events = hosted_events(request.user, now)
    is_host = is_opened_by(request.user.roles, Access.HOST)
    if not is_host and not events:
        raise Http404
    leaderless = set(leaders.coming_without_leader(now).values_list("pk", flat=True))
    page = {"events": events, "is_host": is_host, "leaderless": leaderless}
    return render(request, "events/hosting/list.html", page)


@require_GET
@open_to(Access.HOSTING, can=gettext_lazy("受付をして、会を進める"))
def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft as its members will see it; from publishing on, who comes."""
    now, event = timezone.now(), event_to_run(request, pk, Right.CHECK_IN)
    if event.state == EventState.DRAFT:
        return show_draft(request, event, now)
    may = rights_in(event, request.user)
    page = {
        "event": event,
        "page": host_desk(event, now),
        "may": may,
        "has_leader": leaders.has_leader(event),
        "topics": wishes_for_host(event, now=now),
        "asks_for_invitation": "invited" in conditions_of(event),
    }
    return render(request, "events/hosting/desk.html", page)


@require_POST
@open_to(Access.HOSTING, can=gettext_lazy("受付をして、会を進める"))
def check_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Note at the door who is there, sent word, has gone, or none of it after all."""
    event = event_to_run(request, pk, Right.CHECK_IN)
    note = CHECK_IN_ACTS.get(request.POST.get("what", ""))
    number = web.posted_reference(request, "registration", "registration")
    if note is None or number is None:
        return web.bad_request(request, ValueError("not a button of the desk"))
    get_object_or_404(Registration, pk=number, event=event)
    row = desk_of(event) + f"#registration-{request.POST['registration']}"
    return web.carry_out(
        request,
        partial(note, event_id=event.pk, registration_id=number, by=request.user, now=timezone.now()),
        refused=refused_at_desk(request, refusals.explain, event),
        to=reverse("events:groups", args=[event.pk]) if request.POST.get("from") == "board" else row,
    )


@require_POST
@open_to(Access.HOSTING, can=gettext_lazy("受付をして、会を進める"))
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the evening: who was there stays as it was noted."""
    event = event_to_run(request, pk, Right.EVERYTHING)
    return web.carry_out(
        request,
        partial(close_event, event_id=event.pk, by=request.user, now=timezone.now()),
        refused=refused_at_desk(request, refusals.explain, event),
        done=_("会を終えました。このあとのお知らせは、参加の記録にそって届きます。"),
        to=desk_of(event),
    )
