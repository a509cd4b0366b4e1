"""The door to the room: shown only to those who hold a seat, and opened by one button."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from events import queries, refusals
from events.choices import Presence
from events.flows.attendance import join_room
from events.models import Attendance, Event
from events.rules.room import NoEntryToRoom, why_not_enter
from kouryu import web
from kouryu.refusal import Refused
from members.access import Access, open_to


@open_to(Access.MEMBER)
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """When the room opens; then a button that records attendance; after it, on this same page, the way in.

    The way in is a link on a second page and not a redirect: `form-action 'self'` of our CSP would stop a form
    that ends up at the room's own address.
    """
    seats = request.user.registrations.confirmed().select_related("event")
    found: Event = get_object_or_404(seats, event__pk=pk).event
    if request.method == "POST":
        try:
            join_room(member=request.user, event_id=pk, now=timezone.now())
        except Refused as refused:
            return web.refuse(request, refusals.explain(refused.reason, event=found), back=found.get_absolute_url())
        return redirect("events:room", pk)
    return _room_page(request, found)


def _room_page(request: HttpRequest, found: Event) -> HttpResponse:
    hours = queries.hours_of(found)
    reason = why_not_enter(hours, timezone.now())
    here = Attendance.objects.filter(
        registration__event=found, registration__member=request.user, presence=Presence.PRESENT
    ).exists()
    context = {
        "event": found,
        "opens_at": hours.opens_at,
        "explanation": refusals.explain(reason, event=found) if reason else None,
        "is_too_early": reason == NoEntryToRoom.NOT_YET_OPEN,
        "is_here": here and reason is None,
    }
    return render(request, "events/room/room.html", context)
