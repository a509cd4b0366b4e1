"""Applying to become a member, and what staff do with applications."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kouryu import web
from kouryu.refusal import Refused
from members.accounts.access import Access, open_to
from members.admission import queries, refusals
from members.admission.choices import ApplicationState, Entrance, ReviewAct
from members.admission.flows import application as flows
from members.admission.forms import AnswerApplicationForm, ApplicationForm, QuestionForm
from members.desk import flows as desk
from members.desk.choices import Purpose
from members.desk.rules import NoLook
from members.desk.views import at_open_page
from members.models import ApplicationQuestion, MembershipApplication, User

SHOWN = 100
_CAN_ANSWER = gettext_lazy("お申し込みを読み、お返事する")
_CAN_ASK = gettext_lazy("お申し込みの質問を決める")
CAN_BE_SENT = {None, ApplicationState.ASKED, ApplicationState.WITHDRAWN}


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.SIGNED_IN)
def admission(request: HttpRequest) -> HttpResponse:
    """The page of an account that was not let in yet: where it stands, and the questions. POST: apply."""
    if not request.user.awaits_admission:
        return redirect("home")
    application = queries.application_of(request.user)
    if application is None and settings.ENTRANCE != Entrance.APPLICATION:
        return render(request, "members/admission/invitation_needed.html")
    is_answering = request.method == "POST"
    form = _application_form(request.user, application, request.POST if is_answering else None)
    if not is_answering or not form.is_valid():
        return _admission_page(request, application, form)
    reply = form.cleaned_data.get("reply", "")
    return web.carry_out(
        request,
        partial(flows.apply, member=request.user, answers=form.answers, reply=reply, now=timezone.now()),
        refused=web.refused_on_form(form, refusals.explain, lambda: _admission_page(request, application, form)),
        done=_("お申し込みを受けとりました。お返事は、メールでもお知らせします。"),
        to="members:admission",
    )


def _application_form(member: User, application: MembershipApplication | None, data: Any) -> ApplicationForm:
    return ApplicationForm(
        data,
        questions=list(queries.questions()),
        before=queries.answers_so_far(member),
        asked_back=bool(application and application.state == ApplicationState.ASKED),
    )


def _admission_page(
    request: HttpRequest, application: MembershipApplication | None, form: ApplicationForm
) -> HttpResponse:
    state = application.state if application else None
    asked = application.reviews.filter(act=ReviewAct.ASK).order_by("at", "pk").last() if application else None
    values = {
        "application": application,
        "form": form if state in CAN_BE_SENT else None,
        "asked": asked if state == ApplicationState.ASKED else None,
        "answers": application.answers.order_by("question__place", "pk") if application else [],
        "can_withdraw": state in {ApplicationState.WAITING, ApplicationState.ASKED},
    }
    return render(request, "members/admission/application.html", values, status=422 if form.errors else 200)


@require_POST
@open_to(Access.SIGNED_IN)
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take back one's own application."""
    return web.carry_out(
        request,
        partial(flows.withdraw_application, member=request.user, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain, back=reverse("members:admission")),
        done=_("お申し込みを取り下げました。気が変わったら、またお送りいただけます。"),
        to="members:admission",
    )


@require_safe
@open_to(Access.DESK, can=_CAN_ANSWER)
def applications(request: HttpRequest) -> HttpResponse:
    """The applications that wait, and the latest of the others."""
    values = {"waiting": queries.waiting_applications(), "answered": queries.answered_applications()[:SHOWN]}
    return render(request, "members/admission/desk/applications.html", values)


@require_POST
@open_to(Access.DESK, can=_CAN_ANSWER)
def open_application(request: HttpRequest, person_pk: int) -> HttpResponse:
    """Open an application; its member reads who read it."""
    application = get_object_or_404(MembershipApplication.objects.select_related("member"), pk=person_pk)
    desk.look(member=application.member, by=request.user, purpose=Purpose.APPLICATION, now=timezone.now())
    return redirect("members:desk_application", person_pk)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.DESK, can=_CAN_ANSWER)
@at_open_page
def application(request: HttpRequest, member: User) -> HttpResponse:
    """One application. POST: answer it."""
    sent = get_object_or_404(MembershipApplication, pk=member.pk)
    form = AnswerApplicationForm(
        request.POST if request.method == "POST" else None, initial={"seen_version": sent.version}
    )
    if not form.is_valid():
        return _application_page(request, sent, form)

    def refused(why: Refused) -> HttpResponse:
        if why.reason == NoLook.NOT_OPEN:
            return redirect("members:desk_member", member.pk)
        form.add_error(None, refusals.explain(why.reason).sentence)
        now = MembershipApplication.objects.get(pk=member.pk)
        form.data = {**form.data.dict(), "seen_version": now.version}
        return _application_page(request, now, form)

    return web.carry_out(
        request,
        partial(flows.answer_application, member=member, by=request.user, now=timezone.now(), **form.answer),
        refused=refused,
        done=_("お返事を記録しました。ご本人には、メールでお知らせします。"),
        to="members:desk_applications",
    )


def _application_page(request: HttpRequest, sent: MembershipApplication, form: AnswerApplicationForm) -> HttpResponse:
    is_open = sent.state in {ApplicationState.WAITING, ApplicationState.ASKED, ApplicationState.DECLINED}
    values = {
        "application": sent,
        "member": sent.member,
        "answers": sent.answers.order_by("question__place", "pk"),
        "reviews": sent.reviews.select_related("by__profile").order_by("at", "pk"),
        "form": form if is_open else None,
    }
    return render(request, "members/admission/desk/application.html", values, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.OWNER, can=_CAN_ASK)
def questions(request: HttpRequest) -> HttpResponse:
    """What is asked of those who apply, and the form for another question."""
    return _save_question(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.OWNER, can=_CAN_ASK)
def question(request: HttpRequest, question_pk: int) -> HttpResponse:
    """Change one question."""
    return _save_question(request, get_object_or_404(ApplicationQuestion, pk=question_pk))


def _save_question(request: HttpRequest, held: ApplicationQuestion | None) -> HttpResponse:
    asked = list(queries.questions())
    initial = _as_it_is(held) if held else {"place": len(asked) + 1}
    form = QuestionForm(request.POST if request.method == "POST" else None, initial=initial)
    if not form.is_valid():
        return _questions_page(request, form, held, asked)
    number = held.pk if held else None
    return web.carry_out(
        request,
        partial(flows.save_question, number=number, by=request.user, now=timezone.now(), **form.cleaned_data),
        refused=web.refused_on_form(form, refusals.explain, lambda: _questions_page(request, form, held, asked)),
        done=_("保存しました。"),
        to="members:desk_questions",
    )


def _questions_page(
    request: HttpRequest, form: QuestionForm, held: ApplicationQuestion | None, asked: list[ApplicationQuestion]
) -> HttpResponse:
    ended = ApplicationQuestion.objects.exclude(ended_at=None).order_by("-ended_at", "-pk")[:SHOWN]
    values = {"form": form, "held": held, "questions": asked, "ended": ended}
    return render(request, "members/admission/desk/questions.html", values, status=422 if form.errors else 200)


def _as_it_is(held: ApplicationQuestion) -> dict[str, Any]:
    return {
        "words_ja": held.words_ja,
        "words_en": held.words_en,
        "place": held.place,
        "is_required": held.is_required,
        "is_asked": held.ended_at is None,
    }
