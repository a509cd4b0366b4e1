"""The door to the room: shown only to those who hold a seat, opened by one button, and asked anew at every click."""

from __future__ import annotations

import csv
from enum import StrEnum
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from events.evening import refusals, video_rooms, zoom
from events.evening.flows.attendance import join_room
from events.evening.flows.exporting import export_addresses
from events.evening.views.leaving import lead_on
from events.event.choices import Format, Right, VideoRoomKind
from events.event.views import event_to_run, hosted_event, refuse
from events.models import Attendance, Event
from events.registration.choices import Presence
from events.registration.queries import registration as registrations
from events.registration.rules.video_room import NoEntryToVideoRoom, why_not_enter, why_not_lead
from kouryu import web
from kouryu.tables import safe_cell
from members.accounts.access import Access, open_to


class RoomState(StrEnum):
    """What the page of the room says. Each has its template in `evening/room/state/`."""

    TOO_EARLY = "too-early"
    REFUSED = "refused"
    OPEN = "open"  # one button records attendance
    HERE = "here"


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """When the room opens; then a button that records attendance; after it, on this same page, the way in.

    The way in is a link on a second page and not a redirect: `form-action 'self'` of our CSP would stop a form
    that ends up at the room's own address.
    """
    found = _event_with_my_seat(request, pk)
    if request.method != "POST":
        return _room_page(request, found)
    return web.carry_out(
        request,
        partial(join_room, member=request.user, event_id=pk, now=timezone.now()),
        refused=web.refused_page(request, partial(refusals.explain, event=found), back=found.get_absolute_url()),
        to=reverse("events:room", args=[pk]),
    )


@require_GET
@open_to(Access.MEMBER)
def enter(request: HttpRequest, pk: int, group_pk: int | None = None) -> HttpResponse:
    """Lead on to the room as it is now, the event's or the reader's group's. Records nothing.

    Seat, hours and presence are asked anew, so that this address is of no use to anybody else. Whose room has no
    address, or who did not press the button yet, finds the page of the room.
    """
    found, now = _event_with_my_seat(request, pk), timezone.now()
    if reason := why_not_enter(registrations.video_room_hours_of(found), now):
        return web.refuse(request, refusals.explain(reason, event=found), back=found.get_absolute_url())
    group = get_object_or_404(video_rooms.open_to(found, request.user, now), pk=group_pk) if group_pk else None
    address = video_rooms.way_in(found, request.user, group=group, now=now) if _is_here(request, found) else ""
    return lead_on(request, address) if address else redirect("events:room", pk)


@require_GET
@open_to(Access.HOSTING, can=gettext_lazy("会の部屋を開く"))
def host_rooms(request: HttpRequest, pk: int) -> HttpResponse:
    """For who leads the evening: the room in which all arrive, and that of each group."""
    event, now = event_to_run(request, pk, Right.GROUPS), timezone.now()
    reason = why_not_lead(registrations.video_room_hours_of(event), now)
    page = {
        "event": event,
        "has_room": bool(video_rooms.way_in(event, request.user, now=now)),
        "groups": [] if reason else video_rooms.open_groups(event, now),
        "explanation": refusals.explain(reason, event=event) if reason else None,
        "zoom": zoom.rounds_of(event, now=now) if _may_export(request, event) else [],
    }
    return render(request, "events/evening/room/host_rooms.html", page)


@require_GET
@open_to(Access.HOSTING, can=gettext_lazy("受付をして、会を進める"))
def lead(request: HttpRequest, pk: int, group_pk: int | None = None) -> HttpResponse:
    """Lead on to a room as its moderator, until the event is over."""
    event, now = event_to_run(request, pk, Right.GROUPS), timezone.now()
    if reason := why_not_lead(registrations.video_room_hours_of(event), now):
        return refuse(request, refusals.explain(reason, event=event), event)
    group = get_object_or_404(video_rooms.open_groups(event, now), pk=group_pk) if group_pk else None
    address = video_rooms.way_in(event, request.user, group=group, now=now, leads=True)
    return lead_on(request, address) if address else redirect("events:rooms", pk)


@require_POST
@open_to(Access.HOST, can=gettext_lazy("会の部屋を開く"))
def zoom_rooms(request: HttpRequest, pk: int) -> HttpResponse:
    """One round as the file that Zoom imports for its rooms. Only for the host and the owner, and noted each time."""
    event, number = hosted_event(request, pk), web.posted_reference(request, "round", "round")
    if number is None:
        return web.bad_request(request, ValueError("not a button of the page"))
    drawn = get_object_or_404(event.rounds, pk=number)
    seats = export_addresses(round_id=drawn.pk, by=request.user, now=timezone.now())
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="zoom-{event.pk}-{drawn.number}.csv"'
    rows = csv.writer(answer)
    rows.writerow(["Pre-assign Room Name", "Email Address"])
    rows.writerows(map(safe_cell, row) for row in seats)
    return answer


def _event_with_my_seat(request: HttpRequest, pk: int) -> Event:
    seats = request.user.registrations.confirmed().select_related("event")
    found: Event = get_object_or_404(seats, event__pk=pk).event
    return found


def _may_export(request: HttpRequest, event: Event) -> bool:
    """Addresses go to staff alone: a co-host, who is a member like others, is offered none."""
    is_online = event.format == Format.ONLINE and event.room_kind == VideoRoomKind.SHARED
    return is_online and Event.objects.hosted_by(request.user).filter(pk=event.pk).exists()


def _is_here(request: HttpRequest, found: Event) -> bool:
    rows = Attendance.objects.filter(registration__event=found, registration__member=request.user)
    return rows.filter(presence=Presence.PRESENT).exists()


def _state_of_room(reason: NoEntryToVideoRoom | None, *, here: bool) -> RoomState:
    if reason:
        return RoomState.TOO_EARLY if reason == NoEntryToVideoRoom.NOT_YET_OPEN else RoomState.REFUSED
    return RoomState.HERE if here else RoomState.OPEN


def _room_page(request: HttpRequest, found: Event) -> HttpResponse:
    now, hours = timezone.now(), registrations.video_room_hours_of(found)
    reason = why_not_enter(hours, now)
    here = reason is None and _is_here(request, found)
    context = {
        "event": found,
        "opens_at": hours.opens_at,
        "explanation": refusals.explain(reason, event=found) if reason else None,
        "state": _state_of_room(reason, here=here),
        "has_room": here and bool(video_rooms.way_in(found, request.user, now=now)),
        "groups": video_rooms.open_to(found, request.user, now) if here else [],
    }
    return render(request, "events/evening/room/room.html", context)
