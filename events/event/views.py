"""Finding the event that a page is about, if this reader may run it, and saying what cannot be done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from events.event.choices import Right
from events.event.models import EventQuerySet
from events.models import Event
from kouryu import web
from kouryu.refusal import Explain, Explanation, Refused
from members.accounts.access import Access
from members.audit.refused import note_refusal
from members.texts.queries import texts_waiting


def event_to_run(request: HttpRequest, pk: int, right: Right) -> Event:
    """An event with which this reader, its host or a co-host, may do that; for all others it does not exist."""
    return _found(request, Event.objects.run_by(request.user, right), pk)


def hosted_event(request: HttpRequest, pk: int) -> Event:
    """An event of this reader's own; for co-hosts, and all others, it does not exist."""
    return _found(request, Event.objects.hosted_by(request.user), pk)


def _found(request: HttpRequest, events: EventQuerySet, pk: int) -> Event:
    """This one of these; whoever asks for another one leaves a line."""
    event = events.select_related("host__profile").filter(pk=pk).first()
    if event is None:
        note_refusal(request, Access.HOSTING)
        raise Http404
    return event


def refuse(request: HttpRequest, explanation: Explanation, event: Event) -> HttpResponse:
    """Say why not, with the way back to the event's desk."""
    return web.refuse(request, explanation, back=desk_of(event))


def refused_at_desk(request: HttpRequest, explain: Explain, event: Event) -> Callable[[Refused], HttpResponse]:
    """For `web.carry_out`: the page of what was refused about this event, with the way back to its desk."""
    return web.refused_page(request, partial(explain, event=event), back=desk_of(event))


def desk_of(event: Event) -> str:
    return reverse("events:desk", args=[event.pk])


def tell_if_waiting(request: HttpRequest, event_id: int) -> bool:
    """Say so where something that this reader wrote about the event waits for a moderator."""
    is_waiting = texts_waiting(request.user, event_id)
    if is_waiting:
        messages.info(request, _("書かれたことばは、運営が先に目を通します。問題がなければ、そのまま載ります。"))
    return is_waiting
