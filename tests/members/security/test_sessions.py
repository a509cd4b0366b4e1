"""Where a member is signed in: listed, ended one by one, ended together, and gone with a new password."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.entrance.flows import drop_password
from members.models import MemberSession, OutgoingMail, User
from members.security.queries import open_sessions
from members.security.rules import device_of
from tests.members.security.conftest import PASSWORD, acts, code_in

OTHER = "雨の日に祖母の傘を借りて歩いた夜"
LIST = "members:sessions"
AGENTS = {
    "Safari, iPhone": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1",
    "Chrome, Android": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 "
    "Mobile Safari/537.36",
    "Edge, Windows": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/137.0.0.0 Safari/537.36 Edg/137.0.0.0",
    "Firefox, Linux": "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0",
    "Safari, Mac": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Safari/605.1.15",
    "Chrome, iPhone": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "CriOS/137.0.0.0 Mobile/15E148 Safari/604.1",
    "": "curl/8.5.0",
}


def browser_of(member: User, device: str = "Safari, Mac") -> Client:
    browser = Client(HTTP_USER_AGENT=AGENTS[device])
    browser.post(reverse("account_login"), {"login": member.email, "password": PASSWORD})
    return browser


def is_in(browser: Client) -> bool:
    return browser.get(reverse("members:settings")).status_code == 200


def handles(browser: Client) -> list[str]:
    page = browser.get(reverse(LIST)).content.decode()
    return re.findall(r'action="/account/sessions/([0-9a-f]+)/end/"', page)


@pytest.mark.parametrize(("name", "user_agent"), AGENTS.items())
def test_what_a_device_is_called(name, user_agent):
    assert device_of(user_agent) == name


def test_the_list_names_each_device_and_says_which_is_here(aki):
    here, _there = browser_of(aki, "Safari, Mac"), browser_of(aki, "Chrome, Android")
    page = here.get(reverse(LIST)).content.decode()
    assert [name for name in AGENTS if name and name in page] == ["Chrome, Android", "Safari, Mac"]
    assert page.count("いまお使いの端末") == 1
    assert page.index("いまお使いの端末") < page.index("Chrome, Android")
    assert len(handles(here)) == 1


def test_no_page_holds_a_key_that_signs_in(aki):
    here, there = browser_of(aki), browser_of(aki)
    page = here.get(reverse(LIST)).content.decode()
    for browser in (here, there):
        assert browser.session.session_key not in page


def test_one_session_is_ended_and_the_others_stay(aki):
    here, phone, tablet = browser_of(aki), browser_of(aki, "Safari, iPhone"), browser_of(aki, "Chrome, Android")
    handle = MemberSession.objects.get(pk=phone.session.session_key).handle
    answer = here.post(reverse("members:end_session", args=[handle]), follow=True)
    assert "その端末からログアウトしました" in answer.content.decode()
    assert [is_in(here), is_in(phone), is_in(tablet)] == [True, False, True]
    assert acts(aki)[-1] == "end-session"


def test_all_others_are_ended(aki, mio, with_password):
    here, phone, tablet = browser_of(aki), browser_of(aki), browser_of(aki)
    of_mio = browser_of(with_password(mio))
    here.post(reverse("members:end_other_sessions"))
    assert [is_in(here), is_in(phone), is_in(tablet), is_in(of_mio)] == [True, False, False, True]
    assert acts(aki)[-1] == "end-other-sessions"
    assert "ほかの端末では、ログインしていません" in here.get(reverse(LIST)).content.decode()


def test_nobody_ends_a_session_of_somebody_else_nor_the_one_they_are_in(aki, mio, with_password):
    here, of_mio = browser_of(aki), browser_of(with_password(mio))
    for browser in (here, of_mio):
        handle = MemberSession.objects.get(pk=browser.session.session_key).handle
        assert here.post(reverse("members:end_session", args=[handle])).status_code == 404
    assert [is_in(here), is_in(of_mio)] == [True, True]


def test_a_session_is_its_members_from_the_sign_in_to_the_sign_out(aki):
    browser = Client()
    browser.get(reverse("account_login"))
    assert not MemberSession.objects.filter(member=aki).exists()
    browser = browser_of(aki)
    assert MemberSession.objects.get(member=aki).pk == browser.session.session_key
    browser.post(reverse("account_logout"))
    assert not MemberSession.objects.filter(member=aki).exists()


def test_an_account_takes_its_sessions_along(yu, with_password):
    browser = browser_of(with_password(yu))
    key = browser.session.session_key
    yu.delete()
    assert not MemberSession.objects.filter(pk=key).exists()
    assert not is_in(browser)


# --- a new password and a new address leave no other session behind


def change_the_password(browser: Client, member: User) -> None:
    passwords = {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER}
    assert browser.post(reverse("account_change_password"), passwords).status_code == 302


def change_the_address(browser: Client, member: User) -> None:
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    browser.post(reverse("account_email"), {"email": "aki.new@example.jp", "action_add": ""})
    code = code_in(OutgoingMail.objects.get(address="aki.new@example.jp"))
    assert browser.post(reverse("account_email_verification_sent"), {"code": code}).status_code == 302


@pytest.mark.parametrize("change", [change_the_password, change_the_address])
def test_a_change_ends_all_other_sessions(aki, change):
    here, there = browser_of(aki), browser_of(aki)
    change(here, aki)
    assert [row.pk for row in MemberSession.objects.filter(member=aki)] == [here.session.session_key]
    assert [is_in(here), is_in(there)] == [True, False]
    assert "end-other-sessions" in acts(aki)


def test_a_new_password_by_mail_ends_all_sessions(aki):
    there, here = browser_of(aki), Client()
    here.post(reverse("account_reset_password"), {"email": aki.email})
    here.post(reverse("account_confirm_password_reset_code"), {"code": code_in(OutgoingMail.objects.get())})
    here.post(reverse("account_complete_password_reset"), {"password1": OTHER, "password2": OTHER})
    assert not MemberSession.objects.filter(member=aki).exists()
    assert not is_in(there)


def test_a_dropped_password_ends_all_sessions(aki):
    there = browser_of(aki)
    drop_password(member=aki, now=timezone.now())
    assert not MemberSession.objects.filter(member=aki).exists()
    assert not is_in(there)


# --- what is over is not listed


def test_a_member_reads_when_a_device_was_last_used(aki, time_machine):
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    there = browser_of(aki)
    time_machine.move_to(now + timedelta(days=3), tick=False)
    is_in(there)
    found = open_sessions(aki, here=None, now=timezone.now())
    assert [timezone.localdate(one.used_at) for one in found] == [timezone.localdate()]
    time_machine.move_to(now + timedelta(days=30), tick=False)
    assert open_sessions(aki, here=None, now=timezone.now()) == []


def test_a_session_of_staff_that_is_over_is_not_listed(kai, with_password, time_machine):
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    browser_of(with_password(kai))
    assert len(open_sessions(kai, here=None, now=now)) == 1
    assert open_sessions(kai, here=None, now=now + timedelta(hours=1)) == []
