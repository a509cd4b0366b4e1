"""Turning points: the reader's own, who stands behind them, and what others ask the reader."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback.growth import refusals
from feedback.growth.flows import turning_point as flows
from feedback.growth.forms import PersonForm, TurningPointForm
from feedback.growth.queries import turning_point as turning_points
from feedback.letters.rules import NoReach
from feedback.letters.views.reach import refuse_reach
from feedback.models import TurningPoint
from kouryu import web
from kouryu.refusal import Refused
from members.accounts.access import Access, open_to
from members.accounts.card import cards_of

A_PAGE = 20


@require_safe
@open_to(Access.MEMBER)
def points(request: HttpRequest) -> HttpResponse:
    """My turning points, what I am asked, where my name stands, and the thanks that came."""
    page = Paginator(turning_points.turning_points_of(request.user), A_PAGE).get_page(request.GET.get("page"))
    named = turning_points.people_behind(request.user, page)
    context = {
        "page": page,
        "points": [(point, named.get(point.pk, [])) for point in page],
        "asked": turning_points.asked_of(request.user)[:A_PAGE],
        "named_at": turning_points.named_at(request.user)[:A_PAGE],
        "thanks": turning_points.thanks_to_introducer(request.user)[:A_PAGE],
    }
    return render(request, "feedback/growth/turning_point/points.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def record(request: HttpRequest) -> HttpResponse:
    """A new turning point."""
    form = TurningPointForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _form_page(request, form, None)

    def done(written: TurningPoint) -> HttpResponse:
        messages.success(request, _("書きとめました。あなたにだけ見えます。"))
        return redirect("feedback:turning_point", written.pk)

    return web.attempt(
        partial(flows.record_turning_point, by=request.user, now=timezone.now(), **form.cleaned_data),
        refused=web.refused_on_form(form, refusals.explain, lambda: _form_page(request, form, None)),
        done=done,
    )


@require_safe
@open_to(Access.MEMBER)
def point(request: HttpRequest, pk: int) -> HttpResponse:
    """One of my turning points."""
    return _point_page(request, _own_or_404(request, pk), None)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the words of one of mine; who stands behind it stays."""
    found = _own_or_404(request, pk)
    written = {"title": found.title, "month": found.month, "words": found.words}
    form = TurningPointForm(request.POST if request.method == "POST" else None, initial=written)
    if not form.is_valid():
        return _form_page(request, form, found)
    return web.carry_out(
        request,
        partial(
            flows.change_turning_point,
            by=request.user,
            turning_point_id=pk,
            now=timezone.now(),
            **form.cleaned_data,
        ),
        refused=web.refused_on_form(form, refusals.explain, lambda: _form_page(request, form, found)),
        done=_("保存しました。"),
        to=reverse("feedback:turning_point", args=[pk]),
    )


@require_POST
@open_to(Access.MEMBER)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget one of mine, with everything asked about it."""
    flows.delete_turning_point(by=request.user, turning_point_id=pk)
    messages.success(request, _("消しました。お願いしていたことも、なかったことになります。"))
    return redirect("feedback:turning_points")


@require_POST
@open_to(Access.MEMBER)
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask somebody; the answer to this click is the same whoever it is, and whatever they said before."""
    found = _own_or_404(request, pk)
    people = cards_of(turning_points.people_to_ask(request.user), viewer=request.user)
    form = PersonForm(request.POST, people=people)
    if not form.is_valid():
        return _point_page(request, found, form)
    asked = {"turning_point_id": pk, "person_id": form.cleaned_data["person"]}
    page = reverse("feedback:turning_point", args=[pk])
    return web.carry_out(
        request,
        partial(flows.ask_to_stand_behind, by=request.user, **asked, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain, back=page),
        done=_("うかがってみます。お返事があるまで、お名前は出ません。"),
        to=page,
    )


@require_POST
@open_to(Access.MEMBER)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back all questions that wait for an answer."""
    _own_or_404(request, pk)
    flows.take_back_questions(by=request.user, turning_point_id=pk, now=timezone.now())
    messages.success(request, _("お願いを取り下げました。"))
    return redirect("feedback:turning_point", pk)


@require_POST
@open_to(Access.MEMBER)
def remove(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    """Take a name away from one of mine."""
    _own_or_404(request, pk)
    flows.remove_person(by=request.user, turning_point_id=pk, person_id=member_pk, now=timezone.now())
    messages.success(request, _("お名前をはずしました。"))
    return redirect("feedback:turning_point", pk)


@require_POST
@open_to(Access.MEMBER)
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Let my name stand at somebody's turning point."""
    flows.agree_to_stand_behind(by=request.user, behind_id=pk, now=timezone.now())
    messages.success(request, _("うかがいました。あとから、いつでもはずせます。"))
    return redirect("feedback:turning_points")


@require_POST
@open_to(Access.MEMBER)
def keep_away(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no, or take my name away again; it looks like no answer."""
    flows.keep_name_away(by=request.user, behind_id=pk, now=timezone.now())
    messages.success(request, _("うかがいました。お名前は出ません。相手には伝わりません。"))
    return redirect("feedback:turning_points")


@require_POST
@open_to(Access.MEMBER)
def thank_introducer(request: HttpRequest, pk: int) -> HttpResponse:
    """Thank whoever introduced me to somebody behind a turning point."""

    def refused(why: Refused) -> HttpResponse:
        if why.reason != NoReach.NOW:
            raise Http404
        return refuse_reach(request, reverse("feedback:turning_points"))

    return web.carry_out(
        request,
        partial(flows.thank_introducer, by=request.user, introduction_id=pk, now=timezone.now()),
        refused=refused,
        done=_("お礼を伝えました。"),
        to="feedback:turning_points",
    )


def _own_or_404(request: HttpRequest, pk: int) -> TurningPoint:
    return get_object_or_404(turning_points.turning_points_of(request.user), pk=pk)


def _form_page(request: HttpRequest, form: TurningPointForm, found: TurningPoint | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "feedback/growth/turning_point/form.html", {"form": form, "point": found}, status=status)


def _point_page(request: HttpRequest, found: TurningPoint, form: PersonForm | None) -> HttpResponse:
    people = cards_of(turning_points.people_to_ask(request.user), viewer=request.user)
    context = {
        "point": found,
        "named": turning_points.people_behind(request.user, [found]).get(found.pk, []),
        "form": form or PersonForm(people=people),
        "has_people": bool(people),
    }
    return render(request, "feedback/growth/turning_point/point.html", context, status=422 if form else 200)
