"""Signing up: address and password, the code from the mail, signed in, the welcome."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail as django_mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kouryu.clock import TOKYO
from members.entrance import mails
from members.entrance.limits import CODES
from members.mail.flows.delivery import deliver_due
from members.models import AuditEntry, OutgoingMail, Profile, User

PASSWORD = "窓ぎわの席で本をひらく午後の三時"
ADDRESS = "hana@example.jp"


@pytest.fixture(autouse=True)
def _no_rate_limits_from_other_tests(db):
    cache.clear()


def sign_up(browser: Client, email=ADDRESS, password=PASSWORD):
    return browser.post(reverse("account_signup"), {"email": email, "password1": password})


def latest_mail(address=ADDRESS) -> OutgoingMail:
    return OutgoingMail.objects.filter(address=address).latest("pk")


def code_in(mail: OutgoingMail) -> str:
    return re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4}|[A-Z0-9]{6,})$", mail.text, re.MULTILINE)[1]


def enter_code(browser: Client, code: str):
    return browser.post(reverse("account_email_verification_sent"), {"code": code})


def test_from_sign_up_to_the_welcome(client):
    answer = sign_up(client)
    assert answer.url == reverse("account_email_verification_sent")
    member = User.objects.get(email=ADDRESS)
    assert Profile.objects.get(member=member).steps_done == []
    mail = latest_mail()
    assert (mail.kind, mail.to) == ("account", member)
    assert code_in(mail) in mail.html
    assert "_auth_user_id" not in client.session
    answer = enter_code(client, code_in(mail))
    assert client.session["_auth_user_id"] == str(member.pk)
    assert client.get(answer.url, follow=True).redirect_chain[-1] == (reverse("members:pledge"), 302)


def test_a_session_ends_thirty_days_after_signing_in_however_much_it_is_used(client, time_machine):
    """NIST SP 800-63B: thirty days at most, then sign in again."""
    start = datetime(2026, 11, 1, 9, tzinfo=UTC)
    time_machine.move_to(start)
    sign_up(client)
    enter_code(client, code_in(latest_mail()))
    time_machine.move_to(start + timedelta(days=29))
    session = client.session
    session["seen"] = "a write, which would prolong a session of Django's"
    session.save()
    assert "_auth_user_id" in client.session
    time_machine.move_to(start + timedelta(days=30, minutes=1))
    assert "_auth_user_id" not in client.session


def test_wrong_code_signs_nobody_in(client):
    sign_up(client)
    answer = enter_code(client, "AAAA-AAAA")
    assert answer.status_code in {200, 302, 422}
    assert "_auth_user_id" not in client.session
    assert not EmailAddress.objects.get(email=ADDRESS).verified


@pytest.mark.parametrize("asked", ["account_signup", "account_reset_password"])
def test_a_code_leaves_while_there_is_time_to_type_it_or_never(client, time_machine, settings, asked):
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    member = User.objects.create_user("aki@example.jp", PASSWORD, joined_at=start)
    address = ADDRESS if asked == "account_signup" else member.email
    client.post(reverse(asked), {"email": address, "password1": PASSWORD})
    life = timedelta(seconds=settings.ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT)
    assert life == timedelta(seconds=settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT)

    assert latest_mail(address).expires_at == start + life - CODES.time_to_type
    deliver_due(lambda: start + life - CODES.time_to_type)

    assert latest_mail(address).state == "dropped"
    assert django_mail.outbox == []


@pytest.mark.parametrize(("minute", "works"), [(9, True), (10, True), (11, False)])
def test_a_code_sent_again_holds_until_its_mail_says(client, time_machine, minute, works):
    start = datetime(2026, 11, 20, 23, 55, tzinfo=TOKYO)
    time_machine.move_to(start, tick=False)
    sign_up(client)
    first = latest_mail()
    time_machine.move_to(start + timedelta(minutes=6), tick=False)
    cache.clear()  # a code is sent again after a while only
    client.post(reverse("account_email_verification_sent"), {"action": "resend"})
    again = latest_mail()

    assert code_in(again) != code_in(first)
    assert "コードは0:05（日本時間）まで使えます。" in again.text
    assert again.expires_at == first.expires_at == start + timedelta(minutes=10) - CODES.time_to_type
    time_machine.move_to(start + timedelta(minutes=minute), tick=False)
    enter_code(client, code_in(again))
    assert ("_auth_user_id" in client.session) == works


def test_the_page_of_a_code_says_how_to_get_a_new_one(client, aki):
    sign_up(client)
    assert "新しいコードをお求めください" in client.get(reverse("account_email_verification_sent")).content.decode()
    browser = Client()
    browser.post(reverse("account_reset_password"), {"email": aki.email})
    page = browser.get(reverse("account_confirm_password_reset_code")).content.decode()
    assert f'href="{reverse("account_reset_password")}">新しいコードを求める' in page


def test_address_is_one_account_whatever_its_case(client):
    sign_up(client, "Hana@Example.JP")
    assert User.objects.get().email == ADDRESS


def test_known_address_gets_the_same_answer_and_only_its_owner_is_told(client, aki):
    EmailAddress.objects.create(user=aki, email=aki.email, primary=True, verified=True)
    known, unknown = sign_up(Client(), aki.email), sign_up(client)
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    mail = latest_mail(aki.email)
    assert mail.key.startswith(f"account/known/{aki.pk}/")
    assert User.objects.filter(email=aki.email).count() == 1


ENTRANCE = ["account_email_verification_sent", "account_signup", "account_login", "account_reset_password", "home"]
AT_THE_CODE = {
    "nothing": {},
    "a wrong code": {"code": "AAAA-AAAA"},
    "again": {"action": "resend"},
    "another address": {"action": "change", "email": "somebody@example.jp"},
}


@pytest.mark.parametrize("typed", AT_THE_CODE.values(), ids=AT_THE_CODE)
def test_no_page_before_the_code_tells_a_known_address(client, aki, typed):
    EmailAddress.objects.create(user=aki, email=aki.email, primary=True, verified=True)
    other = Client()
    sign_up(client)
    sign_up(other, aki.email)
    assert entrance(client, ADDRESS) == entrance(other, aki.email)
    for _ in range(4):  # three wrong codes end it
        cache.clear()  # a code is sent again after a while only
        for browser in (client, other):
            browser.post(reverse("account_email_verification_sent"), typed)
        assert entrance(client, ADDRESS) == entrance(other, aki.email)
    for browser in (client, other):
        browser.post(reverse("start_over"))
    assert entrance(client, ADDRESS) == entrance(other, aki.email)


def entrance(browser: Client, address: str) -> list[tuple[int, str, str]]:
    """What the pages before signing in answer, without what differs each time: tokens, and the address typed."""
    answers = [browser.get(reverse(name)) for name in ENTRANCE]
    return [(answer.status_code, answer.get("Location", ""), without_tokens(answer, address)) for answer in answers]


def without_tokens(answer, address: str) -> str:
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
    return text.replace(address, "")


def test_who_mistyped_the_address_starts_over(client):
    sign_up(client, "haha@example.jp")
    page = client.get(reverse("account_email_verification_sent")).content.decode()
    assert f'action="{reverse("start_over")}"' in page
    assert client.post(reverse("start_over"), {"then": "signup"}).url == reverse("account_signup")
    sign_up(client)
    enter_code(client, code_in(latest_mail()))
    assert client.session["_auth_user_id"] == str(User.objects.get(email=ADDRESS).pk)


def test_starting_over_signs_nobody_out(signed_in, aki):
    browser = signed_in(aki)
    assert browser.post(reverse("start_over")).url == reverse("account_login")
    assert browser.session["_auth_user_id"] == str(aki.pk)


def test_forgotten_password_of_an_unknown_address_gets_the_same_answer_and_no_mail(client, aki):
    EmailAddress.objects.create(user=aki, email=aki.email, primary=True, verified=True)
    url = reverse("account_reset_password")
    known, unknown = client.post(url, {"email": aki.email}), Client().post(url, {"email": "nobody@example.jp"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    # The one without an address is written for equal work, and never leaves.
    assert {mail.address for mail in OutgoingMail.objects.all()} == {aki.email, ""}
    assert latest_mail(aki.email).key.startswith(f"account/password-code/{aki.pk}/")


def test_forgotten_password_is_chosen_anew_with_the_code(client, aki):
    EmailAddress.objects.create(user=aki, email=aki.email, primary=True, verified=True)
    client.post(reverse("account_reset_password"), {"email": aki.email})
    answer = client.post(
        reverse("account_confirm_password_reset_code"), {"code": code_in(latest_mail(aki.email))}, follow=True
    )
    answer = client.post(answer.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    aki.refresh_from_db()
    assert aki.check_password(PASSWORD)
    assert latest_mail(aki.email).key.startswith(f"account/changed/{aki.pk}/")


def test_each_code_is_a_mail_of_its_own(client):
    sign_up(client)
    member = User.objects.get()
    now = member.joined_at + timedelta(seconds=1)
    mails.verification_code(member, address=ADDRESS, code="AAAA-1111", until=now, now=now)
    mails.verification_code(member, address=ADDRESS, code="AAAA-1111", until=now, now=now)
    assert OutgoingMail.objects.count() == 3


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("雨の日に祖母の傘を借りて歩いた夜", id="16 Japanese characters"),
        pytest.param("correct horse battery staple", id="spaces"),
        pytest.param("𠮷野家でひとり静かに食べる牛丼の夜", id="beyond the basic plane"),
        pytest.param("雨の日に祖母の傘を借りて歩いた夜。" * 8 + "終わりの一文", id="142 characters"),
    ],
)
def test_good_passwords_are_taken_whole(client, password):
    sign_up(client, password=password)
    member = User.objects.get()
    assert member.check_password(password)
    assert not member.check_password(password[:-1])


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        pytest.param("みじかい合言葉です", "15", id="9 code points"),
        pytest.param("𠮷" * 14, "15", id="14 code points, 56 bytes"),
        pytest.param("1q2w3e4r5t6y7u8i9o0p", "推測されやすい", id="common"),
        pytest.param("あいうえ" * 5, "推測されやすい", id="four characters over and over"),
        pytest.param("kouryu交流kouryu異業種!", "推測されやすい", id="the site's own words"),
        pytest.param("hana@example.jp", "似", id="the address itself"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(client, password, reason):
    answer = sign_up(client, password=password)
    assert reason in str(answer.context["form"].errors["password1"])
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"email": "no address", "password1": PASSWORD}, id="no address"),
        pytest.param({"email": "a" * 300 + "@example.jp", "password1": PASSWORD}, id="overlong"),
        pytest.param({"email": "a\x00@example.jp", "password1": PASSWORD}, id="NUL"),
        pytest.param({"email": ADDRESS, "password1": "\x00" * 20}, id="NUL password"),
        pytest.param({"email": [ADDRESS, "b@example.jp", "<script>"], "password1": PASSWORD}, id="repeated"),
    ],
)
def test_bad_input_makes_no_account(client, data):
    answer = client.post(reverse("account_signup"), data)
    assert answer.status_code in {200, 422}
    assert answer.context["form"].errors
    assert not User.objects.exists()


def test_extra_fields_make_nobody_staff(client):
    data = {"email": ADDRESS, "password1": PASSWORD, "is_active": "0", "roles": "owner", "steps_done": "pledge"}
    client.post(reverse("account_signup"), data)
    member = User.objects.get()
    assert (member.is_active, member.roles, member.profile.steps_done) == (True, frozenset(), [])


@pytest.mark.parametrize("name", ["account_logout", "account_login"])
@pytest.mark.parametrize(
    "then", ["no-such-page", "https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere", "\x00"]
)
def test_where_to_go_next_is_a_path_of_the_site(signed_in, aki, name, then):
    answer = signed_in(aki).post(reverse(name), {"next": then})
    assert (answer.status_code, answer.url) == (302, reverse("home"))


def test_changed_password_is_told(signed_in, aki):
    aki.set_password(PASSWORD)
    aki.save(update_fields=["password"])
    EmailAddress.objects.create(user=aki, email=aki.email, primary=True, verified=True)
    browser = Client()
    browser.post(reverse("account_login"), {"login": aki.email, "password": PASSWORD})
    new = PASSWORD + "、すこし変えて"
    answer = browser.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer.url == reverse("members:account")
    mail = latest_mail(aki.email)
    assert (mail.key.rpartition("/")[0], mail.subject) == (f"account/changed/{aki.pk}", "パスワードが変わりました")


def test_sign_in_of_a_settled_member_leads_home(aki):
    aki.set_password(PASSWORD)
    aki.save(update_fields=["password"])
    EmailAddress.objects.create(user=aki, email=aki.email, primary=True, verified=True)
    answer = Client().post(reverse("account_login"), {"login": aki.email, "password": PASSWORD})
    assert answer.url == reverse("home")
    assert sign_ins() == [("sign-in", aki.pk, aki.pk)]


@pytest.mark.parametrize("is_known", [True, False], ids=["known", "unknown"])
def test_a_failed_sign_in_is_noted_without_what_was_typed(client, aki, is_known):
    typed = {"login": aki.email if is_known else ADDRESS, "password": PASSWORD}
    client.post(reverse("account_login"), typed)
    assert sign_ins() == [("fail-to-sign-in", None, aki.pk if is_known else None)]


def sign_ins() -> list[tuple]:
    return list(
        AuditEntry.objects.filter(verb__contains="sign-in").order_by("pk").values_list("verb", "by", "object_id")
    )


def test_new_address_is_proved_by_code_and_the_old_one_is_told(aki):
    aki.set_password(PASSWORD)
    aki.save(update_fields=["password"])
    EmailAddress.objects.create(user=aki, email=aki.email, primary=True, verified=True)
    old, new = aki.email, "aki.new@example.jp"
    browser = Client()
    browser.post(reverse("account_login"), {"login": old, "password": PASSWORD})
    change = {"email": new, "action_add": ""}
    assert browser.post(reverse("account_email"), change).url.startswith(reverse("account_reauthenticate"))
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    browser.post(reverse("account_email"), change)
    aki.refresh_from_db()
    assert aki.email == old
    enter_code(browser, code_in(latest_mail(new)))
    aki.refresh_from_db()
    assert aki.email == new
    assert latest_mail(old).subject == "メールアドレスが変わりました"
