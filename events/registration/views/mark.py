"""A member's own marks, and the staff's answers to what they say against them."""

from __future__ import annotations

from functools import partial

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.models import Mark
from events.registration import refusals
from events.registration.choices import Ruling
from events.registration.flows import mark as flows
from events.registration.forms.mark import ObjectionForm, RulingForm
from events.registration.limits import MARKS
from events.registration.queries import marks
from events.registration.rules.mark import why_not_object, why_not_rule
from kouryu import web
from kouryu.refusal import Refused
from members.accounts.access import Access, open_to

A_PAGE = 50


@require_safe
@open_to(Access.MEMBER)
def mine(request: HttpRequest) -> HttpResponse:
    """Each of the reader's own marks: what for, what it weighs, until when, what they said, what was answered."""
    page = {
        "marks": marks.my_marks(request.user, timezone.now()),
        "kept_days": MARKS.kept_for.days,
        "delay_hours": int(MARKS.delay_per_point.total_seconds() // 3600),
        "longest_hours": int(MARKS.longest_delay.total_seconds() // 3600),
        "illnesses": MARKS.illnesses_free,
        "decide_hours": int(MARKS.time_to_decide.total_seconds() // 3600),
    }
    return render(request, "events/registration/marks/mine.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def object_to(request: HttpRequest, pk: int) -> HttpResponse:
    """The sentence against one mark; only once."""
    found, now = _own(request, pk), timezone.now()
    if reason := why_not_object(marks.status_of(found), now=now):
        return _refuse(request, found, Refused(reason))
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        page = {"mark": found, "form": form}
        return render(request, "events/registration/marks/object.html", page, status=422 if form.is_bound else 200)
    objection = form.cleaned_data["objection"]
    return web.carry_out(
        request,
        partial(flows.object_to_mark, mark_id=pk, member=request.user, objection=objection, now=now),
        refused=partial(_refuse, request, found),
        done=_("お送りしました。お返事が書けたら、メールでお知らせします。"),
        to="events:marks",
    )


@require_POST
@open_to(Access.MEMBER)
def tell_illness(request: HttpRequest, pk: int) -> HttpResponse:
    """It was illness; nobody asks for proof."""
    found = _own(request, pk)
    return web.carry_out(
        request,
        partial(flows.tell_illness, mark_id=pk, member=request.user, now=timezone.now()),
        refused=partial(_refuse, request, found),
        done=_("体調のためと記録しました。この印は、何にも響きません。お大事になさってください。"),
        to="events:marks",
    )


@require_safe
@open_to(Access.MODERATOR, can=gettext_lazy("印への事情を読み、答える"))
def objections(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, oldest first; or what was answered, latest first."""
    answered = request.GET.get("show") == "answered"
    page = Paginator(marks.objections(answered=answered), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "events/registration/marks/objections.html", {"page": page, "answered": answered})


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MODERATOR, can=gettext_lazy("印への事情を読み、答える"))
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """One objection, and the answer to it."""
    said = Mark.objects.objected_to().select_related("registration__event", "registration__member__profile")
    found = get_object_or_404(said, pk=pk)
    reason = why_not_rule(marks.status_of(found), is_own=found.registration.member_id == request.user.pk)
    form = RulingForm(request.POST if request.method == "POST" else None)
    explain, back = partial(refusals.explain, event=found.registration.event), reverse("events:objections")
    if request.method == "POST" and reason:
        return web.refuse(request, explain(reason), back=back)
    if not form.is_valid():
        page = {"mark": found, "form": form, "explanation": explain(reason) if reason else None}
        return render(request, "events/registration/marks/objection.html", page, status=422 if form.is_bound else 200)
    ruling, answer = Ruling(form.cleaned_data["ruling"]), form.cleaned_data["answer"]
    return web.carry_out(
        request,
        partial(flows.rule_on_objection, mark_id=pk, by=request.user, ruling=ruling, answer=answer, now=timezone.now()),
        refused=web.refused_page(request, explain, back=back),
        done=_("お返事を記録しました。ご本人にメールでお知らせします。"),
        to=back,
    )


def _own(request: HttpRequest, pk: int) -> Mark:
    own = Mark.objects.filter(registration__member=request.user).select_related("registration__event")
    return get_object_or_404(own, pk=pk)


def _refuse(request: HttpRequest, mark: Mark, refused: Refused) -> HttpResponse:
    explanation = refusals.explain(refused.reason, event=mark.registration.event)
    return web.refuse(request, explanation, back=reverse("events:marks"))
