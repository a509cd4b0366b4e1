"""The host's evening: draw, show, begin, say a word to all, see the signs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from events.evening import refusals
from events.evening.flows import evening as flows
from events.evening.flows.signal import see_signal
from events.evening.forms import WordForm
from events.evening.queries import evening
from events.event.choices import Right
from events.event.queries.leaders import rights_in
from events.event.views import event_to_run, refused_at_desk, tell_if_waiting
from events.groups.flows import moving
from events.groups.flows.grouping import draw_groups
from events.groups.flows.repairing import repair_rounds
from events.models import Event, Round, Signal
from kouryu import references, web
from members.accounts.access import Access, asked_by_the_page, open_to
from members.texts.forms import Mend, to_mend
from members.texts.views import mended_or

ROUND_ACTS = {"publish": flows.publish_round, "begin": flows.begin_round, "end": flows.end_round}


@require_http_methods(["GET", "POST"])
@open_to(Access.HOSTING, can=gettext_lazy("組をつくり、席をうごかす"))
def groups(request: HttpRequest, pk: int) -> HttpResponse:
    """The board that the evening is led by; sent to, it draws a new proposal."""
    now, event = timezone.now(), event_to_run(request, pk, Right.GROUPS)
    if request.method == "GET":
        return _page(request, event, now, WordForm(initial={"text": evening.word_of(event)}))
    return web.attempt(
        partial(draw_groups, event_id=event.pk, by=request.user, now=now),
        refused=refused_at_desk(request, refusals.explain, event),
        done=partial(_say_drawn, request, event),
    )


@require_GET
@open_to(Access.HOSTING, can=gettext_lazy("組をつくり、席をうごかす"))
@asked_by_the_page
def groups_now(request: HttpRequest, pk: int) -> HttpResponse:
    """The board again, or 304 while nothing on it is new."""
    now, event = timezone.now(), event_to_run(request, pk, Right.GROUPS)
    etag = _etag(event, now)

    def render_page() -> HttpResponse:
        return render(request, "events/hosting/_board.html", _board(request, event, etag, now))

    return web.unless_modified(request, etag, render_page)


@require_POST
@open_to(Access.HOSTING, can=gettext_lazy("受付をして、会を進める"))
def rounds(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a round to its members, begin it, or end it before its time."""
    event = event_to_run(request, pk, Right.GROUPS)
    act = ROUND_ACTS.get(request.POST.get("act", ""))
    number = web.posted_reference(request, "round", "round")
    if act is None or number is None:
        return web.bad_request(request, ValueError("not a button of the board"))
    return web.carry_out(
        request,
        partial(act, event_id=event.pk, round_id=number, by=request.user, now=timezone.now()),
        refused=refused_at_desk(request, refusals.explain, event),
        to=reverse("events:groups", args=[event.pk]),
    )


@require_POST
@open_to(Access.HOSTING, can=gettext_lazy("組をつくり、席をうごかす"))
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody sit in another group, in a new one, or change places with somebody."""
    event = event_to_run(request, pk, Right.GROUPS)
    drawn = web.posted_reference(request, "round", "round")
    member = web.posted_reference(request, "member", "person")
    where, _dash, reference = request.POST.get("to", "").partition("-")
    to = references.number_behind("group" if where == "group" else "person", reference)
    if drawn is None or member is None or where not in {"group", "new", "swap"} or (to is None) != (where == "new"):
        return web.bad_request(request, ValueError("not a choice of the board"))
    who = {"event_id": event.pk, "round_id": drawn, "by": request.user, "now": timezone.now()}
    if where == "swap":
        flow = partial(moving.swap_seats, one_id=member, other_id=to, **who)
    else:
        flow = partial(moving.move_seat, member_id=member, group_id=to, **who)
    return web.carry_out(
        request,
        flow,
        refused=refused_at_desk(request, refusals.explain, event),
        to=_round_on_board(event, drawn),
    )


@require_POST
@open_to(Access.HOSTING, can=gettext_lazy("組をつくり、席をうごかす"))
def lock(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a group or a seat as it is through new draws and moves, or let it go.

    `lock-group-…` or `unlock-seat-…`, with the reference to it.
    """
    event = event_to_run(request, pk, Right.GROUPS)
    drawn = web.posted_reference(request, "round", "round")
    act, what, reference = (*request.POST.get("what", "").split("-", 2), "", "", "")[:3]
    subject = references.number_behind(what, reference)
    if drawn is None or subject is None or act not in {"lock", "unlock"} or what not in {"group", "seat"}:
        return web.bad_request(request, ValueError("not a button of the board"))
    who = {"event_id": event.pk, "round_id": drawn, "by": request.user, "now": timezone.now()}
    keep = {"group": partial(moving.lock_group, group_id=subject), "seat": partial(moving.lock_seat, seat_id=subject)}
    return web.carry_out(
        request,
        partial(keep[what], locked=act == "lock", **who),
        refused=refused_at_desk(request, refusals.explain, event),
        to=_round_on_board(event, drawn),
    )


@require_POST
@open_to(Access.HOSTING, can=gettext_lazy("組をつくり、席をうごかす"))
def repair(request: HttpRequest, pk: int) -> HttpResponse:
    """Find seats for who came late, and close up where somebody is gone."""
    event = event_to_run(request, pk, Right.GROUPS)
    return web.carry_out(
        request,
        partial(repair_rounds, event_id=event.pk, by=request.user, now=timezone.now()),
        refused=refused_at_desk(request, refusals.explain, event),
        done=_("席をととのえました。動いた方は、できるだけ少なくしてあります。"),
        to=reverse("events:groups", args=[event.pk]),
    )


@require_POST
@open_to(Access.HOSTING, can=gettext_lazy("受付をして、会を進める"))
def word(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something to all; nothing takes the last word away."""
    now, event = timezone.now(), event_to_run(request, pk, Right.GROUPS)
    form = WordForm(request.POST)
    if not form.is_valid():
        return _page(request, event, now, form, status=422)

    def done(said: bool) -> HttpResponse:
        if not tell_if_waiting(request, event.pk):
            messages.success(request, _("みなさんのページに出しました。") if said else _("ひとことを消しました。"))
        return redirect("events:groups", event.pk)

    return web.attempt(
        partial(flows.say_to_all, event_id=event.pk, text=form.cleaned_data["text"], by=request.user, now=now),
        refused=mended_or(
            refused_at_desk(request, refusals.explain, event),
            mend=partial(to_mend, form, ("text",)),
            show=lambda mend: _page(request, event, now, form, mend=mend, status=422),
        ),
        done=done,
    )


@require_POST
@open_to(Access.HOSTING, can=gettext_lazy("受付をして、会を進める"))
def signal_seen(request: HttpRequest, pk: int, signal_pk: int) -> HttpResponse:
    """Note that a private sign was seen."""
    event = event_to_run(request, pk, Right.EVERYTHING)
    get_object_or_404(Signal, pk=signal_pk, event=event)
    see_signal(event_id=event.pk, signal_id=signal_pk, by=request.user, now=timezone.now())
    return redirect("events:groups", event.pk)


def _say_drawn(request: HttpRequest, event: Event, drawn: Sequence[Round]) -> HttpResponse:
    done = ngettext("%(count)s回分の組の案を作りました。", "%(count)s回分の組の案を作りました。", len(drawn))
    messages.success(request, done % {"count": len(drawn)})
    return redirect("events:groups", event.pk)


def _round_on_board(event: Event, number: int) -> str:
    return reverse("events:groups", args=[event.pk]) + f"#round-{references.reference_to('round', number)}"


def _page(
    request: HttpRequest, event: Event, now: datetime, form: WordForm, *, mend: Sequence[Mend] = (), status: int = 200
) -> HttpResponse:
    etag = _etag(event, now)  # before the board is read: what changes in between is then new to the host
    context = _board(request, event, etag, now) | {"form": form, "mend": mend}
    return render(request, "events/hosting/groups.html", context, status=status)


def _board(request: HttpRequest, event: Event, etag: str, now: datetime) -> dict[str, Any]:
    may = rights_in(event, request.user)
    return {"event": event, "board": evening.board_of(event, now=now), "may": may, "etag": etag, "now": now}


def _etag(event: Event, now: datetime) -> str:
    version = evening.version_of(event.pk)
    return version.etag_for_host(now=now) if version else ""
