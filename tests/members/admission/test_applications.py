"""Applying: the questions, the answers, the decision with its reason, and what an account that waits can open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from kouryu.openid import PROVIDER
from kouryu.refusal import Refused
from members.accounts.access import Access, access_of
from members.admission.choices import APPLICATION_MOVES, ApplicationState, ReviewAct
from members.admission.flows.application import (
    answer_application,
    apply,
    forget_applications,
    save_question,
    withdraw_application,
)
from members.admission.flows.invitation import accept_invitation, invite
from members.admission.limits import APPLICATIONS
from members.admission.rules import InvitationWish, NoApplying, NoQuestion, NoReview, NoWayIn
from members.desk.choices import Purpose
from members.desk.flows import look
from members.desk.rules import NoAct, NoLook, NoStaffNote
from members.linking.choices import CallResult
from members.linking.flows import hear_call
from members.linking.rules import PaidCall
from members.models import (
    AcceptedInvitation,
    ApplicationAnswer,
    ApplicationQuestion,
    ApplicationReview,
    AuditEntry,
    Look,
    MembershipApplication,
    OutgoingMail,
    User,
)
from tests.members.entrance.test_signing_up import ADDRESS, code_in, enter_code, latest_mail, sign_up
from tests.rig.openid import named
from tests.signing_in import sign_in_without_form

NOW = timezone.now()
WORDS = "ご本人の答えを読んで、決めました。"


@pytest.fixture(autouse=True)
def by_application(settings):
    settings.ENTRANCE = "application"


@pytest.fixture
def question(db) -> ApplicationQuestion:
    return ApplicationQuestion.objects.create(place=1, words_ja="どんなことを話したいですか。", words_en="What about?")


@pytest.fixture
def optional(db) -> ApplicationQuestion:
    return ApplicationQuestion.objects.create(place=2, words_ja="ほかには。", is_required=False)


@pytest.fixture
def waiting(guest, question) -> MembershipApplication:
    return apply(member=guest, answers={question.pk: "転職のこと"}, now=NOW)


def refused(call, **arguments) -> str:
    with pytest.raises(Refused) as refusal:
        call(**arguments)
    return refusal.value.reason


def answered(waiting, by, act, **others) -> MembershipApplication:
    look(member=waiting.member, by=by, purpose=Purpose.APPLICATION, now=NOW)
    said = {"act": act, "words": WORDS, "seen_version": waiting.version, **others}
    return answer_application(member=waiting.member, by=by, now=NOW, **said)


def test_from_the_sign_up_to_the_answer(client, question, optional, fumi, signed_in):
    sign_up(client)
    enter_code(client, code_in(latest_mail()))
    page = client.get(reverse("home"), follow=True)
    assert page.redirect_chain[-1][0] == reverse("members:admission")
    assert "どんなことを話したいですか。" in page.content.decode()

    wanted = {f"answer_{question.pk}": "転職のこと", f"answer_{optional.pk}": ""}
    page = client.post(reverse("members:admission"), wanted, follow=True).content.decode()
    assert "転職のこと" in page
    assert "お返事をお待ちください" in page
    member = User.objects.get(email=ADDRESS)

    desk = signed_in(fumi)
    assert ADDRESS not in desk.get(reverse("members:desk_applications")).content.decode()
    page = desk.post(reverse("members:desk_open_application", args=[member.pk]), follow=True).content.decode()
    assert "転職のこと" in page
    assert ADDRESS in page
    assert Look.objects.get(member=member).purpose == Purpose.APPLICATION
    said = {"act": "accept", "words": WORDS, "seen_version": 1}
    desk.post(reverse("members:desk_application", args=[member.pk]), said)

    member.refresh_from_db()
    assert not member.awaits_admission
    assert latest_mail().subject == "ようこそ。お申し込みをお受けしました"
    assert client.get(reverse("home"), follow=True).redirect_chain[-1][0] == reverse("members:pledge")
    assert {"apply", "accept-application", "admit"} <= set(AuditEntry.objects.values_list("verb", flat=True))
    assert ApplicationReview.objects.get().words == WORDS


def test_an_account_that_waits_opens_what_every_account_opens_and_nothing_else(guest, signed_in):
    """Each address that takes no values; those of the table of access are the rest."""
    browser, wrong = signed_in(guest), []
    for name, view in plain_addresses():
        access = access_of(view, name)
        if access in {Access.PUBLIC, Access.SIGNED_IN}:
            continue
        answer = browser.get(reverse(name))
        if (answer.status_code, answer.headers.get("Location")) != (302, reverse("members:admission")) and (
            access != Access.CLOSED
        ):
            wrong.append((name, answer.status_code))
    assert wrong == []


def plain_addresses(resolver=None, space=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from plain_addresses(pattern, f"{pattern.namespace}:" if pattern.namespace else space)
        elif pattern.name and not pattern.pattern.converters:
            yield space + pattern.name, pattern.callback


def test_nothing_can_be_ordered_before(guest, signed_in):
    assert signed_in(guest).post(reverse("members:order", args=["monthly"])).url == reverse("members:admission")


@pytest.mark.parametrize(
    ("act", "state", "waits", "subject"),
    [
        (ReviewAct.ACCEPT, ApplicationState.ACCEPTED, False, "ようこそ。お申し込みをお受けしました"),
        (ReviewAct.DECLINE, ApplicationState.DECLINED, True, "お申し込みへのお返事"),
        (ReviewAct.ASK, ApplicationState.ASKED, True, "お申し込みについて、ひとつ教えてください"),
    ],
)
def test_each_answer_keeps_its_reason_and_is_mailed_without_it(waiting, fumi, act, state, waits, subject):
    done = answered(waiting, fumi, act)
    assert (done.state, User.objects.get(pk=waiting.pk).awaits_admission) == (state, waits)
    assert ApplicationReview.objects.get().words == WORDS
    mail = OutgoingMail.objects.get(to=waiting.member)
    assert mail.subject == subject
    assert WORDS not in mail.text + mail.html


def test_a_question_back_is_read_and_answered(waiting, question, fumi, signed_in):
    asked = answered(waiting, fumi, ReviewAct.ASK, words="お仕事の業界は、どちらですか。")
    browser = signed_in(waiting.member)
    page = browser.get(reverse("members:admission")).content.decode()
    assert "お仕事の業界は、どちらですか。" in page
    assert "転職のこと" in page  # what was written stands there to be changed
    said = {f"answer_{question.pk}": "転職と介護のこと"}
    page = browser.post(reverse("members:admission"), said)
    assert page.status_code == 422  # the reply is missing
    assert "転職と介護のこと" in page.content.decode()
    assert browser.post(reverse("members:admission"), {**said, "reply": "出版です。"}).status_code == 302
    again = MembershipApplication.objects.get()
    assert (again.state, again.version) == (ApplicationState.WAITING, asked.version + 1)
    assert ApplicationReview.objects.get().reply == "出版です。"
    assert ApplicationAnswer.objects.get().words == "転職と介護のこと"


def test_what_was_declined_is_told_and_cannot_be_sent_again(waiting, question, fumi, signed_in):
    answered(waiting, fumi, ReviewAct.DECLINE)
    page = signed_in(waiting.member).get(reverse("members:admission")).content.decode()
    assert "いまは、お迎えすることができません" in page
    assert WORDS not in page
    sent = {"member": waiting.member, "answers": {question.pk: "また"}, "now": NOW}
    assert refused(apply, **sent) == NoApplying.DECIDED
    assert refused(withdraw_application, member=waiting.member, now=NOW) == NoApplying.DECIDED


def test_it_can_be_taken_back_and_sent_again(waiting, question, signed_in):
    browser = signed_in(waiting.member)
    browser.post(reverse("members:withdraw_application"))
    assert MembershipApplication.objects.get().state == ApplicationState.WITHDRAWN
    browser.post(reverse("members:withdraw_application"))
    assert AuditEntry.objects.filter(verb="withdraw-application").count() == 1
    browser.post(reverse("members:admission"), {f"answer_{question.pk}": "やはり"})
    assert MembershipApplication.objects.get().state == ApplicationState.WAITING


def test_why_an_application_is_not_sent(guest, aki, question, optional, settings):
    both = {question.pk: "転職", optional.pk: ""}
    assert refused(apply, member=aki, answers=both, now=NOW) == NoApplying.NOT_ASKED_FOR
    assert refused(apply, member=guest, answers={question.pk: "転職"}, now=NOW) == NoApplying.QUESTIONS_CHANGED
    missing = {**both, question.pk: " 　"}
    assert refused(apply, member=guest, answers=missing, now=NOW) == NoApplying.ANSWERS_MISSING
    settings.ENTRANCE = "invitation"
    assert refused(apply, member=guest, answers=both, now=NOW) == NoApplying.NOT_ASKED_FOR
    settings.ENTRANCE = "application"
    apply(member=guest, answers=both, now=NOW)
    assert refused(apply, member=guest, answers=both, now=NOW) == NoApplying.WAITING_ALREADY


def test_why_an_application_is_not_answered(waiting, fumi, sora):
    said = {"member": waiting.member, "by": fumi, "act": ReviewAct.ACCEPT, "words": WORDS, "now": NOW}
    assert refused(answer_application, **said, seen_version=1) == NoLook.NOT_OPEN
    look(member=waiting.member, by=fumi, purpose=Purpose.APPLICATION, now=NOW)
    assert refused(answer_application, **{**said, "words": "は"}, seen_version=1) == NoStaffNote.TOO_SHORT
    assert refused(answer_application, **said, seen_version=2) == NoReview.CHANGED_MEANWHILE
    answered(waiting, sora, ReviewAct.ACCEPT)
    assert refused(answer_application, **said, seen_version=2) == NoReview.SETTLED
    assert ApplicationReview.objects.count() == 1
    look(member=fumi, by=fumi, purpose=Purpose.QUESTION, now=NOW)
    oneself = {**said, "member": fumi}
    assert refused(answer_application, **oneself, seen_version=1) == NoAct.ONESELF


def test_a_later_reader_keeps_what_they_typed(waiting, fumi, sora, signed_in):
    browser = signed_in(fumi)
    url = reverse("members:desk_application", args=[waiting.pk])
    browser.post(reverse("members:desk_open_application", args=[waiting.pk]))
    answered(waiting, sora, ReviewAct.ASK)
    page = browser.post(url, {"act": "decline", "words": WORDS, "seen_version": 1})
    assert page.status_code == 422
    assert "お申し込みが変わりました" in page.content.decode()
    assert browser.post(url, {"act": "decline", "words": WORDS, "seen_version": 2}).status_code == 302


def test_an_invitation_answers_an_application(waiting, fumi):
    wish = InvitationWish(by_staff=True, address="", places=1, last_day=timezone.localdate(NOW))
    accept_invitation(number=invite(by=fumi, wish=wish, now=NOW).pk, member=waiting.member, now=NOW)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.member.awaits_admission) == (ApplicationState.ACCEPTED, False)


def by_member(of, address=""):
    return invite(by=of, wish=InvitationWish(by_staff=False, address=address, places=1, last_day=None), now=NOW)


def test_what_staff_declined_no_link_of_a_member_accepts(waiting, fumi, aki, settings):
    settings.MEMBERS_INVITE = True
    answered(waiting, fumi, ReviewAct.DECLINE)
    guest = waiting.member
    day = timezone.localdate(NOW)
    links = [
        by_member(aki),
        by_member(aki, guest.email),
        invite(by=fumi, wish=InvitationWish(by_staff=True, address="", places=9, last_day=day), now=NOW),
    ]
    for link in links:
        assert refused(accept_invitation, number=link.pk, member=guest, now=NOW) == NoWayIn.DECLINED
    waiting.refresh_from_db()
    guest.refresh_from_db()
    assert (waiting.state, guest.awaits_admission) == (ApplicationState.DECLINED, True)
    assert not AcceptedInvitation.objects.exists()

    theirs = invite(by=fumi, wish=InvitationWish(by_staff=True, address=guest.email, places=1, last_day=day), now=NOW)
    accept_invitation(number=theirs.pk, member=guest, now=NOW)
    waiting.refresh_from_db()
    assert waiting.state == ApplicationState.ACCEPTED


def test_days_that_the_service_says_are_paid_accept_nobody_either(waiting, fumi, settings):
    answered(waiting, fumi, ReviewAct.DECLINE)
    settings.OPENID = named("https://accounts.example.jp", call_secret="x" * 32)
    SocialAccount.objects.create(user=waiting.member, provider=PROVIDER, uid="hana")
    call = PaidCall("call-1", NOW, "hana", timezone.localdate(NOW) + timedelta(days=9))
    assert hear_call(call=call, digest="-", now=NOW) == (CallResult.HELD, None)
    waiting.refresh_from_db()
    assert waiting.state == ApplicationState.DECLINED
    assert not waiting.member.periods.exists()


def test_only_the_owner_writes_questions(sora, fumi, signed_in):
    url = reverse("members:desk_questions")
    said = {"words_ja": "どこで知りましたか。", "words_en": "", "place": 1, "is_required": "on", "is_asked": "on"}
    assert signed_in(fumi).post(url, said).status_code == 404
    browser = signed_in(sora)
    browser.post(url, said)
    (question,) = ApplicationQuestion.objects.asked()
    browser.post(reverse("members:desk_question", args=[question.pk]), {**said, "is_asked": ""})
    assert not ApplicationQuestion.objects.asked().exists()
    assert "どこで知りましたか。" in browser.get(url).content.decode()
    assert browser.post(url, {**said, "words_ja": ""}).status_code == 422


def test_an_answer_keeps_the_question_that_was_read(waiting, question, sora):
    kept = {"words_en": "", "is_required": True, "place": 1, "is_asked": True}
    save_question(number=question.pk, by=sora, words_ja="ほかの問い", **kept, now=NOW)
    assert ApplicationAnswer.objects.get().asked == "どんなことを話したいですか。"


def test_there_are_not_too_many_questions(sora):
    said = {"by": sora, "words_ja": "問い", "words_en": "", "is_required": True, "place": 1, "is_asked": True}
    for _number in range(APPLICATIONS.questions):
        last = save_question(number=None, **said, now=NOW)
    assert refused(save_question, number=None, **said, now=NOW) == NoQuestion.TOO_MANY
    assert save_question(number=last.pk, **said, now=NOW)


def test_in_english_the_question_is_read_in_english(guest, question):
    User.objects.filter(pk=guest.pk).update(language="en")
    browser = Client()
    sign_in_without_form(browser, User.objects.get(pk=guest.pk))
    assert "What about?" in browser.get(reverse("members:admission")).content.decode()


@pytest.mark.parametrize(("days", "left"), [(179, 1), (180, 0)])
def test_answers_are_forgotten_half_a_year_after_the_decision(waiting, fumi, days, left):
    answered(waiting, fumi, ReviewAct.DECLINE)
    assert forget_applications(now=NOW + timedelta(days=days)) == 1 - left
    assert ApplicationAnswer.objects.count() == left
    assert ApplicationReview.objects.get().words == WORDS


def test_answers_of_one_that_waits_are_not_forgotten(waiting):
    assert forget_applications(now=NOW + timedelta(days=1000)) == 0


def test_every_state_says_what_may_become_of_it():
    assert set(APPLICATION_MOVES) == set(ApplicationState)
