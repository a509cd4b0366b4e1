"""Every way in that needs somebody else, as people meet it: an invitation, an application, the service's own account,
the way back without phone and codes; each page looked at.
"""

from __future__ import annotations

import re
from datetime import timedelta
from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as site
from django.utils import timezone

from kouryu import openid
from members.accounts.choices import Role
from members.models import ApplicationQuestion, FactorReset, MemberInvitation, OutgoingMail, User
from members.security.queries import note_proof
from tests import factories
from tests.browser.person import BrowserUser
from tests.rig.openid import named, running

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "窓ぎわの席で本をひらく午後の三時"


def comes_back(person: BrowserUser, member: User) -> None:
    """Signed in, with a second factor where there is a role: signing in is another story."""
    session = import_module(site.SESSION_ENGINE).SessionStore()
    session["_auth_user_id"], session["_auth_user_hash"] = str(member.pk), member.get_session_auth_hash()
    session["_auth_user_backend"] = "members.entrance.backend.MemberBackend"
    session.set_expiry(site.SESSION_COOKIE_AGE)
    note_proof(session, member)
    session.save()
    person.is_signed_in_as(member, session.session_key)


def sign_up(person: BrowserUser, address: str) -> None:
    person.types("メールアドレス", address)
    person.page.locator("[name=password1]").fill(PASSWORD)
    person.presses("確認のコードを受けとる")
    mail = OutgoingMail.objects.filter(address=address).latest("pk")
    person.types("コード", re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", mail.text, re.MULTILINE)[0])
    person.presses("確認する")


def test_a_link_of_the_staff_lets_a_guest_in_with_a_first_month(meet, settings):
    settings.ENTRANCE, settings.MEMBERS_INVITE = "invitation", True
    desk, guest = meet("fumi"), meet("hana")
    comes_back(desk, factories.make_member("ふみ", roles=(Role.DESK,)))
    guest.go("/accounts/signup/")
    guest.sees("ご招待のあった方をお迎えしています")
    guest.looks("signup-closed")

    desk.go("/desk/invitations/")
    desk.types("覚え書き", "春の講演会")
    desk.types("使える人数", "20")
    desk.types("最後の日", (timezone.localdate() + timedelta(days=30)).isoformat())
    desk.ticks("はじめの期間をおくる")
    desk.presses("招待をつくる")
    desk.sees("20人のうち0人が登録")
    desk.looks("desk-invitations")

    guest.go(desk.page.locator("code").first.inner_text())
    guest.sees("贈りもの")
    guest.looks("join")
    guest.presses("招待をうけて、登録へ進む")
    sign_up(guest, "hana@example.jp")
    guest.sees("約束")
    member = User.objects.get(email="hana@example.jp")
    assert not member.awaits_admission
    assert member.periods.get().source == "gift"

    MemberInvitation.objects.update(places=1)
    late = meet("tomo")
    late.go(desk.page.locator("code").first.inner_text())
    late.sees("もう使われました")
    late.looks("join-used")

    comes_back(late, factories.make_member("あき"))
    late.go("/account/invitations/")
    late.presses("招待をつくる")
    late.looks("invitations")


def test_an_application_is_sent_asked_back_and_accepted(meet, settings):
    settings.ENTRANCE = "application"
    guest, desk = meet("hana"), meet("sora")
    comes_back(desk, factories.make_member("そら", roles=(Role.OWNER,)))
    desk.go("/desk/questions/")
    desk.page.locator("[name=words_ja]").fill("どんなことを話したいですか。")
    desk.presses("保存する")
    desk.looks("desk-questions")
    assert ApplicationQuestion.objects.asked().count() == 1

    guest.go("/accounts/signup/")
    sign_up(guest, "hana@example.jp")
    guest.sees("どんなことを話したいですか。")
    guest.looks("application")
    guest.types("どんなことを話したいですか。", "転職のこと")
    guest.presses("申し込む")
    guest.looks("application-waiting")

    def answers(choice: str, words: str) -> None:
        desk.go("/desk/applications/")
        desk.looks("desk-applications")
        desk.presses("読む")
        desk.sees("転職のこと")
        desk.ticks(choice)
        desk.types("理由、またはききたいこと", words)
        desk.looks("desk-application")
        desk.presses("お返事する")

    answers("きき返す", "いまのお仕事は、何年めですか。")
    guest.go("/admission/")
    guest.sees("いまのお仕事は、何年めですか。")
    guest.looks("application-asked")
    guest.types("運営への返事", "五年めです。")
    guest.presses("もう一度送る")
    answers("お迎えする", "読んで決めました。")
    guest.go("/")
    guest.sees("約束")
    assert not User.objects.get(email="hana@example.jp").awaits_admission


def test_the_services_own_account_signs_in(meet, settings):
    with running() as provider:
        settings.OPENID = named(provider.url, trusts_addresses=True)
        settings.SOCIALACCOUNT_PROVIDERS = openid.providers(settings.OPENID)
        until = timezone.localdate() + timedelta(days=9)
        provider.knows("hana", email="hana@example.jp", email_verified=True, paid_until=until.isoformat())
        person = meet("hana")
        person.go("/accounts/login/")
        person.looks("login-with-service")
        person.presses("キャリア会でログインする")
        person.page.wait_for_url(re.compile(re.escape(provider.url)))
        person.page.locator("[name=sub]").first.fill("hana")
        person.clicks("text=Authorize >> nth=-1")
        person.page.wait_for_url(re.compile("/welcome/"))
        member = User.objects.get()
        assert (member.email, member.periods.get().last_day) == ("hana@example.jp", until)
        person.go("/account/service/")
        person.sees("つながっています")
        person.looks("service-account")
        assert person.errors == []


def test_who_lost_everything_comes_back_when_two_agree(meet, settings):
    lost = factories.make_member("れい")
    Authenticator.objects.create(user=lost, type=Authenticator.Type.TOTP, data={})
    staff = [meet(name) for name in ("ふみ", "そら")]
    for browser in staff:
        comes_back(browser, factories.make_member(browser.name, roles=(Role.DESK,)))
    person = meet("rei")
    person.go("/accounts/login/")
    person.follows("スマートフォンも予備コードもないとき")
    person.looks("lost")
    person.types("登録のメールアドレス", lost.email)
    person.presses("担当にお願いする")
    person.looks("lost-asked")

    for browser, act in zip(staff, ("申し出る", "同意する"), strict=True):
        browser.go("/desk/lost/")
        browser.looks("desk-lost")
        browser.page.locator("main ul a").first.click()
        browser.ticks("ご本人からのお問い合わせ")
        browser.clicks("main form button")
        browser.looks(f"desk-member-{act}")
        browser.follows(act)
        browser.types("理由", "登録の電話にかけて、確かめました。")
        browser.clicks("main form button")
    reset = FactorReset.objects.get()
    assert reset.state == "confirmed"

    mail = OutgoingMail.objects.filter(to=lost).latest("pk")
    person.go(re.search(r"https?://\S+/lost/stop/\S+", mail.text)[0])
    person.looks("lost-stop")
    person.presses("止める")
    reset.refresh_from_db()
    assert reset.state == "stopped"
