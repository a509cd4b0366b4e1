"""Applying: sending answers, taking them back, what staff answer, and the questions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction

from kouryu.moves import move_to
from kouryu.refusal import Refused
from kouryu.sweeps import HOURLY, sweep
from kouryu.words import clean_line, clean_words
from members.accounts.locks import lock_account, lock_member
from members.admission import mails, queries
from members.admission.choices import APPLICATION_MOVES, ApplicationState, Entrance, ReviewAct
from members.admission.flows import admitting
from members.admission.limits import APPLICATIONS
from members.admission.rules import NoApplying, NoQuestion, NoReview, missing_answers
from members.audit import audit
from members.desk.flows import must_be_open
from members.desk.rules import NoAct, why_not_note
from members.models import ApplicationAnswer, ApplicationQuestion, ApplicationReview, MembershipApplication, User

STATE_AFTER = {
    ReviewAct.ACCEPT: ApplicationState.ACCEPTED,
    ReviewAct.ASK: ApplicationState.ASKED,
    ReviewAct.DECLINE: ApplicationState.DECLINED,
}
VERBS = {
    ReviewAct.ACCEPT: "accept-application",
    ReviewAct.ASK: "ask-applicant",
    ReviewAct.DECLINE: "decline-application",
}


@transaction.atomic
def apply(*, member: User, answers: Mapping[int, str], reply: str = "", now: datetime) -> MembershipApplication:
    """Send the answers of `member` to the staff, with a reply where staff asked back.

    Refused where no application is asked for, one waits or was decided, an answer is missing, and where other questions
    are asked by now.
    """
    member = lock_member(member.pk)
    application = queries.application_of(member)
    if not member.awaits_admission or (application is None and settings.ENTRANCE != Entrance.APPLICATION):
        raise Refused(NoApplying.NOT_ASKED_FOR)
    if application and application.state == ApplicationState.WAITING:
        raise Refused(NoApplying.WAITING_ALREADY)
    if application and ApplicationState.WAITING not in APPLICATION_MOVES[ApplicationState(application.state)]:
        raise Refused(NoApplying.DECIDED)
    questions = {question.pk: question for question in queries.questions()}
    if set(answers) != set(questions):
        raise Refused(NoApplying.QUESTIONS_CHANGED)
    if missing_answers({pk: question.is_required for pk, question in questions.items()}, answers):
        raise Refused(NoApplying.ANSWERS_MISSING)
    application = _sent(member, application, now)
    for pk, question in questions.items():
        ApplicationAnswer.objects.update_or_create(
            application=application,
            question=question,
            defaults={"asked": str(question), "words": clean_words(answers[pk])},
        )
    _keep_reply(application, reply)
    audit.record("apply", application, by=member, now=now)
    return application


def _sent(member: User, application: MembershipApplication | None, now: datetime) -> MembershipApplication:
    if application is None:
        return MembershipApplication.objects.create(member=member, sent_at=now, changed_at=now)
    application.sent_at = now
    _move(application, ApplicationState.WAITING, now)
    return application


def _keep_reply(application: MembershipApplication, reply: str) -> None:
    asked = application.reviews.filter(act=ReviewAct.ASK).order_by("-at", "-pk").first()
    if asked and reply.strip():
        asked.reply = clean_words(reply)
        asked.save(update_fields=["reply"])


def _move(application: MembershipApplication, state: ApplicationState, now: datetime) -> None:
    move_to(application, state, APPLICATION_MOVES)
    application.changed_at = now
    application.version += 1
    application.save(update_fields=["state", "changed_at", "sent_at", "version"])


@transaction.atomic
def withdraw_application(*, member: User, now: datetime) -> MembershipApplication:
    """Take back what nobody has decided yet; it can be sent again. A second time changes nothing."""
    member = lock_member(member.pk)
    application = queries.application_of(member)
    if application is None:
        raise Refused(NoApplying.NOT_ASKED_FOR)
    if application.state == ApplicationState.WITHDRAWN:
        return application
    if ApplicationState.WITHDRAWN not in APPLICATION_MOVES[ApplicationState(application.state)]:
        raise Refused(NoApplying.DECIDED)
    _move(application, ApplicationState.WITHDRAWN, now)
    audit.record("withdraw-application", application, by=member, now=now)
    return application


@transaction.atomic
def answer_application(
    *, member: User, by: User, act: ReviewAct, words: str, seen_version: int, now: datetime
) -> MembershipApplication:
    """Answer an application: let its member in, decline, or ask back. The words stay; a mail tells the member.

    Refused when the page is not open, without words, to oneself, once it is settled, and when the application is no
    longer the one that was read.
    """
    must_be_open(by, member, now)
    if member.pk == by.pk:
        raise Refused(NoAct.ONESELF)
    if too_short := why_not_note(words):
        raise Refused(too_short)
    member = lock_account(member.pk)
    application = MembershipApplication.objects.get(member=member)
    if application.version != seen_version:
        raise Refused(NoReview.CHANGED_MEANWHILE)
    if STATE_AFTER[act] not in APPLICATION_MOVES[ApplicationState(application.state)]:
        raise Refused(NoReview.SETTLED)
    ApplicationReview.objects.create(application=application, by=by, act=act, words=clean_words(words), at=now)
    _move(application, STATE_AFTER[act], now)
    audit.record(VERBS[act], application, by=by, now=now)
    mails.application_answered(application, act, now=now)
    if act == ReviewAct.ACCEPT:
        admitting.admit(member, by=by, why="application", now=now)
    return application


# --- the questions


@transaction.atomic
def save_question(
    *,
    number: int | None,
    by: User,
    words_ja: str,
    words_en: str,
    is_required: bool,
    place: int,
    is_asked: bool,
    now: datetime,
) -> ApplicationQuestion:
    """Write a new question, or change the one with this number; answers keep the words that were asked.

    Refused where too many would be asked at one time.
    """
    lock_member(by.pk)
    question = ApplicationQuestion.objects.get(pk=number) if number else ApplicationQuestion()
    others = ApplicationQuestion.objects.asked().exclude(pk=question.pk)
    if is_asked and others.count() >= APPLICATIONS.questions:
        raise Refused(NoQuestion.TOO_MANY)
    question.words_ja, question.words_en = clean_line(words_ja), clean_line(words_en)
    question.is_required, question.place = is_required, place
    question.ended_at = None if is_asked else question.ended_at or now
    question.save()
    audit.record("save-question", question, by=by, now=now)
    return question


@sweep("forget-applications", every=HOURLY)
def forget_applications(*, now: datetime) -> int:
    """Forget what was answered in applications that were settled long ago; returns how many answers.

    That somebody applied, and what staff decided and why, stays.
    """
    settled = [ApplicationState.ACCEPTED, ApplicationState.DECLINED, ApplicationState.WITHDRAWN]
    old = MembershipApplication.objects.filter(state__in=settled, changed_at__lte=now - APPLICATIONS.kept_for)
    ApplicationReview.objects.filter(application__in=old).exclude(reply="").update(reply="")
    forgotten, _tables = ApplicationAnswer.objects.filter(application__in=old).delete()
    return forgotten
