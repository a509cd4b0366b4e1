"""A time for two: proposing one, answering, the way in, and whether it happened."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from events.evening import video_rooms
from events.evening.views.leaving import lead_on
from feedback.letters.views.reach import refuse_reach
from feedback.models import Talk
from feedback.ties import calendar as talk_calendar
from feedback.ties import refusals
from feedback.ties.choices import TalkKind, TalkState
from feedback.ties.flows import talk as flows
from feedback.ties.forms.talk import AnswerForm, ProposalForm
from feedback.ties.limits import TALKS
from feedback.ties.queries import talk as talks
from feedback.ties.rules.talk import NoTalk, phase_of, why_not_join
from feedback.ties.views.finding import is_within_reach, tie_with
from kouryu import web
from kouryu.refusal import Refused
from members.accounts.access import Access, open_to


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def propose_talk(request: HttpRequest, member_pk: int) -> HttpResponse:
    """Up to three times for somebody I am tied to."""
    tie, now = tie_with(request, member_pk), timezone.now()
    if not is_within_reach(request, tie):
        return refuse_reach(request, reverse("feedback:notes", args=[member_pk]))
    form = ProposalForm(request.POST if request.method == "POST" else None, by=request.user, tie=tie, now=now)
    if not form.is_valid():
        context = {"person": tie.other(request.user), "form": form, "has_room": settings.JITSI is not None}
        return render(request, "feedback/ties/talk/propose.html", context, status=422 if form.errors else 200)
    words = form.cleaned_data

    def done(proposed: Talk) -> HttpResponse:
        messages.success(request, _("お誘いを届けました。"))
        return redirect("feedback:talk", proposed.pk)

    return web.attempt(
        partial(
            flows.propose,
            by=request.user,
            to_id=member_pk,
            kind=TalkKind(words["kind"]),
            times=words["times"],
            place=words["place"],
            link=words.get("link", ""),
            now=now,
        ),
        refused=web.refused_page(
            request, refusals.explain, back=reverse("feedback:notes", args=[member_pk]), typed=form
        ),
        done=done,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def talk(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it stands, and the buttons of this moment."""
    found = get_object_or_404(talks.talks_seen_by(request.user), pk=pk)
    if not is_within_reach(request, found.tie):
        return _refuse_reach(request, found)
    if request.method != "POST":
        return render(request, "feedback/ties/talk/talk.html", _context(request, found))
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        return web.bad_request(request, ValueError("not a button of the page"))
    page = reverse("feedback:talk", args=[pk])
    return web.carry_out(
        request,
        partial(act.flow, request, pk),
        refused=web.refused_page(request, refusals.explain, back=page),
        done=str(act.done),
        to=page,
    )


@require_GET
@open_to(Access.MEMBER)
def enter_talk(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead on to the room, for the two only and only while it is open; it stands in no page."""
    found, now = get_object_or_404(talks.talks_seen_by(request.user), pk=pk), timezone.now()
    if not is_within_reach(request, found.tie):
        return _refuse_reach(request, found)
    facts = talks.facts_of(found, request.user)
    if reason := why_not_join(facts, now, opens_before=TALKS.opens_before):
        return web.refuse(request, refusals.explain(reason), back=reverse("feedback:talk", args=[pk]))
    address = _way_in(request, found)
    return lead_on(request, address) if address else redirect("feedback:talk", pk)


@require_GET
@open_to(Access.MEMBER)
def talk_calendar_file(request: HttpRequest, pk: int) -> HttpResponse:
    """What was agreed on, for a calendar program."""
    agreed = talks.talks_seen_by(request.user).filter(state=TalkState.AGREED)
    found = get_object_or_404(agreed, pk=pk)
    if not is_within_reach(request, found.tie):
        return _refuse_reach(request, found)
    answer = HttpResponse(
        talk_calendar.download(found, request.user, now=timezone.now()), content_type="text/calendar; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="kouryu-talk.ics"'
    return answer


def _refuse_reach(request: HttpRequest, found: Talk) -> HttpResponse:
    return refuse_reach(request, reverse("feedback:notes", args=[found.tie.other_id(request.user)]))


def _context(request: HttpRequest, found: Talk) -> dict[str, object]:
    now, facts = timezone.now(), talks.facts_of(found, request.user)
    why_shut = why_not_join(facts, now, opens_before=TALKS.opens_before)
    return {
        "talk": found,
        "person": found.tie.other(request.user),
        "phase": phase_of(facts, now),
        "moments": [(moment.isoformat(), moment) for moment in found.moments if moment > now],
        "is_open": why_shut is None,
        "opens_at": found.starts_at and found.starts_at - TALKS.opens_before,
        "ends_at": facts.ends_at,
        "room_host": talks.host_of(found),
        "has_room": bool(settings.JITSI or found.link) and found.kind == TalkKind.TALK,
    }


def _way_in(request: HttpRequest, found: Talk) -> str:
    if found.kind != TalkKind.TALK:
        return ""
    return video_rooms.way_in_for_two(f"talk/{found.pk}", request.user, now=timezone.now()) or found.link


def _choose(request: HttpRequest, pk: int) -> None:
    starts_at = AnswerForm(request.POST).chosen()
    if starts_at is None:
        raise Refused(NoTalk.NOT_OFFERED)
    flows.choose_time(by=request.user, talk_id=pk, starts_at=starts_at, now=timezone.now())


def _button(flow: Callable[..., object]) -> Callable[[HttpRequest, int], object]:
    return lambda request, pk: flow(by=request.user, talk_id=pk, now=timezone.now())


class Act(NamedTuple):
    """What a button of the page does, and what is said once it is done."""

    flow: Callable[[HttpRequest, int], object]
    done: Promise


ACTS = {
    "choose": Act(_choose, gettext_lazy("決まりました。おふたりに、カレンダーつきのメールを送りました。")),
    "decline": Act(_button(flows.decline), gettext_lazy("今回は見送りました。理由は伝わりません。")),
    "call-off": Act(_button(flows.call_off), gettext_lazy("とりやめました。")),
    "held": Act(_button(flows.say_held), gettext_lazy("よい時間になりましたように。")),
    "missed": Act(_button(flows.say_missed), gettext_lazy("わかりました。また都合のよいときに。")),
}
