"""A member's own marks, and the staff's answers to what they say against them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
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


@open_to(Access.MEMBER)
@require_safe
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


@open_to(Access.MEMBER)
@require_http_methods(["GET", "HEAD", "POST"])
def object_to(request: HttpRequest, pk: int) -> HttpResponse:
    """The sentence against one mark; only once."""
    found, now = _own(request, pk), timezone.now()
    if reason := why_not_object(marks.status_of(found), now=now):
        return _refuse(request, Refused(reason))
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        page = {"mark": found, "form": form}
        return render(request, "events/registration/marks/object.html", page, status=422 if form.is_bound else 200)
    try:
        flows.object_to_mark(mark_id=pk, member=request.user, objection=form.cleaned_data["objection"], now=now)
    except Refused as refused:
        return _refuse(request, refused)
    messages.success(request, _("お送りしました。お返事が書けたら、メールでお知らせします。"))
    return redirect("events:marks")


@open_to(Access.MEMBER)
@require_POST
def tell_illness(request: HttpRequest, pk: int) -> HttpResponse:
    """It was illness; nobody asks for proof."""
    _own(request, pk)
    try:
        flows.tell_illness(mark_id=pk, member=request.user, now=timezone.now())
    except Refused as refused:
        return _refuse(request, refused)
    messages.success(request, _("体調のためと記録しました。この印は、何にも響きません。お大事になさってください。"))
    return redirect("events:marks")


@open_to(Access.MODERATOR, can=gettext_lazy("印への事情を読み、答える"))
@require_safe
def objections(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, oldest first; or what was answered, latest first."""
    answered = request.GET.get("show") == "answered"
    page = Paginator(marks.objections(answered=answered), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "events/registration/marks/objections.html", {"page": page, "answered": answered})


@open_to(Access.MODERATOR, can=gettext_lazy("印への事情を読み、答える"))
@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """One objection, and the answer to it."""
    said = Mark.objects.objected_to().select_related("registration__event", "registration__member__profile")
    found = get_object_or_404(said, pk=pk)
    reason = why_not_rule(marks.status_of(found), is_own=found.registration.member_id == request.user.pk)
    form = RulingForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or (reason is None and not form.is_valid()):
        page = {"mark": found, "form": form, "explanation": reason and refusals.explain_mark(reason)}
        return render(request, "events/registration/marks/objection.html", page, status=422 if form.is_bound else 200)
    try:
        if reason:
            raise Refused(reason)
        flows.rule_on_objection(
            mark_id=pk,
            by=request.user,
            ruling=Ruling(form.cleaned_data["ruling"]),
            answer=form.cleaned_data["answer"],
            now=timezone.now(),
        )
    except Refused as refused:
        return web.refuse(request, refusals.explain_mark(refused.reason), back=reverse("events:objections"))
    messages.success(request, _("お返事を記録しました。ご本人にメールでお知らせします。"))
    return redirect("events:objections")


def _own(request: HttpRequest, pk: int) -> Mark:
    own = Mark.objects.filter(registration__member=request.user).select_related("registration__event")
    return get_object_or_404(own, pk=pk)


def _refuse(request: HttpRequest, refused: Refused) -> HttpResponse:
    return web.refuse(request, refusals.explain_mark(refused.reason), back=reverse("events:marks"))
