"""Signing in: what somebody else can spoil, how codes are read, what is written down."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.core.signing import b64_decode
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kouryu.references import number_behind
from kouryu.refusal import Refused
from members.accounts.choices import Role
from members.mail.choices import MailState
from members.mail.flows.delivery import deliver_due
from members.mail.flows.forgetting import delete_mails_to_nobody
from members.membership.flows import ordering
from members.membership.limits import ORDERS
from members.membership.rules import NoOrder
from members.models import AuditEntry, OutgoingMail, User
from tests import factories

PASSWORD = "窓ぎわの席で本をひらく午後の三時"
WRONG = "雨の日に祖母の傘を借りて歩いた夜"
HERE, THERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture(autouse=True)
def _no_rate_limits_from_other_tests(db):
    cache.clear()


@pytest.fixture
def clock(time_machine):
    """A clock that stands still until it is moved."""
    time_machine.move_to(timezone.now(), tick=False)
    return time_machine


@pytest.fixture
def aki(aki) -> User:
    aki.set_password(PASSWORD)
    aki.save(update_fields=["password"])
    EmailAddress.objects.create(user=aki, email=aki.email, primary=True, verified=True)
    return aki


def browser_at(address: str) -> Client:
    return Client(REMOTE_ADDR=address)


def sign_in(browser: Client, member: User, password: str = PASSWORD):
    return browser.post(reverse("account_login"), {"login": member.email, "password": password})


def is_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def guess_for(clock, member: User, spell: timedelta, every: timedelta) -> None:
    """Wrong passwords from elsewhere, in a steady stream, up to this moment."""
    until = timezone.now()
    moment = until - spell
    while moment <= until:
        clock.move_to(moment, tick=False)
        sign_in(browser_at(THERE), member, WRONG)
        moment += every


# --- guessing, and keeping the owner out


def test_guesses_from_elsewhere_do_not_keep_the_owner_out_of_a_browser_they_know(aki, clock):
    mine = browser_at(HERE)
    sign_in(mine, aki)
    mine.post(reverse("account_logout"))
    guess_for(clock, aki, timedelta(minutes=20), every=timedelta(seconds=50))
    sign_in(mine, aki)
    assert is_in(mine)


def test_nor_out_of_a_new_browser_in_another_network(aki, clock):
    guess_for(clock, aki, timedelta(minutes=20), every=timedelta(seconds=50))
    mine = browser_at(HERE)
    sign_in(mine, aki)
    assert is_in(mine)


def test_nor_out_of_a_browser_they_know_where_everybody_has_one_address(aki, clock):
    """A proxy that is not trusted: all members come from its address."""
    mine = browser_at(THERE)
    sign_in(mine, aki)
    mine.post(reverse("account_logout"))
    guess_for(clock, aki, timedelta(minutes=20), every=timedelta(seconds=50))
    sign_in(mine, aki)
    assert is_in(mine)


def by_password(browser: Client, member: User) -> None:
    sign_in(browser, member)


def by_code(browser: Client, member: User) -> None:
    browser.post(reverse("account_request_login_code"), {"email": member.email})
    browser.post(reverse("account_confirm_login_code"), {"code": code_in(latest_mail(member.email))})


def by_a_new_password(browser: Client, member: User) -> None:
    browser.post(reverse("account_reset_password"), {"email": member.email})
    browser.post(reverse("account_confirm_password_reset_code"), {"code": code_in(latest_mail(member.email))})
    browser.post(reverse("account_complete_password_reset"), {"password1": WRONG, "password2": WRONG})
    sign_in(browser, member, WRONG)


@pytest.fixture
def few_requests(settings) -> int:
    """All limits per network, so low that a test reaches them."""
    forms = ("login", "request_login_code", "reset_password", "reset_password_from_key")
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | dict.fromkeys(forms, "3/m/ip")
    return 3


@pytest.mark.parametrize("come_in", [by_password, by_code, by_a_new_password])
@pytest.mark.usefixtures("clock")
def test_no_neighbour_uses_up_the_requests_of_a_browser_that_the_member_knows(aki, few_requests, come_in):
    mine = browser_at(THERE)
    sign_in(mine, aki)
    mine.post(reverse("account_logout"))
    for _ in range(few_requests + 1):
        neighbour = browser_at(THERE)
        answer = sign_in(neighbour, User(email="nobody@example.jp"), WRONG)
        for form in ("account_request_login_code", "account_reset_password"):
            answer = neighbour.post(reverse(form), {"email": "nobody@example.jp"})
        neighbour.post(reverse("account_complete_password_reset"), {"password1": WRONG, "password2": WRONG})
    assert answer.status_code == 429

    come_in(mine, aki)

    assert is_in(mine)


@pytest.mark.usefixtures("clock")
def test_a_known_browser_has_a_limit_of_its_own(aki, mio, few_requests):
    mine = browser_at(HERE)
    sign_in(mine, aki)
    mine.post(reverse("account_logout"))
    for member in (aki, mio):  # the second one counts for the network
        pages = [mine.post(reverse("account_reset_password"), {"email": member.email}) for _ in range(few_requests + 1)]
        assert [page.status_code for page in pages] == [302] * few_requests + [429]
    assert browser_at(HERE).post(reverse("account_reset_password"), {"email": mio.email}).status_code == 429


def test_who_must_wait_reads_of_the_way_in_by_mail_and_it_works(aki, clock):
    for _ in range(6):
        sign_in(browser_at(THERE), aki, WRONG)
    mine = browser_at(THERE)
    page = sign_in(mine, aki)
    assert not is_in(mine)
    assert "メールのコードでログインする" in str(page.context["form"].errors)
    assert reverse("account_request_login_code") in page.content.decode()
    mine.post(reverse("account_request_login_code"), {"email": aki.email})
    asks = mine.get(reverse("account_confirm_login_code")).content.decode()
    assert f'href="{reverse("account_request_login_code")}"' in asks  # whose code does not come asks for another
    mine.post(reverse("account_confirm_login_code"), {"code": code_in(latest_mail(aki.email))})
    assert is_in(mine)


def test_who_chose_a_new_password_signs_in_with_it_at_once(aki, clock):
    for _ in range(6):
        sign_in(browser_at(THERE), aki, WRONG)
    mine = browser_at(THERE)
    mine.post(reverse("account_reset_password"), {"email": aki.email})
    mine.post(reverse("account_confirm_password_reset_code"), {"code": code_in(latest_mail(aki.email))})
    mine.post(reverse("account_complete_password_reset"), {"password1": WRONG, "password2": WRONG})
    sign_in(mine, aki, WRONG)
    assert is_in(mine)


def passwords_looked_at(member: User) -> int:
    return AuditEntry.objects.filter(verb="fail-to-sign-in", object_id=member.pk, why="").count()


@pytest.mark.parametrize(("networks", "most"), [(1, 20), (40, 100)], ids=["one network", "many networks"])
def test_guessing_is_limited_by_the_day(aki, clock, networks, most):
    start = timezone.now()
    for number in range(most + 20):
        clock.move_to(start + timedelta(minutes=number * 10), tick=False)
        sign_in(browser_at(f"203.0.113.{number % networks}"), aki, WRONG)
        if number * 10 > 23 * 60:
            break
    tries = min(most + 20, 139)
    assert passwords_looked_at(aki) == min(most, tries)


def test_a_browser_of_another_member_is_none_of_mine(aki, mio, clock):
    mio.set_password(PASSWORD)
    mio.save(update_fields=["password"])
    EmailAddress.objects.create(user=mio, email=mio.email, primary=True, verified=True)
    browser = browser_at(THERE)
    sign_in(browser, mio)
    browser.post(reverse("account_logout"))
    for _ in range(8):
        sign_in(browser, aki, WRONG)
    assert passwords_looked_at(aki) == 5


@pytest.mark.parametrize("cookie", ["", "x", "1:2:3", "\x00", "a" * 4000])
def test_a_made_up_cookie_marks_no_browser(aki, clock, cookie):
    browser = browser_at(THERE)
    browser.cookies[settings.KNOWN_BROWSER_COOKIE_NAME] = cookie
    for _ in range(8):
        assert sign_in(browser, aki, WRONG).status_code == 200
    assert passwords_looked_at(aki) == 5


def test_signing_in_often_is_no_guessing(aki, clock):
    for _ in range(12):
        browser = browser_at(HERE)
        sign_in(browser, aki)
        assert is_in(browser)


def test_a_household_shares_the_upper_half_of_ipv6(aki, clock):
    for number in range(8):
        sign_in(browser_at(f"2001:db8:1:2::{number}"), aki, WRONG)
    assert passwords_looked_at(aki) == 5


# --- an address that somebody else signed up with


def prove_by_a_code_to_sign_in(browser: Client, address: str) -> None:
    browser.post(reverse("account_request_login_code"), {"email": address})
    browser.post(reverse("account_confirm_login_code"), {"code": code_in(latest_mail(address))})


def prove_by_a_code_for_a_new_password(browser: Client, address: str) -> None:
    """And choose none."""
    browser.post(reverse("account_reset_password"), {"email": address})
    browser.post(reverse("account_confirm_password_reset_code"), {"code": code_in(latest_mail(address))})


@pytest.mark.parametrize("prove", [prove_by_a_code_to_sign_in, prove_by_a_code_for_a_new_password])
def test_whoever_signed_up_with_my_address_does_not_come_in_once_i_proved_it(prove):
    stranger, owner = browser_at(THERE), browser_at(HERE)
    stranger.post(reverse("account_signup"), {"email": "hana@example.jp", "password1": WRONG})
    prove(owner, "hana@example.jp")
    hana = User.objects.get(email="hana@example.jp")
    sign_in(stranger, hana, WRONG)
    sign_in(late := browser_at(THERE), hana, WRONG)
    assert not is_in(stranger)
    assert not is_in(late)
    assert (
        "登録のときのパスワードは使えなくしています"
        in owner.get(reverse("account_login"), follow=True).content.decode()
    )
    by_a_new_password(owner, hana)
    sign_in(again := browser_at(HERE), hana, WRONG)
    assert is_in(again)


def test_who_signed_in_with_a_code_stays_in_when_the_password_of_a_stranger_is_dropped():
    browser_at(THERE).post(reverse("account_signup"), {"email": "hana@example.jp", "password1": WRONG})
    prove_by_a_code_to_sign_in(owner := browser_at(HERE), "hana@example.jp")
    assert owner.get(reverse("members:account")).status_code == 200


def test_the_password_of_a_sign_up_stays_where_its_own_code_proves_the_address():
    browser_at(HERE).post(reverse("account_signup"), {"email": "hana@example.jp", "password1": PASSWORD})
    hana = User.objects.get(email="hana@example.jp")
    sign_in(mine := browser_at(HERE), hana)
    mine.post(reverse("account_email_verification_sent"), {"code": code_in(latest_mail(hana.email))})
    assert is_in(mine)
    sign_in(later := browser_at(HERE), hana)
    assert is_in(later)


# --- codes


def latest_mail(address: str) -> OutgoingMail:
    return OutgoingMail.objects.filter(address=address).latest("pk")


def code_in(mail: OutgoingMail) -> str:
    return re.search(r"^[A-Z]{4}-[A-Z]{4}$", mail.text, re.MULTILINE)[0]


def wide(code: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) for letter in code)


SPELLINGS = {
    "as it stands": str,
    "small": str.lower,
    "without dash": lambda code: code.replace("-", ""),
    "spaces": lambda code: f" {code.replace('-', ' ')} ",
    "wide": wide,
    "wide and small": lambda code: wide(code.lower()),
    "wide, long-vowel mark": lambda code: wide(code).replace("－", "ー"),
    "wide, minus sign": lambda code: wide(code).replace("－", "−"),
    "en dash": lambda code: code.replace("-", "–"),
    "half-width long-vowel mark": lambda code: code.replace("-", "ｰ"),
    "wide space": lambda code: code.replace("-", "\u3000"),
    "letter by letter": lambda code: " ".join(code),
}


def at_sign_up(browser: Client, member: User) -> tuple[str, str]:
    browser.post(reverse("account_signup"), {"email": "hana@example.jp", "password1": PASSWORD})
    return "account_email_verification_sent", "hana@example.jp"


def at_a_reset(browser: Client, member: User) -> tuple[str, str]:
    browser.post(reverse("account_reset_password"), {"email": member.email})
    return "account_confirm_password_reset_code", member.email


def at_the_sign_in(browser: Client, member: User) -> tuple[str, str]:
    browser.post(reverse("account_request_login_code"), {"email": member.email})
    return "account_confirm_login_code", member.email


def at_a_change(browser: Client, member: User) -> tuple[str, str]:
    sign_in(browser, member)
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    browser.post(reverse("account_email"), {"email": "aki.new@example.jp", "action_add": ""})
    return "account_email_verification_sent", "aki.new@example.jp"


CODES = [at_sign_up, at_a_reset, at_the_sign_in, at_a_change]


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("ask", CODES)
def test_a_code_is_read_as_any_keyboard_types_it(client, aki, ask, spell):
    page, address = ask(client, aki)
    answer = client.post(reverse(page), {"code": spell(code_in(latest_mail(address)))})
    assert answer.status_code == 302
    assert answer.url != reverse("account_login")


@pytest.mark.parametrize("typed", ["ー" * 8, "\x00", "あいうえおかきく", "A" * 5000, "🍵" * 8])
@pytest.mark.parametrize("ask", CODES)
def test_what_is_no_code_gets_a_sentence(client, aki, ask, typed):
    page, _ = ask(client, aki)
    assert client.post(reverse(page), {"code": typed}).context["verify_form"].errors["code"]


@pytest.mark.parametrize("ask", CODES)
def test_the_third_wrong_code_is_told_as_such(client, aki, ask):
    page, _ = ask(client, aki)
    for _ in range(3):
        answer = client.post(reverse(page), {"code": "BBBB-BBBB"})
    told = " ".join(str(message) for message in get_messages(answer.wsgi_request))
    assert "コードが3回合わなかった" in told
    assert "ログイン失敗" not in told


def test_the_third_wrong_code_does_not_lock_the_right_password(client):
    _, address = at_sign_up(client, None)
    for _ in range(3):
        client.post(reverse("account_email_verification_sent"), {"code": "BBBB-BBBB"})
    answer = client.post(reverse("account_login"), {"login": address, "password": PASSWORD})
    assert answer.url == reverse("account_email_verification_sent")
    client.post(reverse("account_email_verification_sent"), {"code": code_in(latest_mail(address))})
    assert is_in(client)


# --- mails that anybody can have sent


def sign_up_again(browser: Client, member: User) -> str:
    answer = browser.post(reverse("account_signup"), {"email": member.email, "password1": PASSWORD})
    return f"{answer.status_code} {answer.url}"


def ask_for_a_reset(browser: Client, member: User) -> str:
    answer = browser.post(reverse("account_reset_password"), {"email": member.email})
    return f"{answer.status_code} {answer.url}"


def ask_for_a_sign_in(browser: Client, member: User) -> str:
    answer = browser.post(reverse("account_request_login_code"), {"email": member.email})
    return f"{answer.status_code} {answer.url}"


ASKED = [sign_up_again, ask_for_a_reset, ask_for_a_sign_in]


@pytest.mark.parametrize("ask", ASKED)
def test_a_mailbox_cannot_be_flooded_and_the_pages_do_not_tell(aki, clock, ask):
    start = timezone.now()
    answers = {ask(Client(), aki) for _ in range(7)}
    assert OutgoingMail.objects.filter(address=aki.email).count() == settings.CODES_AN_HOUR
    for number in range(1, 23):
        clock.move_to(start + timedelta(hours=number, seconds=number), tick=False)
        answers.add(ask(Client(), aki))
    assert OutgoingMail.objects.filter(address=aki.email).count() == settings.CODES_A_DAY
    assert len(answers) == 1


def test_one_mailbox_is_one_however_its_address_is_written():
    spellings = ["hana@example.net", "Hana@EXAMPLE.net", "hana+1@example.net", "hana+2@example.net"]
    spellings += ['"hana"@example.net', '"ha\\na"@example.net', '"h\\ana"@example.net', "hana+x+y@example.net"]
    for spelling in spellings:
        Client().post(reverse("account_signup"), {"email": spelling, "password1": PASSWORD})
    Client().post(reverse("account_signup"), {"email": "hanako@example.net", "password1": PASSWORD})
    mails = OutgoingMail.objects.filter(address__iendswith="@example.net", key__contains="verification-code")
    assert mails.exclude(address="hanako@example.net").count() == settings.CODES_AN_HOUR
    assert mails.filter(address="hanako@example.net").count() == 1


def use_up(member: User) -> None:
    EmailAddress.objects.create(user=member, email=member.email, primary=True, verified=True)
    for _ in range(settings.CODES_AN_HOUR + 1):
        ask_for_a_reset(Client(), member)
        ask_for_a_sign_in(Client(), member)


@pytest.mark.parametrize("ask", [ask_for_a_reset, ask_for_a_sign_in])
def test_the_same_is_asked_of_the_database_for_everybody(aki, mio, ask):
    use_up(mio)
    ask(Client(), User(email="first@example.jp"))  # what is asked once and remembered
    asked = []
    for member in (aki, mio, User(email="nobody@example.jp")):
        with CaptureQueriesContext(connection) as queries:
            ask(Client(), member)
        asked.append(Counter(query["sql"].split()[0] for query in queries))
    assert asked[0] == asked[1] == asked[2]


def test_what_is_written_for_nobody_keeps_no_address_and_is_gone_soon(mailoutbox):
    ask_for_a_reset(Client(), User(email="nobody@example.jp"))
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.address) == (None, "")
    assert "nobody@" not in mail.subject + mail.text + mail.html + mail.key

    deliver_due(timezone.now)

    mail.refresh_from_db()
    assert (mailoutbox, mail.state, mail.text) == ([], MailState.DROPPED, "")
    factories.make_mail("account/changed/1/x", address="gone@example.jp", state=MailState.SENT)
    factories.make_mail("account/changed/2/x", address="going@example.jp", state=MailState.QUEUED)
    OutgoingMail.objects.update(to=None)  # the accounts of the second and the third are deleted
    assert delete_mails_to_nobody() == 2
    assert OutgoingMail.objects.get().address == "going@example.jp"


def test_after_a_day_mails_go_again(aki, clock):
    start = timezone.now()
    for number in range(15):
        clock.move_to(start + timedelta(minutes=number * 30), tick=False)
        ask_for_a_reset(Client(), aki)
    clock.move_to(start + timedelta(days=2), tick=False)
    before = OutgoingMail.objects.count()
    ask_for_a_reset(Client(), aki)
    assert OutgoingMail.objects.count() == before + 1


def test_nobody_can_use_up_the_codes_of_a_browser_that_the_member_knows(aki, clock):
    mine = browser_at(HERE)
    sign_in(mine, aki)
    mine.post(reverse("account_logout"))
    for _ in range(6):
        ask_for_a_sign_in(browser_at(THERE), aki)
    before = OutgoingMail.objects.count()
    ask_for_a_sign_in(mine, aki)
    assert OutgoingMail.objects.count() == before + 1
    mine.post(reverse("account_confirm_login_code"), {"code": code_in(latest_mail(aki.email))})
    assert is_in(mine)


def test_a_member_cannot_write_to_one_stranger_after_another(aki, clock):
    browser = browser_at(HERE)
    sign_in(browser, aki)
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    pages = set()
    for number in range(9):
        answer = browser.post(reverse("account_email"), {"email": f"stranger{number}@example.jp", "action_add": ""})
        pages.add((answer.status_code, answer.url))
    assert pages == {(302, reverse("account_email_verification_sent"))}
    assert OutgoingMail.objects.filter(address__startswith="stranger").count() == settings.CODES_AN_HOUR


def test_codes_sent_again_count(client, clock):
    _, address = at_sign_up(client, None)
    for _ in range(9):
        client.post(reverse("account_email_verification_sent"), {"action": "resend"})
        client.post(reverse("account_login"), {"login": address, "password": PASSWORD})
        client.post(reverse("start_over"))
    assert OutgoingMail.objects.filter(address=address).count() == settings.CODES_AN_HOUR


def test_what_a_member_did_is_always_told(aki, clock):
    """The mails that somebody changed the password or the address are no answer to a stranger's click."""
    browser = browser_at(HERE)
    sign_in(browser, aki)
    old = PASSWORD
    for number in range(5):
        new = f"{PASSWORD}、{number}"
        typed = {"oldpassword": old, "password1": new, "password2": new}
        browser.post(reverse("account_change_password"), typed)
        old = new
    told = OutgoingMail.objects.filter(key__startswith="account/changed/")
    assert told.count() == 5
    calendar = reverse("events:feed_page")  # whose secret address goes on
    assert [mail for mail in told if calendar not in mail.text or calendar not in mail.html] == []


def test_orders_of_one_day_are_limited(yu):
    now = timezone.now()
    plan = factories.make_plan()
    order = {"member": yu, "plan_key": plan.key, "screen_version": "1", "screen_text": ""}
    for _ in range(ORDERS.a_day):
        payment = ordering.order_by_transfer(**order, now=now)
        ordering.cancel_order(reference=payment.reference, by=yu, now=now)
    with pytest.raises(Refused) as refused:
        ordering.order_by_transfer(**order, now=now + timedelta(minutes=1))
    assert refused.value.reason == NoOrder.MANY_TODAY
    ordering.order_by_transfer(**order, now=now + timedelta(days=1, seconds=1))


# --- what is written down, and which sessions end


def verbs(since: datetime | None = None) -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))


@pytest.mark.parametrize("ask", CODES)
def test_each_wrong_code_leaves_a_line(client, aki, ask):
    page, address = ask(client, aki)
    for _ in range(2):
        client.post(reverse(page), {"code": "AAAA-AAAA"})
    lines = AuditEntry.objects.filter(verb="fail-to-prove").values_list("by", "object_id", "why")
    assert list(lines) == [(None, OutgoingMail.objects.get(address=address).to_id, "code")] * 2


def test_a_wrong_code_leaves_a_line_for_a_member_with_any_number(client, db):
    """allauth writes the number of whoever signs in in base 36: with letters from ten on."""
    late = User.objects.create_user(
        "late@example.jp", "a long password for late", pk=36**3 + 10, joined_at=timezone.now()
    )
    EmailAddress.objects.create(user=late, email=late.email, verified=True, primary=True)
    client.post(reverse("account_request_login_code"), {"email": late.email})
    assert client.post(reverse("account_confirm_login_code"), {"code": "AAAA-AAAA"}).status_code == 200
    assert AuditEntry.objects.get(verb="fail-to-prove").object_id == late.pk


def test_a_wrong_code_for_nobody_leaves_a_line_too(client):
    client.post(reverse("account_request_login_code"), {"email": "nobody@example.jp"})
    client.post(reverse("account_confirm_login_code"), {"code": "AAAA-AAAA"})
    assert AuditEntry.objects.get(verb="fail-to-prove").object_id is None


def test_a_wrong_password_on_the_page_that_changes_it_leaves_a_line(client, aki):
    sign_in(client, aki)
    typed = {"oldpassword": "something else", "password1": WRONG, "password2": WRONG}
    client.post(reverse("account_change_password"), typed)
    line = AuditEntry.objects.get(verb="fail-to-prove")
    assert (line.object_id, line.why) == (aki.pk, "password")


def test_a_sign_out_leaves_a_line(client, aki):
    sign_in(client, aki)
    client.post(reverse("account_logout"))
    assert verbs() == ["sign-in", "sign-out"]


def test_a_change_of_password_leaves_a_line(client, aki):
    sign_in(client, aki)
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": WRONG, "password2": WRONG})
    line = AuditEntry.objects.get(verb="change-password")
    assert (line.by, line.object_id, line.fields) == (aki, aki.pk, ["password"])


def test_a_reset_leaves_a_line(client, aki):
    page, address = at_a_reset(client, aki)
    client.post(reverse(page), {"code": code_in(latest_mail(address))})
    client.post(reverse("account_complete_password_reset"), {"password1": WRONG, "password2": WRONG})
    assert verbs() == ["reset-password"]


def test_a_change_of_address_leaves_a_line_and_ends_other_sessions(client, aki):
    other = browser_at(THERE)
    sign_in(other, aki)
    page, address = at_a_change(client, aki)
    client.post(reverse(page), {"code": code_in(latest_mail(address))})
    aki.refresh_from_db()
    assert aki.email == address
    line = AuditEntry.objects.get(verb="change-address")
    assert (line.by, line.object_id, line.fields) == (aki, aki.pk, ["email"])
    assert client.get(reverse("members:account")).status_code == 200
    assert other.get(reverse("members:account")).url.startswith(reverse("account_login"))


def test_a_first_proof_changes_no_address(client):
    page, address = at_sign_up(client, None)
    client.post(reverse(page), {"code": code_in(latest_mail(address))})
    assert is_in(client)
    assert verbs() == ["sign-in"]


@pytest.mark.parametrize(
    ("page", "why"),
    [("members:desk_transfers", "desk"), ("feedback:cases", "moderator"), ("events:new", "host")],
)
def test_a_refused_staff_page_leaves_a_line(aki, signed_in, page, why):
    assert signed_in(aki).get(reverse(page)).status_code == 404
    line = AuditEntry.objects.get(verb="refuse-page")
    assert (line.by, line.object_id, line.why) == (aki, aki.pk, why)


def test_walking_staff_pages_writes_no_book(aki, signed_in):
    browser = signed_in(aki)
    for _ in range(70):
        browser.get(reverse("members:desk_transfers"))
    assert AuditEntry.objects.filter(verb="refuse-page").count() == 60


def test_staff_on_their_own_pages_leave_none(fumi, signed_in):
    assert fumi.roles == {Role.DESK.value}
    signed_in(fumi).get(reverse("members:desk_transfers"))
    assert not AuditEntry.objects.filter(verb="refuse-page").exists()


# --- a page from before signing in


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
@pytest.mark.parametrize(("then", "leads_to"), [("", "/"), ("/account/", "/account/"), ("//evil.example/", "/")])
def test_a_second_tab_leads_on_who_signed_in_in_the_first(aki, signed_in, name, then, leads_to):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(aki, backend="members.entrance.backend.MemberBackend")
    answer = browser.post(reverse(name), {"login": aki.email, "password": PASSWORD, "next": then})
    assert (answer.status_code, answer.url) == (302, leads_to)


def test_a_form_from_elsewhere_is_still_refused(aki):
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(reverse("account_login"), {"login": aki.email, "password": PASSWORD}).status_code == 403
    browser.force_login(aki, backend="members.entrance.backend.MemberBackend")
    assert browser.post(reverse("members:settings"), {"theme": "dark"}).status_code == 403


# --- addresses


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ｈａｎａ＠ｅｘａｍｐｌｅ．ｊｐ", "hana@example.jp"),
        (" Hana@Example.JP ", "hana@example.jp"),
        ("hana@example。jp", "hana@example.jp"),
    ],
)
def test_a_wide_address_is_understood(client, typed, stored):
    client.post(reverse("account_signup"), {"email": typed, "password1": PASSWORD})
    assert User.objects.get().email == stored


def test_a_wide_address_signs_in(client, aki):
    client.post(reverse("account_login"), {"login": wide(aki.email), "password": PASSWORD})
    assert is_in(client)


NO_MAIL = {
    "f\u0131o@example.jp": "半角の英数字",
    "はな@example.jp": "半角の英数字",
    "hana@例え.jp": "半角の英数字",
    "a..b@docomo.ne.jp": "「.」",
    "a.@ezweb.ne.jp": "「.」",
    ".a@example.jp": "「.」",
}


@pytest.mark.parametrize(("typed", "sentence"), NO_MAIL.items())
@pytest.mark.parametrize(
    ("page", "field"),
    [("account_signup", "email"), ("account_reset_password", "email"), ("account_request_login_code", "email")],
)
def test_an_address_that_no_mail_reaches_is_refused_with_the_reason(client, page, field, typed, sentence):
    answer = client.post(reverse(page), {field: typed, "password1": PASSWORD})
    assert sentence in str(answer.context["form"].errors[field])
    assert answer.context["form"][field].value() == typed
    assert not User.objects.exists()


def test_an_old_address_in_quotes_is_taken(client):
    client.post(reverse("account_signup"), {"email": '"a..b"@docomo.ne.jp', "password1": PASSWORD})
    assert User.objects.get().email == '"a..b"@docomo.ne.jp'


def test_the_cookie_of_a_known_browser_tells_no_number(aki):
    """It is signed and not hidden: the number of a new account would be the number of accounts."""
    browser = browser_at(HERE)
    sign_in(browser, aki)
    packed = browser.cookies[settings.KNOWN_BROWSER_COOKIE_NAME].value.split(":")[0]
    owner, _browser = json.loads(b64_decode(packed.encode()))
    assert number_behind("browser-of", owner) == aki.pk
    assert str(aki.pk) != str(owner)
