"""A member's evening: who sits with me, what happens now, a private sign to the host, notes to myself."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from events.evening import refusals
from events.evening.choices import SignalKind
from events.evening.flows.signal import keep_note, send_signal
from events.evening.forms import NoteForm
from events.evening.queries import evening
from events.models import Event, Note
from kouryu import web
from members.accounts.access import Access, asked_by_the_page, open_to


@require_GET
@open_to(Access.MEMBER)
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """The one page of the evening. Who has no seat finds nothing."""
    return _page(request, pk, None)


@require_GET
@open_to(Access.MEMBER)
@asked_by_the_page
def group_now(request: HttpRequest, pk: int) -> HttpResponse:
    """What changes while the evening goes on; 304 and no question more while the reader has seen it all.

    Two queries then, those for session and member, as `recent_version_of` is remembered for a second.
    """
    now = timezone.now()
    version = evening.recent_version_of(pk)
    if version is None:
        raise Http404
    etag = version.etag_for(request.user, now=now)

    def render_page() -> HttpResponse:
        page = evening.evening_page(_event_or_404(request, pk), request.user, now=now)
        context = {"event": page.event, "page": page, "etag": etag, "now": now}
        return render(request, "events/evening/group/_now.html", context)

    return web.unless_modified(request, etag, render_page)


@require_POST
@open_to(Access.MEMBER)
def signal(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell the host in private."""
    event = _event_or_404(request, pk)
    kind = request.POST.get("kind", "")
    if kind not in SignalKind.values:
        return web.bad_request(request, ValueError("not a sign that the page offers"))
    page = reverse("events:group", args=[pk])
    return web.carry_out(
        request,
        partial(send_signal, member=request.user, event_id=pk, kind=SignalKind(kind), now=timezone.now()),
        refused=web.refused_page(request, partial(refusals.explain, event=event), back=page),
        to=page,
    )


@require_POST
@open_to(Access.MEMBER)
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what I wrote for myself; while it is typed it is kept too, and only a word about that comes back."""
    event, form = _event_or_404(request, pk), NoteForm(request.POST)

    def show() -> HttpResponse:
        return _note_state(request, form) if request.htmx else _page(request, pk, form, status=422)

    def done(_kept: Note | None) -> HttpResponse:
        if request.htmx:
            return _note_state(request, form)
        messages.success(request, _("メモをしまいました。"))
        return redirect(reverse("events:group", args=[pk]) + "#note")

    if not form.is_valid():
        return show()
    return web.attempt(
        partial(keep_note, member=request.user, event_id=pk, text=form.cleaned_data["text"], now=timezone.now()),
        refused=web.refused_on_form(form, partial(refusals.explain, event=event), show, field="text"),
        done=done,
    )


def _note_state(request: HttpRequest, form: NoteForm) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "events/evening/group/_note_state.html", {"form": form}, status=status)


@require_safe
@open_to(Access.KEPT)
def notes(request: HttpRequest) -> HttpResponse:
    """What I wrote for myself at my evenings, the latest first."""
    mine = Note.objects.filter(member=request.user).select_related("event").order_by("-event__starts_at", "-pk")
    return render(request, "events/evening/group/notes.html", {"notes": mine})


def _page(request: HttpRequest, pk: int, form: NoteForm | None, status: int = 200) -> HttpResponse:
    now: datetime = timezone.now()
    version = evening.version_of(pk)  # before the page is read: what changes in between is then new to the reader
    event = _event_or_404(request, pk)
    page = evening.evening_page(event, request.user, now=now)
    etag = version.etag_for(request.user, now=now) if version else ""
    form = form or NoteForm(initial={"text": evening.note_of(event, request.user)})
    context = {"event": event, "page": page, "form": form, "etag": etag, "now": now, "signals": SignalKind.choices}
    return render(request, "events/evening/group/group.html", context, status=status)


def _event_or_404(request: HttpRequest, pk: int) -> Event:
    """The evening, for those who hold a seat in it."""
    event = evening.evening_of_member(pk, request.user)
    if event is None:
        raise Http404
    return event
