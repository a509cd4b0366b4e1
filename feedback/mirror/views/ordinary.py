"""What I take for granted, and what I find a wonder in others."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from events.models import Event
from feedback.letters.limits import LETTERS
from feedback.letters.views.reach import refuse_reach
from feedback.mirror import refusals
from feedback.mirror.flows import ordinary as flows
from feedback.mirror.forms import OrdinariesForm, WonderForm
from feedback.mirror.queries import ordinary as ordinaries
from feedback.mirror.rules.ordinary import why_not_note
from kouryu import web
from kouryu.numbers import hour_of_day
from members.accounts.access import Access, open_to
from members.standing.queries import is_within_reach


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def ordinary(request: HttpRequest, pk: int) -> HttpResponse:
    """My three ordinary things before the evening; those of my groups, with a way to answer, once it runs."""
    event = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    if not ordinaries.has_seat(event, request.user):
        raise Http404
    noted = ordinaries.noted_by(request.user, event)
    written = dict(zip(("first", "second", "third"), (one.words for one in noted), strict=False))
    form = OrdinariesForm(request.POST if request.method == "POST" else None, initial=written)
    too_late = why_not_note(has_seat=True, starts_at=event.starts_at, now=timezone.now())
    if form.is_bound and too_late:
        return web.refuse(request, refusals.explain(too_late), back=request.path, typed=form)

    def show() -> HttpResponse:
        context = {
            "event": event,
            "form": form,
            "noted": noted,
            "may_note": too_late is None,
            "theirs": ordinaries.of_my_groups(event, request.user),
        }
        return render(request, "feedback/mirror/ordinary/ordinary.html", context, status=422 if form.errors else 200)

    if not form.is_valid():
        return show()
    return web.carry_out(
        request,
        partial(flows.note, by=request.user, event_id=pk, words=form.words, now=timezone.now()),
        refused=web.refused_on_form(form, refusals.explain_on_page, show),
        done=_("書きとめました。会で同じ組になった方が読みます。"),
        to=reverse("feedback:ordinary", args=[pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def wonder(request: HttpRequest, pk: int, ordinary_pk: int) -> HttpResponse:
    """Say why something ordinary is rare where I work, change that, or take it back."""
    event = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    theirs = next((one for one in ordinaries.of_my_groups(event, request.user) if one.ordinary.pk == ordinary_pk), None)
    if theirs is None:
        raise Http404
    if request.method == "POST" and request.POST.get("act") == "none":
        return _take_back(request, pk, ordinary_pk)
    if not is_within_reach(request.user, theirs.ordinary.member_id, timezone.now()):
        return refuse_reach(request, reverse("feedback:ordinary", args=[pk]))
    form = WonderForm(
        request.POST if request.method == "POST" else None, initial={"words": theirs.mine.words if theirs.mine else ""}
    )

    def show() -> HttpResponse:
        context = {"event": event, "theirs": theirs, "form": form}
        return render(request, "feedback/mirror/ordinary/wonder.html", context, status=422 if form.errors else 200)

    if not form.is_valid():
        return show()
    words, given = form.cleaned_data["words"], _("すごい、を贈りました。次の%(hour)sに届き、それまでは書きなおせます。")
    return web.carry_out(
        request,
        partial(flows.say_wonder, by=request.user, ordinary_id=ordinary_pk, words=words, now=timezone.now()),
        refused=web.refused_on_form(form, refusals.explain, show, field="words"),
        done=given % {"hour": hour_of_day(LETTERS.arrives_at)},
        to=reverse("feedback:ordinary", args=[pk]),
    )


def _take_back(request: HttpRequest, pk: int, ordinary_pk: int) -> HttpResponse:
    back = reverse("feedback:ordinary", args=[pk])
    return web.carry_out(
        request,
        partial(flows.take_back_wonder, by=request.user, ordinary_id=ordinary_pk, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain, back=back),
        done=_("取り下げました。相手には何も伝わりません。"),
        to=back,
    )


@require_POST
@open_to(Access.MEMBER)
def put_away(request: HttpRequest, pk: int) -> HttpResponse:
    """Take somebody's words about my ordinary thing from my page; they never learn of it."""
    flows.put_away_wonder(by=request.user, wonder_id=pk, now=timezone.now())
    messages.success(request, _("しまいました。贈った方には伝わりません。"))
    return redirect("feedback:mirror")
