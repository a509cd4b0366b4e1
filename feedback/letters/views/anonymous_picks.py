"""Leaving strengths without a name, taking them back, and whether one's own mirror counts any."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.models import Event
from feedback.letters import refusals
from feedback.letters.flows import anonymous_picks as flows
from feedback.letters.forms import AnonymousPicksForm
from feedback.letters.queries import anonymous_picks
from feedback.letters.queries import encounter as encounters
from feedback.letters.rules import why_not_take_back
from feedback.models import AnonymousPicks, Case
from kouryu import web
from members.accounts.access import Access, open_to

A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def leave(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    """The small form; for somebody for whom picks were left already, what was left."""
    event, companion = _meeting_or_404(request, pk, member_pk)
    now, left = timezone.now(), anonymous_picks.picks_left(request.user, member_pk)
    if left and request.method != "POST":
        return _show_left(request, event, companion, left, now)
    form = AnonymousPicksForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _keep(request, event, companion, form, now)
    if reason := anonymous_picks.why_not_leave_for(request.user, member_pk, event, now):
        return web.refuse(request, refusals.explain(reason), back=reverse("feedback:write", args=[pk, member_pk]))
    context = {"event": event, "companion": companion, "form": form, "closes_at": encounters.letters_close_at(event)}
    return render(request, "feedback/letters/anonymous_picks/leave.html", context, status=422 if form.errors else 200)


@require_POST
@open_to(Access.MEMBER)
def take_back(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    """Take back what I left, while letters of that evening can be written."""
    event, _companion = _meeting_or_404(request, pk, member_pk)
    back = reverse("feedback:leave_picks", args=[pk, member_pk])
    return web.carry_out(
        request,
        partial(flows.take_back_picks, by=request.user, receiver_id=member_pk, event_id=event.pk, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain, back=back),
        done=_("印を取り消しました。相手には何も伝わりません。"),
        to=reverse("feedback:write", args=[pk, member_pk]),
    )


@require_safe
@open_to(Access.MEMBER)
def given(request: HttpRequest) -> HttpResponse:
    """For whom I left picks, and which of them were forgotten; never which joined a mirror."""
    page = Paginator(anonymous_picks.left_by(request.user), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "feedback/letters/anonymous_picks/given.html", {"page": page})


@require_POST
@open_to(Access.MEMBER)
def switch_off(request: HttpRequest) -> HttpResponse:
    """Want no anonymous picks in my mirror."""
    flows.switch_off(by=request.user, now=timezone.now())
    messages.success(request, _("名前のない印は、鏡に数えません。いつでも戻せます。"))
    return redirect("feedback:mirror")


@require_POST
@open_to(Access.MEMBER)
def switch_on(request: HttpRequest) -> HttpResponse:
    """Let them count again, all that were released."""
    flows.switch_on(by=request.user)
    messages.success(request, _("名前のない印も、鏡に数えます。"))
    return redirect("feedback:mirror")


@require_POST
@open_to(Access.MODERATOR, can=gettext_lazy("報告を読み、決める"))
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """Who left the released picks that a case is about. Looking is an act: it is posted, and each look is noted."""
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("member__profile"), pk=pk)

    def show(sets: Sequence[AnonymousPicks]) -> HttpResponse:
        response = render(request, "feedback/letters/anonymous_picks/look.html", {"case": case, "sets": sets})
        response["Cache-Control"] = "no-store"
        return response

    return web.attempt(
        partial(flows.look, case_id=case.pk, by=request.user, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain, back=reverse("feedback:case", args=[pk])),
        done=show,
    )


def _meeting_or_404(request: HttpRequest, pk: int, member_pk: int) -> tuple[Event, encounters.Companion]:
    event = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    for companion in encounters.companions(event, request.user, timezone.now()):
        if companion.person.pk == member_pk and encounters.was_there(event, request.user):
            return event, companion
    raise Http404


def _show_left(
    request: HttpRequest, event: Event, companion: encounters.Companion, left: AnonymousPicks, now: datetime
) -> HttpResponse:
    """The picks while they can be taken back; afterwards only that some were left, never what became of them."""
    is_here = left.event_id == event.pk
    may_take_back = is_here and why_not_take_back(encounters.letters_close_at(event), now) is None
    context = {"event": event, "companion": companion, "left": left, "is_here": is_here, "may_take_back": may_take_back}
    return render(request, "feedback/letters/anonymous_picks/left.html", context)


def _keep(
    request: HttpRequest, event: Event, companion: encounters.Companion, form: AnonymousPicksForm, now: datetime
) -> HttpResponse:
    back = reverse("feedback:evening", args=[event.pk])
    left = {"receiver_id": companion.person.pk, "event_id": event.pk, "picks": form.cleaned_data["picks"]}
    return web.carry_out(
        request,
        partial(flows.leave_picks, by=request.user, **left, now=now),
        refused=web.refused_page(request, refusals.explain, back=back),
        done=_("名前のない印を残しました。相手には、まだ何も伝わりません。"),
        to=back,
    )
