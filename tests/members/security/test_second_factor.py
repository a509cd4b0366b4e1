"""An app and recovery codes: set up, asked at the sign-in, read as any keyboard types them, noted and told."""

from __future__ import annotations

import json
import re
from base64 import b32decode
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from kouryu.encryption import decrypt
from members.invariants.members import second_factors_can_be_read
from members.models import MemberSession, OutgoingMail, User
from members.security.queries import is_proved
from tests.members.security.conftest import PASSWORD, acts, code_in, code_of, is_in, told

NEW_KEY = "a-key-that-nobody-had-before-0123456789-abcdefghijklmnop"


@pytest.fixture(autouse=True)
def _clock(time_machine):
    """In the middle of a period, so that no code passes while it is typed."""
    now = timezone.now()
    time_machine.move_to(now - timedelta(seconds=now.timestamp() % 30 - 15), tick=False)


@pytest.fixture
def clock(time_machine):
    return time_machine


@pytest.fixture
def secret(aki, enter, app_of) -> str:
    """Of the app that aki set up, one period ago: its code of then has been used."""
    return app_of(enter(aki))


def forward(clock, **span: float) -> None:
    clock.move_to(timezone.now() + timedelta(**span), tick=False)


def second_step(browser: Client, code: str):
    return browser.post(reverse("mfa_authenticate"), {"code": code})


def recovery_codes(member: User) -> list[str]:
    return Authenticator.objects.get(user=member, type="recovery_codes").wrap().get_unused_codes()


# --- setting it up


@pytest.mark.django_db(transaction=True)
def test_it_is_set_up_by_a_picture_or_a_key_and_a_first_code(aki, enter):
    browser = enter(aki)
    answer = browser.get(reverse("mfa_activate_totp"))
    assert answer.url.startswith(reverse("account_reauthenticate"))
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = browser.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    words = page.content.decode()
    assert 'src="data:image/svg+xml;base64,' in words
    assert re.sub("-", "", re.search(r'<input id="secret" value="([A-Z2-7-]+)"', words)[1]) == secret
    assert "issuer=%E4%BA%A4%E6%B5%81%20kouryu" in page.context["totp_url"]

    wrong = browser.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert "コードが合いません" in wrong.content.decode()
    answer = browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})

    assert answer.url == reverse("mfa_view_recovery_codes")
    assert sorted(acts(aki)[-2:]) == ["add-factor recovery_codes", "add-factor totp"]
    assert told(aki) == ["認証アプリを使いはじめました"]
    assert is_proved(browser.session, aki)


def test_recovery_codes_are_shown_once_to_keep(aki, enter, app_of):
    browser = enter(aki)
    app_of(browser)
    codes = recovery_codes(aki)
    first = browser.get(reverse("mfa_view_recovery_codes")).content.decode()
    again = browser.get(reverse("mfa_view_recovery_codes")).content.decode()
    dashed = [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]
    assert (len(codes), {len(code) for code in codes}) == (10, {12})
    assert re.findall(r"<code>([0-9-]+)</code>", first) == dashed
    file = re.search(r'download="[^"]+" href="data:text/plain;charset=utf-8,([^"]+)"', first)[1]
    assert file.split("%0D%0A") == codes
    assert not any(code in again for code in [*dashed, *codes])
    assert "残りは10個です" in again


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_mail_says_what_to_do_if_it_was_somebody_else(aki, enter, app_of, language):
    aki.language = language
    aki.save(update_fields=["language"])
    app_of(enter(aki))
    mail = OutgoingMail.objects.get(to=aki)
    words = {
        "ja": ("認証アプリを使いはじめました", "お心あたりがないときは"),
        "en": ("An authenticator app was added", "If it was not you"),
    }[language]
    assert mail.subject == words[0]
    assert words[1] in mail.text
    assert settings.SITE_URL + reverse("mfa_index") in mail.text


# --- signing in


def by_password(member: User, enter) -> Client:
    return enter(member)


def by_mail(member: User, enter) -> Client:
    browser = enter(User(email="nobody@example.jp"))
    browser.post(reverse("account_request_login_code"), {"email": member.email})
    code = code_in(OutgoingMail.objects.filter(key__startswith="account/login-code/").latest("pk"))
    browser.post(reverse("account_confirm_login_code"), {"code": code})
    return browser


@pytest.mark.parametrize(("come", "way"), [(by_password, "password"), (by_mail, "code")])
def test_the_first_step_lets_nobody_in_and_the_second_does(aki, enter, secret, clock, come, way):
    forward(clock, seconds=90)
    browser = come(aki, enter)
    assert not is_in(browser)
    assert browser.get(reverse("members:account")).url.startswith(reverse("account_login"))
    second_step(browser, code_of(secret))
    assert is_in(browser)
    assert is_proved(browser.session, aki)
    assert acts(aki)[-1] == f"sign-in {way}+totp"


def test_without_a_second_factor_one_step_is_enough(aki, enter):
    browser = enter(aki)
    assert is_in(browser)
    assert not is_proved(browser.session, aki)
    assert acts(aki) == ["sign-in password"]


SPELLINGS = {
    "as shown": str,
    "in two parts": lambda code: f"{code[:3]} {code[3:]}",
    "wide": lambda code: "".join(chr(ord(digit) + 0xFEE0) for digit in code),
    "wide, in parts": lambda code: f"{code[:3]}　{code[3:]}".translate({48 + n: 0xFF10 + n for n in range(10)}),
    "with a long-vowel mark": lambda code: f"{code[:3]}ー{code[3:]}",
    "with a minus sign": lambda code: f" {code[:3]}−{code[3:]} ",
}


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
def test_a_code_is_read_as_any_keyboard_types_it(aki, enter, secret, clock, spell):
    forward(clock, seconds=90)
    browser = enter(aki)
    second_step(browser, spell(code_of(secret)))
    assert is_in(browser)
    again = enter(aki)
    second_step(again, spell(recovery_codes(aki)[0]))
    assert is_in(again)


def test_a_code_of_the_period_before_is_taken_and_an_older_one_is_not(aki, enter, secret, clock):
    forward(clock, seconds=300)
    for ago, enters in ((2, False), (1, True)):
        browser = enter(aki)
        second_step(browser, code_of(secret, periods_ago=ago))
        assert is_in(browser) == enters


def test_a_code_of_an_app_is_taken_once(aki, enter, secret, clock):
    forward(clock, seconds=90)
    code = code_of(secret)
    second_step(enter(aki), code)
    for seconds in (0, 20, 30):  # allauth alone forgets it after thirty seconds, while it still holds
        forward(clock, seconds=seconds)
        thief = enter(aki)
        second_step(thief, code)
        assert not is_in(thief)


def test_a_recovery_code_is_taken_once_and_its_owner_is_told(aki, enter, secret):
    code, *others = recovery_codes(aki)
    browser = enter(aki)
    second_step(browser, code)
    assert is_in(browser)
    assert recovery_codes(aki) == others
    assert acts(aki)[-2:] == ["use-recovery-code", "sign-in password+recovery_codes"]
    assert told(aki)[-1] == "予備コードが使われました"
    second_step(thief := enter(aki), code)
    assert not is_in(thief)


def test_a_wrong_code_is_told_and_noted(aki, enter, secret):
    browser = enter(aki)
    page = second_step(browser, "123")
    assert "コードが合いません" in page.content.decode()
    assert acts(aki)[-1] == "fail-to-prove factor"
    assert not is_in(browser)


# --- limits


def guess(browser: Client, times: int):
    for _ in range(times):
        answer = second_step(browser, "000000")
    return answer


def test_after_five_wrong_codes_there_is_a_pause_that_says_so(aki, enter, secret, clock):
    forward(clock, seconds=90)
    browser = enter(aki, REMOTE_ADDR="203.0.113.9")
    guess(browser, 5)
    page = second_step(browser, code_of(secret))
    assert "しばらくのあいだ、コードを確かめられません" in page.content.decode()
    assert not is_in(browser)
    forward(clock, minutes=5)
    second_step(browser, code_of(secret))
    assert is_in(browser)


def test_somebody_with_the_password_tries_twenty_codes_a_day_at_most(aki, enter, secret, clock):
    tried = 0
    for number in range(60):
        forward(clock, minutes=20)
        thief = enter(aki, REMOTE_ADDR=f"203.0.113.{number}")
        tried += "コードが合いません" in second_step(thief, "000000").content.decode()
    assert tried == 20


def test_guesses_of_others_do_not_bind_a_browser_that_the_member_knows(aki, enter, secret, clock):
    forward(clock, seconds=90)
    mine = enter(aki)
    second_step(mine, code_of(secret))
    mine.post(reverse("account_logout"))
    for _ in range(4):
        forward(clock, minutes=6)
        guess(enter(aki, REMOTE_ADDR="203.0.113.9"), 6)
    mine.post(reverse("account_login"), {"login": aki.email, "password": PASSWORD})
    second_step(mine, code_of(secret))
    assert is_in(mine)


def test_a_new_password_gives_the_owner_new_tries(aki, enter, secret, clock):
    forward(clock, seconds=90)
    guess(enter(aki, REMOTE_ADDR="203.0.113.9"), 6)
    aki.set_password(PASSWORD)
    aki.save(update_fields=["password"])
    browser = enter(aki)
    second_step(browser, code_of(secret))
    assert is_in(browser)


def test_wrong_codes_do_not_refuse_the_right_password(aki, enter, secret):
    guess(enter(aki), 6)
    browser = enter(aki)
    assert browser.get(reverse("mfa_authenticate")).status_code == 200


# --- changing it


def proved_browser(enter, aki, secret, clock) -> Client:
    forward(clock, seconds=90)
    browser = enter(aki)
    second_step(browser, code_of(secret))
    return browser


def test_a_known_password_is_not_enough_to_take_it_away(aki, enter, secret, clock):
    browser = proved_browser(enter, aki, secret, clock)
    answer = browser.get(reverse("mfa_deactivate_totp"))
    assert answer.url.startswith(reverse("mfa_reauthenticate"))
    assert browser.post(reverse("account_reauthenticate"), {"password": PASSWORD}).url == reverse("mfa_reauthenticate")
    browser.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=aki, type="totp").exists()


def test_taking_it_away_ends_all_other_sessions_and_is_told(aki, enter, secret, clock):
    browser, other = proved_browser(enter, aki, secret, clock), proved_browser(enter, aki, secret, clock)
    forward(clock, seconds=90)
    browser.post(reverse("mfa_reauthenticate"), {"code": code_of(secret)})
    assert browser.post(reverse("mfa_deactivate_totp")).url == reverse("mfa_index")
    assert not Authenticator.objects.filter(user=aki).exists()
    assert {"remove-factor totp", "remove-factor recovery_codes", "end-other-sessions"} <= set(acts(aki))
    assert told(aki)[-1] == "認証アプリを外しました"
    assert [is_in(browser), is_proved(browser.session, aki)] == [True, False]
    assert other.get(reverse("members:account")).url.startswith(reverse("account_login"))


def test_new_recovery_codes_end_the_old_ones(aki, enter, secret, clock):
    old = recovery_codes(aki)
    browser = proved_browser(enter, aki, secret, clock)
    forward(clock, seconds=90)
    browser.post(reverse("mfa_reauthenticate"), {"code": code_of(secret)})
    assert browser.post(reverse("mfa_generate_recovery_codes")).url == reverse("mfa_view_recovery_codes")
    assert not set(old) & set(recovery_codes(aki))
    assert acts(aki)[-1] == "renew-recovery-codes"
    assert told(aki)[-1] == "予備コードをつくりなおしました"
    page = browser.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert len(re.findall("<code>", page)) == 10


@pytest.mark.parametrize("page", ["account_email", "feedback:my_data"])
def test_what_asks_for_a_proof_asks_for_the_second_factor(aki, enter, secret, clock, page):
    browser = proved_browser(enter, aki, secret, clock)
    answer = browser.post(reverse(page), {"email": "aki.new@example.jp", "action_add": ""})
    assert answer.url.startswith(reverse("mfa_reauthenticate"))


# --- kept encrypted


def everything_kept() -> str:
    """All that the database holds, as text; of sessions what their signature covers."""
    rows = [list(model.objects.values()) for model in apps.get_models()]
    return json.dumps(rows, default=str)


def test_no_row_holds_a_secret_neither_while_it_is_set_up_nor_afterwards(aki, enter):
    browser = enter(aki)
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = browser.get(reverse("mfa_activate_totp")).context["form"].secret
    waiting = everything_kept()
    browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    kept = everything_kept()
    seed = decrypt(Authenticator.objects.get(user=aki, type="recovery_codes").data["seed"])
    hidden = [secret, b32decode(secret).hex(), seed, *recovery_codes(aki)]
    assert [text for text in hidden if text in waiting + kept] == []
    assert [row.get_decoded().get("mfa.totp.secret") for row in MemberSession.objects.filter(member=aki)] == [None]


def test_an_earlier_key_still_reads_and_a_command_moves_to_that_of_today(aki, enter, secret, clock):
    before = settings.SECRET_KEY
    with override_settings(SECRET_KEY=NEW_KEY, SECRET_KEY_FALLBACKS=[before]):
        forward(clock, seconds=90)
        second_step(browser := enter(aki), code_of(secret))
        assert is_in(browser)
        codes = recovery_codes(aki)
        call_command("encrypt_secrets_anew")
    with override_settings(SECRET_KEY=NEW_KEY, SECRET_KEY_FALLBACKS=[]):
        assert second_factors_can_be_read(timezone.now()) == []
        assert recovery_codes(aki) == codes
        forward(clock, seconds=90)
        second_step(browser := enter(aki), code_of(secret))
        assert is_in(browser)
    assert len(second_factors_can_be_read(timezone.now())) == 2
    with pytest.raises(CommandError):
        call_command("encrypt_secrets_anew")


def test_the_code_that_set_an_app_up_signs_nobody_in(aki, enter, app_of, clock):
    """Whoever looks over a shoulder while an app is set up reads a code that its app still shows."""
    secret = app_of(enter(aki))
    used = code_of(secret)
    browser = enter(aki)
    second_step(browser, used)
    assert not is_in(browser)
    forward(clock, seconds=60)
    second_step(browser, used)
    assert not is_in(browser)
    second_step(browser, code_of(secret))
    assert is_in(browser)
