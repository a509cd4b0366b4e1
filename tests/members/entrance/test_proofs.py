"""The proof before something that matters is changed: a fresh sign-in, a code from the mail, and never nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from kouryu.clock import TOKYO
from members.models import AuditEntry, OutgoingMail, Profile, User
from tests.members.entrance.test_signing_up import code_in, enter_code, latest_mail

NOW = datetime(2026, 12, 1, 12, tzinfo=TOKYO)
ADDRESS, PASSWORD = "hana@example.jp", "窓ぎわの席で本をひらく午後の三時"
PROVE, APP, ADDRESSES = (reverse(name) for name in ("members:prove_by_mail", "mfa_activate_totp", "account_email"))


@pytest.fixture(autouse=True)
def noon(time_machine, db):
    cache.clear()
    time_machine.move_to(NOW, tick=False)


def member_with(password: str | None) -> User:
    member = User.objects.create_user(ADDRESS, password, joined_at=NOW)
    Profile.objects.create(member=member, called_name="はな", steps_done=["pledge"])
    EmailAddress.objects.create(user=member, email=ADDRESS, primary=True, verified=True)
    return member


def signed_in_by_code() -> Client:
    browser = Client()
    browser.post(reverse("account_request_login_code"), {"email": ADDRESS})
    browser.post(reverse("account_confirm_login_code"), {"code": code_in(latest_mail())})
    assert "_auth_user_id" in browser.session
    return browser


def later(time_machine, **length: int) -> None:
    time_machine.move_to(NOW + timedelta(**length), tick=False)


def prove(browser: Client, page: str = PROVE):
    browser.post(page, {"action": "send"})
    return browser.post(page, {"code": code_in(latest_mail())})


@pytest.mark.parametrize(("seconds", "opens"), [(299, True), (301, False)])
def test_without_password_and_factor_a_sign_in_of_the_last_minutes_counts(time_machine, seconds, opens):
    member_with(None)
    browser = signed_in_by_code()
    later(time_machine, seconds=seconds)
    page = browser.get(APP)
    assert (page.status_code == 200) == opens
    if not opens:
        assert page.url.startswith(PROVE)


def test_nobody_changes_the_address_of_an_open_browser(time_machine):
    """Somebody at a desk that was left: neither password nor factor stood in between."""
    member = member_with(None)
    browser = signed_in_by_code()
    later(time_machine, minutes=6)
    answer = browser.post(ADDRESSES, {"email": "mallory@example.jp", "action_add": ""})
    assert answer.url.startswith(PROVE)
    assert not OutgoingMail.objects.filter(address="mallory@example.jp").exists()
    assert not EmailAddress.objects.filter(user=member).exclude(email=ADDRESS).exists()


def test_a_code_from_the_mail_leads_on_to_what_was_to_be_done(time_machine):
    member_with(None)
    browser = signed_in_by_code()
    later(time_machine, minutes=6)
    asked = browser.post(ADDRESSES, {"email": "hana.new@example.jp", "action_add": ""})
    answer = prove(browser, asked.url)
    assert answer.status_code == 302
    new = latest_mail("hana.new@example.jp")
    enter_code(browser, code_in(new))
    assert User.objects.get().email == "hana.new@example.jp"


def test_who_does_not_know_the_password_proves_it_by_mail(time_machine):
    member_with(PASSWORD)
    browser = signed_in_by_code()
    asked = browser.get(APP)
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert PROVE in browser.get(asked.url).content.decode()
    answer = prove(browser, f"{PROVE}?next={APP}")
    assert answer.url == APP
    assert browser.get(APP).status_code == 200
    later(time_machine, minutes=6)
    assert browser.get(APP).status_code == 302


def test_who_has_a_factor_proves_it_with_that(time_machine):
    member = member_with(None)
    browser = signed_in_by_code()
    Authenticator.objects.create(user=member, type=Authenticator.Type.TOTP, data={"secret": "x"})
    later(time_machine, minutes=6)
    assert browser.get(PROVE).url.startswith(reverse("mfa_reauthenticate"))
    assert browser.post(PROVE, {"action": "send"}).url.startswith(reverse("mfa_reauthenticate"))
    assert not OutgoingMail.objects.filter(key__startswith="account/proof-code/").exists()


def test_looking_sends_nothing():
    member_with(None)
    browser = signed_in_by_code()
    assert browser.get(PROVE).status_code == 200
    assert not OutgoingMail.objects.filter(key__startswith="account/proof-code/").exists()


def test_a_wrong_code_proves_nothing_and_the_third_needs_a_new_one(time_machine):
    member_with(None)
    browser = signed_in_by_code()
    later(time_machine, minutes=6)
    browser.post(PROVE, {"action": "send"})
    right = code_in(latest_mail())
    for _number in range(2):
        page = browser.post(PROVE, {"code": "BBBB-BBBB"})
        assert "コードが合いません" in page.content.decode()
    page = browser.post(PROVE, {"code": "BBBB-BBBB"})
    assert "コードが3回合わなかった" in " ".join(map(str, get_messages(page.wsgi_request)))
    assert browser.post(PROVE, {"code": right}).status_code == 302
    assert browser.get(APP).url.startswith(PROVE)
    assert AuditEntry.objects.filter(verb="fail-to-prove").count() == 4
    prove(browser)
    assert browser.get(APP).status_code == 200


@pytest.mark.parametrize(("minutes", "counts"), [(9, True), (11, False)])
def test_a_code_holds_ten_minutes(time_machine, minutes, counts):
    member_with(None)
    browser = signed_in_by_code()
    browser.post(PROVE, {"action": "send"})
    code = code_in(latest_mail())
    later(time_machine, minutes=minutes)
    browser.post(PROVE, {"code": code})
    assert (browser.get(APP).status_code == 200) == counts


def test_without_a_code_nothing_typed_is_right():
    member_with(None)
    browser = signed_in_by_code()
    for typed in ("", "-", "AAAA-AAAA"):
        answer = browser.post(PROVE, {"code": typed})
        assert "proved_by_mail_at" not in browser.session
        assert answer.status_code in {200, 302}


def test_a_code_of_one_browser_proves_nothing_in_another(time_machine):
    member_with(None)
    one, other = signed_in_by_code(), signed_in_by_code()
    later(time_machine, minutes=6)
    one.post(PROVE, {"action": "send"})
    other.post(PROVE, {"code": code_in(latest_mail())})
    assert other.get(APP).status_code == 302


def test_codes_that_prove_are_sent_so_often_and_the_last_one_stays(time_machine):
    """Each code has three tries of its own: more codes must not be more tries."""
    member_with(PASSWORD)
    browser = signed_in_by_code()
    for _time in range(4):
        browser.post(PROVE, {"action": "send"})
    code = code_in(latest_mail())
    answer = browser.post(PROVE, {"action": "send"}, follow=True)
    assert "コードを続けてお送りしました" in answer.content.decode()
    assert code_in(latest_mail()) == code
    assert browser.session["proof_code"]["code"] == code
    later(time_machine, minutes=61)
    before = OutgoingMail.objects.count()
    browser.post(PROVE, {"action": "send"})
    assert OutgoingMail.objects.count() == before + 1
