"""Introducing two of my ties to each other, and answering when somebody introduces me."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback.letters.views.reach import refuse_reach
from feedback.models import Tie
from feedback.ties import refusals
from feedback.ties.flows import introduction as flows
from feedback.ties.forms.introduction import IntroductionForm
from feedback.ties.queries import introduction as introductions
from feedback.ties.queries import short_note as short_notes
from feedback.ties.rules.introduction import NoIntroduction
from feedback.ties.views.finding import is_within_reach, tie_with
from kouryu import web
from members.accounts.access import Access, open_to
from members.accounts.card import cards_of
from members.accounts.news import see_news
from members.models import User
from members.standing.queries import within_reach

A_PAGE = 20
TIES_OFFERED = 300  # whom to introduce: the latest; the others are introduced from their own pages
ANSWERS = {"gladly": flows.agree, "not": flows.decline}


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def introduce(request: HttpRequest, member_pk: int) -> HttpResponse:
    """The page of an introduction: whom to introduce to this person, and one sentence to each."""
    tie, back = tie_with(request, member_pk), reverse("feedback:notes", args=[member_pk])
    if not is_within_reach(request, tie):
        return refuse_reach(request, back)
    person = tie.other(request.user)
    if short_notes.agreed_to_check(request.user) is None:
        return web.refuse(request, refusals.explain(NoIntroduction.NO_CONSENT), back=back)
    form = IntroductionForm(
        request.POST if request.method == "POST" else None, people=_others(request, person), name=person.called_name
    )
    if not form.is_valid():
        context = {"person": person, "form": form}
        status = 422 if form.errors else 200
        return render(request, "feedback/ties/introduction/introduce.html", context, status=status)
    words = form.cleaned_data
    return web.carry_out(
        request,
        partial(
            flows.introduce,
            by=request.user,
            one_id=member_pk,
            other_id=words["other"],
            to_one=words["to_one"],
            to_other=words["to_other"],
            now=timezone.now(),
        ),
        refused=web.refused_page(request, refusals.explain, back=back, typed=form),
        done=_("おふたりに、それぞれうかがいます。ふたりとも望んだときだけ、つながります。"),
        to="feedback:introductions",
    )


@require_safe
@open_to(Access.MEMBER)
def list_introductions(request: HttpRequest) -> HttpResponse:
    """What I am asked, what I introduced, and what came of it."""
    now = timezone.now()
    asking = Paginator(introductions.asking(request.user, now), A_PAGE).get_page(request.GET.get("page"))
    making = Paginator(introductions.making(request.user, now), A_PAGE).get_page(request.GET.get("made"))
    context = {
        "asking": asking,
        "asked": introductions.asked_at(request.user, asking, now),
        "making": making,
        "made": introductions.made_at(making, now),
    }
    see_news("introductions", member=request.user, now=now)
    return render(request, "feedback/ties/introduction/introductions.html", context)


@require_POST
@open_to(Access.MEMBER)
def answer_introduction(request: HttpRequest, pk: int) -> HttpResponse:
    """One of two answers; the page then says the same after both."""
    now = timezone.now()
    get_object_or_404(introductions.asking(request.user, now), pk=pk)
    answer = ANSWERS.get(request.POST.get("answer", ""))
    if answer is None:
        return web.bad_request(request, ValueError("not a button of the page"))
    answer(by=request.user, introduction_id=pk, now=now)
    messages.success(request, _("お返事をうかがいました。"))
    return redirect("feedback:introductions")


def _others(request: HttpRequest, person: User) -> list[tuple[int, str]]:
    ties = Tie.objects.listed_of(request.user).select_related("first__profile", "second__profile")
    there = within_reach(request.user, timezone.now())
    ties = ties.filter(Q(first__in=there) | Q(second__in=there))
    latest = ties.order_by("-formed_at", "-pk")[:TIES_OFFERED]
    others = cards_of((tie.other(request.user) for tie in latest), viewer=request.user)
    return [(other.pk, _("%(name)sさん") % {"name": other.called_name}) for other in others if other.pk != person.pk]
