"""Who lost every second factor: nobody learns who has an account, two agree, a day passes, its owner can stop it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kouryu.refusal import Refused
from members.accounts.choices import Role
from members.desk.choices import Purpose
from members.desk.flows import look
from members.desk.rules import NoAct, NoLook, NoStaffNote
from members.invariants.security import CHECKS
from members.models import AuditEntry, FactorReset, MemberSession, OutgoingMail, StaffNote, Suspension
from members.security import flows
from members.security.choices import ResetState
from members.security.limits import RESETS
from members.security.queries import words_of
from members.security.rules import NoReset
from tests import factories
from tests.signing_in import sign_in_without_form

NOW = timezone.now()
WHY = "登録の電話にかけて、最近のお振り込みを確かめました。"
LOST = reverse("members:lost")


def with_app(member):
    for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
        Authenticator.objects.create(user=member, type=kind, data={})
    return member


@pytest.fixture
def aki(aki):
    return with_app(aki)


@pytest.fixture
def act(aki):
    """Do something at the page of aki, which was opened."""

    def carry_out(flow, by, *, member=aki, now=NOW):
        look(member=member, by=by, purpose=Purpose.QUESTION, now=now)
        flow(member=member, by=by, why=WHY, now=now)

    return carry_out


def refused(flow, *arguments, **named):
    with pytest.raises(Refused) as refusal:
        flow(*arguments, **named)
    return refusal.value.reason


def ask(address: str, words: str = "電話は午後なら出られます。"):
    return Client().post(LOST, {"address": address, "words": words})


def stop_page(mail: OutgoingMail) -> str:
    return re.search(r"/accounts/lost/stop/[\w-]+/", mail.text)[0]


def test_from_the_request_to_a_new_way_in(aki, fumi, sora, act, signed_in):
    browser = signed_in(aki)
    ask(aki.email.upper())
    reset = FactorReset.objects.get()
    assert (reset.member, reset.state, reset.words) == (aki, ResetState.ASKED, "電話は午後なら出られます。")

    act(flows.propose_reset, fumi)
    act(flows.confirm_reset, sora)
    reset.refresh_from_db()
    assert (reset.state, reset.proposed_by, reset.confirmed_by) == (ResetState.CONFIRMED, fumi, sora)
    assert reset.due_at == NOW + RESETS.wait
    assert [note.words for note in StaffNote.objects.all()] == [WHY, WHY]
    assert flows.reset_factors(now=NOW + RESETS.wait - timedelta(seconds=1)) == 0
    assert Authenticator.objects.filter(user=aki).count() == 2

    assert flows.reset_factors(now=NOW + RESETS.wait) == 1
    assert not Authenticator.objects.filter(user=aki).exists()
    assert not MemberSession.objects.filter(member=aki).exists()
    assert "_auth_user_id" not in browser.session
    assert OutgoingMail.objects.filter(to=aki).latest("pk").subject.endswith("二段階認証を、すべて外しました")
    verbs = list(AuditEntry.objects.filter(verb__contains="reset").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["ask-for-reset", "propose-reset", "confirm-reset", "reset-factors"]
    assert AuditEntry.objects.filter(verb="remove-factor", by=None).count() == 2
    assert flows.reset_factors(now=NOW + RESETS.wait) == 0


def statements(asked: CaptureQueriesContext) -> list[tuple[str, ...]]:
    """What was asked of which table, but for how often this network has asked."""
    told = [query["sql"] for query in asked if not re.search("SAVEPOINT|kouryu_cache", query["sql"])]
    return [(sql.split()[0], *re.findall(r'"((?:members|mfa)_[a-z]+)"', sql)[:1]) for sql in told]


def test_every_address_gets_the_same_answer_after_the_same_work(aki, mio):
    """aki has a factor, mio has none, and nobody has the third; then aki has asked already."""
    answers, work = [], []
    for address in (aki.email, mio.email, "nobody@example.jp", aki.email):
        with CaptureQueriesContext(connection) as asked:
            page = ask(address)
        work.append(statements(asked))
        answers.append((page.status_code, re.sub(r'value="[A-Za-z0-9]{64}"', "", page.content.decode())))
    assert len(set(answers)) == 1
    assert work[1] == work[2] == work[3] == work[0]
    assert FactorReset.objects.count() == 1
    assert OutgoingMail.objects.count() == 4
    assert OutgoingMail.objects.exclude(to=None).get().to == aki
    assert set(OutgoingMail.objects.filter(to=None).values_list("address", flat=True)) == {""}


def test_bad_input_stays_on_the_page():
    page = Client().post(LOST, {"address": "ha..na@example.ne.jp", "words": "か" * 501})
    assert page.status_code == 422
    assert "か" * 501 in page.content.decode()
    assert "お届けできません" in page.content.decode()


def test_one_network_asks_so_often_and_reads_nothing_of_it(aki, set_limit):
    pages = {ask("nobody@example.jp").content.decode().count("受けとりました") for _time in range(RESETS.an_hour + 2)}
    assert len(pages) == 1
    assert OutgoingMail.objects.count() == RESETS.an_hour


def test_a_mailbox_is_written_to_so_often(aki, settings):
    for _time in range(settings.CODES_AN_HOUR + 2):
        ask(aki.email)
        FactorReset.objects.update(state=ResetState.STOPPED)
    assert OutgoingMail.objects.filter(to=aki).count() == settings.CODES_AN_HOUR


# --- two of the staff


def test_one_alone_is_not_enough(aki, fumi, act):
    act(flows.propose_reset, fumi)
    assert refused(act, flows.confirm_reset, fumi) == NoReset.SAME_PERSON
    assert refused(act, flows.propose_reset, fumi) == NoReset.PROPOSED_ALREADY
    assert flows.reset_factors(now=NOW + timedelta(days=9)) == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        FactorReset.objects.update(confirmed_by=fumi)


def test_why_nobody_can(aki, mio, fumi, sora, act):
    assert refused(act, flows.confirm_reset, sora) == NoReset.NOT_PROPOSED
    assert refused(act, flows.decline_reset, sora) == NoReset.OVER
    assert refused(act, flows.propose_reset, fumi, member=mio) == NoReset.NO_FACTOR
    assert refused(flows.propose_reset, member=aki, by=sora, why=WHY, now=NOW + timedelta(hours=1)) == NoLook.NOT_OPEN
    assert refused(flows.propose_reset, member=aki, by=fumi, why=WHY, now=NOW) == NoLook.NOT_OPEN
    look(member=aki, by=fumi, purpose=Purpose.QUESTION, now=NOW)
    assert refused(flows.propose_reset, member=aki, by=fumi, why="は", now=NOW) == NoStaffNote.TOO_SHORT
    with_app(fumi)
    assert refused(act, flows.propose_reset, fumi, member=fumi) == NoReset.ONES_OWN


def test_an_owner_is_the_owners_matter(fumi, sora, act):
    with_app(sora)
    assert refused(act, flows.propose_reset, fumi, member=sora) == NoAct.ONLY_OWNER
    other = factories.make_member("もと", roles=(Role.OWNER,))
    act(flows.propose_reset, other, member=sora)
    assert refused(act, flows.confirm_reset, fumi, member=sora) == NoAct.ONLY_OWNER


def test_the_desk_plays_it_in_the_browser(aki, fumi, sora):
    ask(aki.email)
    one, two = Client(), Client()
    for browser, who in ((one, fumi), (two, sora)):
        sign_in_without_form(browser, who)
        assert "確かめるのを待っています" in browser.get(reverse("members:desk_resets")).content.decode()
        browser.post(reverse("members:desk_member", args=[aki.pk]), {"purpose": "question"})
    page = one.get(reverse("members:desk_member", args=[aki.pk])).content.decode()
    assert "電話は午後なら出られます。" in page
    propose, confirm = (reverse(f"members:desk_{what}_reset", args=[aki.pk]) for what in ("propose", "confirm"))
    assert propose in page
    assert one.post(propose, {"why": ""}).status_code == 422
    assert one.post(propose, {"why": WHY}).status_code == 302
    assert confirm not in one.get(reverse("members:desk_member", args=[aki.pk])).content.decode()
    page = one.post(confirm, {"why": WHY})
    assert page.status_code == 422
    assert "ほかの担当が同意します" in page.content.decode()
    assert confirm in two.get(reverse("members:desk_member", args=[aki.pk])).content.decode()
    assert two.post(confirm, {"why": WHY}).status_code == 302
    assert FactorReset.objects.get().state == ResetState.CONFIRMED


# --- its owner


@pytest.mark.parametrize("how_far", range(3))
def test_its_owner_stops_it_without_signing_in(aki, fumi, sora, act, how_far):
    ask(aki.email)
    for flow, by in [(flows.propose_reset, fumi), (flows.confirm_reset, sora)][:how_far]:
        act(flow, by)
    page, browser = stop_page(OutgoingMail.objects.filter(to=aki).latest("pk")), Client()
    assert browser.get(page).status_code == 200
    assert FactorReset.objects.open().exists()  # programs that read mails look, too
    assert browser.post(page).url == reverse("account_login")
    assert FactorReset.objects.get().state == ResetState.STOPPED
    assert browser.post(page).status_code == 302
    assert AuditEntry.objects.filter(verb="stop-reset").count() == 1
    assert flows.reset_factors(now=NOW + timedelta(days=9)) == 0
    assert refused(act, flows.confirm_reset, sora) == NoReset.NOT_PROPOSED
    assert Authenticator.objects.filter(user=aki).count() == 2


def test_what_is_done_cannot_be_stopped(aki, fumi, sora, act):
    ask(aki.email)
    act(flows.propose_reset, fumi)
    act(flows.confirm_reset, sora)
    flows.reset_factors(now=NOW + RESETS.wait)
    page = stop_page(OutgoingMail.objects.filter(to=aki, text__contains="/lost/stop/").latest("pk"))
    assert "もう終わっています" in Client().get(page).content.decode()
    assert Client().post(page).status_code == 409


def test_what_the_site_did_not_make_stops_nothing():
    assert Client().get(reverse("members:stop_reset", args=["A" * 22])).status_code == 404


def test_staff_decline_it_and_it_can_be_asked_again(aki, fumi, act):
    ask(aki.email)
    act(flows.decline_reset, fumi)
    assert FactorReset.objects.get().state == ResetState.DECLINED
    ask(aki.email)
    assert FactorReset.objects.open().count() == 1


def test_the_pages_before_signing_in_lead_there(aki):
    assert LOST in Client().get(reverse("account_login")).content.decode()


# --- the books


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda: None, None),
        (lambda: AuditEntry.objects.filter(verb="propose-reset").delete(), "not agreed"),
        (lambda: AuditEntry.objects.filter(verb="confirm-reset").delete(), "not agreed"),
        (lambda: FactorReset.objects.update(due_at=NOW), "not agreed"),
        (lambda: FactorReset.objects.update(settled_at=NOW), "not agreed"),
        (lambda: FactorReset.objects.update(state=ResetState.CONFIRMED), "due and not done"),
    ],
)
def test_each_damage_is_named(aki, fumi, sora, act, damage, words):
    act(flows.propose_reset, fumi)
    act(flows.confirm_reset, sora)
    later = NOW + RESETS.wait
    flows.reset_factors(now=later)
    damage()
    found = [sentence for check in CHECKS for sentence in check(later + timedelta(days=3))]
    assert (words is None and found == []) or any(words in sentence for sentence in found)


@pytest.mark.parametrize("flow", [flows.propose_reset, flows.confirm_reset])
def test_nobody_is_one_of_the_two_for_themselves(flow, fumi, sora, act):
    """An owner may act on themselves elsewhere; a session of theirs that somebody took must not be one of the two."""
    with_app(sora)
    if flow is flows.confirm_reset:
        act(flows.propose_reset, factories.make_member("のぞみ", roles=(Role.OWNER,)), member=sora)
    assert refused(act, flow, sora, member=sora) == NoReset.ONES_OWN


# --- words of later requests


def test_the_words_of_a_second_request_are_kept_and_read(aki, fumi):
    """Who asked first may have been somebody else."""
    for words in ("わたしの端末です。", "本人です。夜なら電話に出られます。", ""):
        ask(aki.email, words)
    reset = FactorReset.objects.get()
    assert [words for _at, words in words_of(reset)] == ["わたしの端末です。", "本人です。夜なら電話に出られます。", ""]
    browser = Client()
    sign_in_without_form(browser, fumi)
    assert "あとから2通" in browser.get(reverse("members:desk_resets")).content.decode()
    browser.post(reverse("members:desk_member", args=[aki.pk]), {"purpose": "question"})
    page = browser.get(reverse("members:desk_member", args=[aki.pk])).content.decode()
    assert page.index("わたしの端末です。") < page.index("本人です。夜なら電話に出られます。")
    assert "手がかりは書かれていません。" in page


def test_the_answer_says_that_later_requests_are_read_too(aki):
    assert "あとの分もあわせて" in ask(aki.email).content.decode()


def test_words_that_come_after_the_agreement_stand_there_as_well(aki, fumi, sora, act):
    ask(aki.email, "わたしの端末です。")
    act(flows.propose_reset, fumi)
    act(flows.confirm_reset, sora)
    ask(aki.email, "お願いしたのは、わたしではありません。")
    reset = FactorReset.objects.get()
    assert words_of(reset)[-1][1] == "お願いしたのは、わたしではありません。"
    assert reset.state == ResetState.CONFIRMED


def test_the_latest_words_are_kept_and_the_first(aki):
    for number in range(RESETS.later_words + 2):
        flows.ask_for_reset(address=aki.email, words=f"{number}", now=NOW)
    words = [words for _at, words in words_of(FactorReset.objects.get())]
    assert (words[0], words[1], words[-1]) == ("0", "2", str(RESETS.later_words + 1))
    assert len(words) == RESETS.later_words + 1


# --- asked again when it is carried out


def end_role(of):
    of.role_grants.update(ended_at=NOW)


def give_role(to, role):
    to.role_grants.create(role=role, granted_at=NOW)


def put_out(who):
    Suspension.objects.create(member=who, starts_at=NOW, until=NOW + timedelta(days=9), reason="勧誘のため。")


def let_go(who):
    type(who).objects.filter(pk=who.pk).update(is_active=False)


def delete_link_to(who):
    FactorReset.objects.filter(proposed_by=who).update(proposed_by=None)


# What happens meanwhile to the member, the proposer or the second one; and the state afterwards.
MEANWHILE = {
    "nothing": (lambda member, one, two: None, ResetState.DONE),
    "the first lost the role": (lambda member, one, two: end_role(one), ResetState.ASKED),
    "the second lost the role": (lambda member, one, two: end_role(two), ResetState.ASKED),
    "the first has another role": (
        lambda member, one, two: (end_role(one), give_role(one, Role.HOST)),
        ResetState.ASKED,
    ),
    "the first became an owner": (lambda member, one, two: give_role(one, Role.OWNER), ResetState.DONE),
    "the first is suspended": (lambda member, one, two: put_out(one), ResetState.ASKED),
    "the second is gone": (lambda member, one, two: let_go(two), ResetState.ASKED),
    "the first is nobody any more": (lambda member, one, two: delete_link_to(one), ResetState.ASKED),
    "the member became a moderator": (lambda member, one, two: give_role(member, Role.MODERATOR), ResetState.ASKED),
    "the member became an owner": (lambda member, one, two: give_role(member, Role.OWNER), ResetState.ASKED),
    "the member became a host": (lambda member, one, two: give_role(member, Role.HOST), ResetState.DONE),
    "the member is suspended": (lambda member, one, two: put_out(member), ResetState.DECLINED),
    "the member is gone": (lambda member, one, two: let_go(member), ResetState.DECLINED),
}


@pytest.mark.parametrize("meanwhile", MEANWHILE)
def test_what_was_agreed_is_asked_again_when_it_is_carried_out(aki, fumi, act, meanwhile):
    second = factories.make_member("もと", roles=(Role.DESK,))
    happens, state = MEANWHILE[meanwhile]
    act(flows.propose_reset, fumi)
    act(flows.confirm_reset, second)
    happens(aki, fumi, second)
    is_done = state == ResetState.DONE
    assert flows.reset_factors(now=NOW + RESETS.wait) == is_done
    assert Authenticator.objects.filter(user=aki).exists() != is_done
    assert FactorReset.objects.get().state == state
    assert AuditEntry.objects.filter(verb="lapse-reset").exists() != is_done
    assert [sentence for check in CHECKS for sentence in check(NOW + RESETS.wait + timedelta(days=3))] == []


def test_what_lapsed_is_agreed_to_anew(aki, fumi, sora, act):
    act(flows.propose_reset, fumi)
    act(flows.confirm_reset, sora)
    end_role(fumi)
    flows.reset_factors(now=NOW + RESETS.wait)
    third, later = factories.make_member("もと", roles=(Role.DESK,)), NOW + RESETS.wait
    assert "担当が、ご本人かどうかを確かめます" in OutgoingMail.objects.filter(to=aki).latest("pk").text
    act(flows.propose_reset, sora, now=later)
    act(flows.confirm_reset, third, now=later)
    assert flows.reset_factors(now=later + RESETS.wait) == 1


def test_a_proposal_of_somebody_who_lost_the_role_is_none(aki, fumi, sora, act):
    act(flows.propose_reset, fumi)
    end_role(fumi)
    assert refused(act, flows.confirm_reset, sora) == NoReset.NOT_PROPOSED
    act(flows.propose_reset, sora)
    assert FactorReset.objects.get().proposed_by == sora


@pytest.mark.parametrize("column", ["proposed_by", "confirmed_by"])
def test_no_row_can_say_that_a_member_was_one_of_the_two(aki, fumi, act, column):
    act(flows.propose_reset, fumi)
    with pytest.raises(IntegrityError), transaction.atomic():
        FactorReset.objects.update(**{column: aki})
