"""Signing in with a real OpenID provider: who is let in, who is linked, and what is answered where one is wrong."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from authlib.jose import RSAKey
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string

from kouryu.clock import TOKYO
from members.accounts.choices import Role
from members.entrance.flows import drop_password
from members.linking.flows import take_over_paid_days, unlink
from members.linking.limits import SERVICE
from members.linking.queries import days_of
from members.linking.rules import Days, PaidWord, days_to_give, last_paid_day
from members.membership.choices import PeriodSource
from members.membership.limits import ORDERS
from members.models import AuditEntry, OutgoingMail, Period, Profile, User
from tests import factories
from tests.members.entrance.test_signing_up import code_in, enter_code, latest_mail
from tests.members.linking.conftest import sign_in_there, way_there
from tests.rig.openid import KEY, READ_BY_EVERYBODY, signed
from tests.signing_in import sign_in_without_form

ADDRESS = "hana@example.jp"
PASSWORD = "窓ぎわの席で本をひらく午後の三時"


def signed_in_as(browser: Client) -> User | None:
    return User.objects.filter(pk=browser.session.get("_auth_user_id")).first()


def with_address(name: str, address: str) -> User:
    """A member who proved this address."""
    member = factories.make_member(name)
    User.objects.filter(pk=member.pk).update(email=address)
    EmailAddress.objects.create(user=member, email=address, primary=True, verified=True)
    return User.objects.get(pk=member.pk)


# --- coming in


def test_a_new_account_proves_its_address_with_a_code_of_ours(client, provider):
    provider.knows("hana", email="Hana@example.jp", email_verified=True, name="山田花子", paid_until="2027-03-31")
    answer = sign_in_there(client, provider, "hana")

    assert answer.url == reverse("account_email_verification_sent")
    assert signed_in_as(client) is None
    enter_code(client, code_in(latest_mail()))
    member = signed_in_as(client)
    assert (member.email, member.called_name, member.has_usable_password()) == (ADDRESS, "", False)
    assert Profile.objects.filter(member=member).exists()
    kept = SocialAccount.objects.get(user=member).extra_data
    assert (kept.pop("paid_until"), list(kept)) == ("2027-03-31", ["said_at"])
    assert AuditEntry.objects.filter(verb="link-service").count() == 1


def test_a_trusted_service_has_proved_it(client, trusted):
    trusted.knows("hana", email=ADDRESS, email_verified=True)
    assert sign_in_there(client, trusted, "hana").status_code == 302
    assert signed_in_as(client).email == ADDRESS
    assert EmailAddress.objects.get().verified


@pytest.mark.parametrize("word", [False, "false", "true", 1, None])
def test_verified_is_no_other_word_than_true(client, trusted, word):
    trusted.knows("hana", email=ADDRESS, email_verified=word)
    sign_in_there(client, trusted, "hana")
    assert signed_in_as(client) is None
    assert not EmailAddress.objects.get().verified


def test_the_next_time_it_is_the_same_member(client, trusted):
    trusted.knows("hana", email=ADDRESS, email_verified=True)
    sign_in_there(client, trusted, "hana")
    member = signed_in_as(client)
    trusted.knows("hana", email="other@example.jp", email_verified=True)
    again = Client()
    assert sign_in_there(again, trusted, "hana", next="/account/").url == "/account/"
    assert signed_in_as(again) == member
    assert User.objects.count() == 1


# --- an address that has an account


def test_a_taken_address_is_not_linked_and_answered_like_a_new_one(provider):
    member = with_address("あき", ADDRESS)
    answers = []
    for subject, address in (("hana", ADDRESS), ("tomo", "tomo@example.jp")):
        provider.knows(subject, email=address, email_verified=True)
        browser = Client()
        answer = sign_in_there(browser, provider, subject)
        answers.append((answer.status_code, answer.url, browser.get(answer.url).status_code))
    assert answers[0] == answers[1]
    assert not SocialAccount.objects.filter(user=member).exists()
    assert latest_mail(ADDRESS).key.startswith("account/known/")


def test_a_taken_address_is_linked_where_the_operator_trusts_and_the_service_has_proved(trusted):
    member = with_address("あき", ADDRESS)
    trusted.knows("hana", email=ADDRESS, email_verified=True)
    browser = Client()
    sign_in_there(browser, trusted, "hana")
    assert signed_in_as(browser) == member
    assert SocialAccount.objects.get().user == member
    assert OutgoingMail.objects.get(to=member).subject.endswith("サービスのアカウントをつなぎました")

    trusted.knows("mallory", email=ADDRESS, email_verified=False)
    browser = Client()
    sign_in_there(browser, trusted, "mallory")
    assert signed_in_as(browser) is None
    assert SocialAccount.objects.count() == 1


def test_a_password_that_a_stranger_chose_opens_nothing_afterwards(trusted):
    member = User.objects.create_user(ADDRESS, PASSWORD, joined_at=timezone.now())
    Profile.objects.create(member=member)
    EmailAddress.objects.create(user=member, email=ADDRESS, primary=True, verified=False)
    trusted.knows("hana", email=ADDRESS, email_verified=True)
    sign_in_there(Client(), trusted, "hana")
    member.refresh_from_db()
    assert not member.has_usable_password()


def test_who_is_signed_in_links_and_unlinks_it(provider, signed_in):
    aki = with_address("あき", ADDRESS)
    browser = signed_in(aki)
    provider.knows("aki", email="elsewhere@example.jp")
    answer = sign_in_there(browser, provider, "aki")
    assert answer.url == reverse("members:service_account")
    assert SocialAccount.objects.get().user == aki
    assert "つながっています" in browser.get(answer.url).content.decode()
    elsewhere = Client()
    sign_in_there(elsewhere, provider, "aki")
    assert signed_in_as(elsewhere) == aki

    browser.post(reverse("members:unlink_service"))
    assert not SocialAccount.objects.exists()
    assert signed_in_as(elsewhere) is None
    assert signed_in_as(browser) == aki
    assert {"link-service", "unlink-service"} <= set(AuditEntry.objects.values_list("verb", flat=True))
    assert browser.post(reverse("members:unlink_service")).status_code == 404


def test_an_account_of_another_member_is_not_taken(provider, aki, mio, signed_in):
    provider.knows("aki", email="elsewhere@example.jp")
    sign_in_there(signed_in(aki), provider, "aki")
    answer = sign_in_there(signed_in(mio), provider, "aki")
    assert "ほかの会員の方につながっています" in answer.content.decode()
    assert SocialAccount.objects.get().user == aki


def test_an_account_with_the_address_of_another_member_is_not_linked(trusted, mio, signed_in):
    with_address("あき", ADDRESS)
    trusted.knows("hana", email=ADDRESS, email_verified=True)
    answer = sign_in_there(signed_in(mio), trusted, "hana")
    assert answer.status_code == 409
    assert "ほかの会員の方につながっています" in answer.content.decode()
    assert not SocialAccount.objects.exists()


def test_one_member_has_one(provider, aki, signed_in):
    browser = signed_in(aki)
    for subject in ("one", "two"):
        provider.knows(subject, email=f"{subject}@example.jp")
        answer = sign_in_there(browser, provider, subject)
    assert "先に、そちらを外してください" in answer.content.decode()
    assert SocialAccount.objects.get().uid == "one"


# --- nothing half done

WRONG_TOKENS = {
    "another audience": lambda claims: {**claims, "aud": "another"},
    "another issuer": lambda claims: {**claims, "iss": "https://elsewhere.example.jp"},
    "over": lambda claims: {**claims, "exp": int(time.time()) - 60},
    "another nonce": lambda claims: {**claims, "nonce": "0" * 64},
    "no nonce": lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
    "two subjects": lambda claims: {**claims, "sub": "somebody-else"},
}
WRONG_ANSWERS = {
    "no id_token": lambda said: {name: value for name, value in said.items() if name != "id_token"},
    "no access_token": lambda said: {"id_token": said["id_token"]},
    "a list": lambda said: [said],
    "nothing": lambda said: None,
    "a strange life": lambda said: {**said, "expires_in": "soon"},
    "no token": lambda said: {**said, "id_token": "a.b"},
}


@pytest.mark.parametrize("wrong", WRONG_TOKENS)
def test_a_token_that_is_not_for_this_question_signs_nobody_in(client, trusted, wrong):
    trusted.spoil_token = WRONG_TOKENS[wrong]
    trusted.knows("hana", email=ADDRESS, email_verified=True)
    answer = sign_in_there(client, trusted, "hana")
    assert answer.status_code == 401
    assert "ご本人と確かめられませんでした" in answer.content.decode()
    assert not User.objects.exists()
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("wrong", WRONG_ANSWERS)
def test_a_strange_answer_is_no_error_of_ours(client, trusted, wrong):
    trusted.spoil_answer = WRONG_ANSWERS[wrong]
    trusted.knows("hana", email=ADDRESS, email_verified=True)
    assert sign_in_there(client, trusted, "hana").status_code == 401
    assert not User.objects.exists()


def test_what_is_right_is_taken(client, trusted):
    """The control of those above: the same claims, signed as the provider signs."""
    trusted.spoil_token = dict
    trusted.knows("hana", email=ADDRESS, email_verified=True)
    sign_in_there(client, trusted, "hana")
    assert signed_in_as(client).email == ADDRESS


STRANGERS_KEY = RSAKey.generate_key(is_private=True).get_private_key()
SHOWN_KEY = KEY.as_pem(is_private=False)
FORGED = {
    "by a key of a stranger": lambda claims: signed(claims, key=STRANGERS_KEY),
    "by a key that is not shown": lambda claims: signed(claims, key=STRANGERS_KEY, kid="another"),
    "by a secret": lambda claims: signed(claims, key="a key of nobody, long enough for HS256!!", algorithm="HS256"),
    "by the secret of the site": lambda claims: signed(claims, key="a secret" * 4, algorithm="HS256"),
    "by nobody": lambda claims: signed(claims, key="", algorithm="none"),
    "by the shown key as a secret": lambda claims: hs256_with(SHOWN_KEY, claims),
    "by a secret that the service shows": lambda claims: signed(
        claims, key=base64.urlsafe_b64decode(READ_BY_EVERYBODY), algorithm="HS256", kid="shared"
    ),
    "cut": lambda claims: signed(claims).rpartition(".")[0] + ".",
    "changed afterwards": lambda claims: with_other_claims(signed(claims), {**claims, "sub": "mallory"}),
}


def hs256_with(secret: bytes, claims: dict) -> str:
    """A token whose HMAC key is the public key that everybody can read; `jwt` itself refuses to make one."""
    parts = (_part({"alg": "HS256", "typ": "JWT", "kid": KEY.thumbprint()}), _part(claims))
    mac = hmac.new(secret, ".".join(parts).encode(), hashlib.sha256).digest()
    return ".".join((*parts, base64.urlsafe_b64encode(mac).rstrip(b"=").decode()))


def with_other_claims(token: str, claims: dict) -> str:
    header, _claims, signature = token.split(".")
    return ".".join((header, _part(claims), signature))


def _part(said: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_token_signs_nobody_in(client, trusted, forged):
    trusted.spoil_token, trusted.sign_with = dict, FORGED[forged]
    trusted.knows("hana", email=ADDRESS, email_verified=True)
    answer = sign_in_there(client, trusted, "hana")
    assert answer.status_code == 401
    assert not User.objects.exists()
    assert not SocialAccount.objects.exists()


def test_a_token_of_an_earlier_sign_in_is_not_taken_again(client, trusted):
    trusted.knows("hana", email=ADDRESS, email_verified=True)
    kept = []
    trusted.spoil_answer = lambda said: kept.append(said["id_token"]) or said
    sign_in_there(client, trusted, "hana")
    trusted.spoil_answer = lambda said: {**said, "id_token": kept[0]}
    thief = Client()
    assert sign_in_there(thief, trusted, "hana").status_code == 401
    assert signed_in_as(thief) is None


def test_an_answer_is_taken_once_and_in_the_browser_that_asked(client, trusted):
    trusted.knows("hana", email=ADDRESS, email_verified=True)
    back = trusted.sends_back(way_there(client), "hana").removeprefix("http://testserver")
    stranger = Client()
    assert stranger.get(back).status_code == 401
    assert signed_in_as(stranger) is None
    assert client.get(back).status_code == 302
    again = client.get(back)
    assert again.status_code == 401
    assert "古いページやリンクからは" in again.content.decode()


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"email": ""},
        {"email": "no address"},
        {"email": "ha..na@example.ne.jp"},
        {"email": "花@example.jp"},
    ],
)
def test_an_account_without_an_address_that_mail_reaches_is_told_so(client, trusted, claims):
    trusted.knows("hana", email_verified=True, **claims)
    answer = sign_in_there(client, trusted, "hana")
    assert answer.status_code == 409
    assert "お届けできるメールアドレスがありません" in answer.content.decode()
    assert not User.objects.exists()


def test_who_changes_their_mind_is_told_that_nothing_happened(client, provider):
    back = provider.denied(way_there(client))
    page = client.get(back.removeprefix("http://testserver"))
    assert page.status_code == 200
    assert "ログインを取りやめました" in page.content.decode()


def test_a_service_that_is_away_is_told(client, provider, settings):
    settings.OPENID = settings.OPENID.__class__(
        "http://localhost:9", "kouryu", "a secret", "キャリア会", trusts_addresses=False, paid_until_claim=""
    )
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://localhost:9"
    page = client.post(reverse("members:start_service"))
    assert page.status_code == 503
    assert "いまはつながりません" in page.content.decode()


def test_another_issuer_than_the_operator_named_is_not_asked(client, provider, settings):
    settings.OPENID = settings.OPENID.__class__(
        "https://accounts.example.jp", "kouryu", "a secret", "キャリア会", trusts_addresses=False, paid_until_claim=""
    )
    assert client.post(reverse("members:start_service")).status_code == 503


def test_without_a_service_there_is_no_button_and_no_address(client, aki, signed_in):
    assert client.post(reverse("members:start_service")).status_code == 404
    assert reverse("members:start_service") not in client.get(reverse("account_login")).content.decode()
    assert signed_in(aki).get(reverse("members:service_account")).status_code == 404


def test_the_question_has_a_proof_key_and_a_nonce_and_no_part_of_it_comes_from_the_address(client, provider):
    page = client.post(reverse("members:start_service") + "?scope=admin&auth_params=prompt%3Dnone")
    asked = parse_qs(urlsplit(page.context["there"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["nonce"][0]) == 64
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}
    assert "prompt" not in asked


def test_looking_at_where_the_service_is_happens_now_and_then(client, provider):
    for _time in range(3):
        way_there(client)
    assert provider.asked.count("/.well-known/openid-configuration") == 1


# --- roles, and who may come in


def test_a_second_factor_is_asked_as_after_a_password(trusted):
    member = with_address("れん", ADDRESS)
    TOTP.activate(member, generate_totp_secret())
    assert Authenticator.objects.filter(user=member).exists()
    trusted.knows("ren", email=ADDRESS, email_verified=True)
    browser = Client()
    assert sign_in_there(browser, trusted, "ren").url == reverse("mfa_authenticate")
    assert signed_in_as(browser) is None


def test_a_role_without_a_second_factor_counts_for_nothing(trusted):
    member = with_address("ふみ", ADDRESS)
    member.role_grants.create(role=Role.DESK, granted_at=timezone.now())
    trusted.knows("fumi", email=ADDRESS, email_verified=True)
    browser = Client()
    answer = sign_in_there(browser, trusted, "fumi")
    assert answer.url.startswith(reverse("members:second_factor"))
    assert browser.get(reverse("members:desk_transfers")).url.startswith(reverse("members:second_factor"))


@pytest.mark.parametrize(("days", "comes_in"), [(0, True), (-1, False), (None, False)])
def test_whoever_has_paid_there_needs_no_invitation(client, trusted, settings, days, comes_in):
    settings.ENTRANCE = "invitation"
    said = {} if days is None else {"paid_until": (timezone.localdate() + timedelta(days=days)).isoformat()}
    trusted.knows("hana", email=ADDRESS, email_verified=True, **said)
    answer = sign_in_there(client, trusted, "hana")
    assert User.objects.filter(awaits_admission=False).exists() == comes_in
    assert ("招待のリンクをお持ちの方は" in answer.content.decode()) != comes_in


# --- paid until

TODAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("claim", "day"),
    [
        ("2027-03-31", date(2027, 3, 31)),
        ("2027-04-01T00:00:00+09:00", date(2027, 3, 31)),
        ("2027-03-31T23:59:59+09:00", date(2027, 3, 31)),
        ("2027-03-31T15:00:00Z", date(2027, 3, 31)),
        (int(datetime(2027, 3, 31, 15, tzinfo=UTC).timestamp()), date(2027, 3, 31)),
        ("2027-03-31T12:00:00", None),
        ("2027-02-30", None),
        ("soon", None),
        ("", None),
        (None, None),
        (True, None),
        ([], None),
        (10**30, None),
        (float("nan"), None),
    ],
)
def test_what_a_claim_says(claim, day):
    assert last_paid_day(claim) == day


DECEMBER, NEW_YEAR = date(2026, 12, 31), date(2027, 1, 1)


@pytest.mark.parametrize(
    ("last_day", "held", "given_before", "given"),
    [
        (DECEMBER, None, None, Days(TODAY, NEW_YEAR)),
        (DECEMBER, date(2026, 12, 20), None, Days(date(2026, 12, 20), NEW_YEAR)),
        (DECEMBER, date(2026, 11, 20), None, Days(TODAY, NEW_YEAR)),
        (DECEMBER, NEW_YEAR, None, None),
        (DECEMBER, date(2027, 6, 1), None, None),
        (DECEMBER, None, NEW_YEAR, None),
        (DECEMBER, None, date(2026, 12, 20), Days(date(2026, 12, 20), NEW_YEAR)),
        (DECEMBER, date(2026, 12, 24), date(2026, 12, 20), Days(date(2026, 12, 24), NEW_YEAR)),
        (DECEMBER, None, date(2026, 11, 20), Days(TODAY, NEW_YEAR)),
        (TODAY, None, None, Days(TODAY, date(2026, 12, 2))),
        (date(2026, 11, 30), None, None, None),
    ],
)
def test_which_days_are_given(last_day, held, given_before, given):
    assert days_to_give(last_day, held_until=held, given_until=given_before, today=TODAY) == given


@pytest.mark.parametrize(
    ("last_day", "counts_until"),
    [(DECEMBER, DECEMBER), (date(2027, 12, 1), date(2027, 12, 1)), (date(9999, 12, 31), date(2027, 12, 1))],
)
def test_no_word_reaches_farther_than_an_order_could(last_day, counts_until):
    said_at = datetime(2026, 12, 1, 12, tzinfo=TOKYO)
    assert PaidWord(last_day, said_at).counts_until == counts_until
    assert date(2027, 12, 1) == TODAY + ORDERS.farthest_ahead - timedelta(days=1)


def test_each_sign_in_gives_what_is_missing_and_no_day_twice(trusted):
    today = timezone.localdate()
    trusted.knows("hana", email=ADDRESS, email_verified=True, paid_until=(today + timedelta(days=9)).isoformat())
    for _time in range(2):
        sign_in_there(Client(), trusted, "hana")
    trusted.knows("hana", email=ADDRESS, email_verified=True, paid_until=(today + timedelta(days=29)).isoformat())
    sign_in_there(Client(), trusted, "hana")
    trusted.knows("hana", email=ADDRESS, email_verified=True, paid_until=today.isoformat())
    sign_in_there(Client(), trusted, "hana")

    periods = [(row.starts_on, row.ends_on, row.source) for row in Period.objects.order_by("starts_on")]
    assert periods == [
        (today, today + timedelta(days=10), PeriodSource.SERVICE),
        (today + timedelta(days=10), today + timedelta(days=30), PeriodSource.SERVICE),
    ]


def in_days(number: int) -> str:
    return (timezone.localdate() + timedelta(days=number)).isoformat()


def days_held() -> int:
    return sum((row.ends_on - row.starts_on).days for row in Period.objects.all())


def test_an_account_that_is_linked_again_gives_no_day_twice(trusted, signed_in):
    """To the same member, or to another one."""
    trusted.knows("hana", email=ADDRESS, email_verified=True, paid_until=in_days(9))
    sign_in_there(Client(), trusted, "hana")
    first = User.objects.get(email=ADDRESS)
    for _time in range(2):
        unlink(member=first, here=None, now=timezone.now())
        sign_in_there(Client(), trusted, "hana")
    assert days_held() == 10

    unlink(member=first, here=None, now=timezone.now())
    second = factories.make_account("みお")
    EmailAddress.objects.create(user=second, email=second.email, primary=True, verified=True)
    trusted.knows("hana", email="elsewhere@example.jp", email_verified=True, paid_until=in_days(9))
    sign_in_there(signed_in(second), trusted, "hana")
    assert SocialAccount.objects.get().user == second
    assert not second.periods.exists()
    assert days_held() == 10
    trusted.knows("hana", email=ADDRESS, email_verified=True, paid_until=in_days(19))
    sign_in_there(Client(), trusted, "hana")
    assert [row.starts_on for row in second.periods.all()] == [timezone.localdate() + timedelta(days=10)]
    assert days_held() == 20


def test_a_new_key_of_the_site_forgets_nothing(trusted, settings):
    trusted.knows("hana", email=ADDRESS, email_verified=True, paid_until=in_days(9))
    sign_in_there(Client(), trusted, "hana")
    member = User.objects.get(email=ADDRESS)
    unlink(member=member, here=None, now=timezone.now())
    Period.objects.all().delete()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = get_random_string(60)
    sign_in_there(Client(), trusted, "hana")
    assert not Period.objects.exists()
    settings.SECRET_KEY_FALLBACKS = []
    assert days_of("hana").given_until == timezone.localdate() + timedelta(days=10)


def test_the_same_account_lets_nobody_else_in_for_the_same_days(trusted, settings, signed_in):
    settings.ENTRANCE = "application"
    trusted.knows("hana", email=ADDRESS, email_verified=True, paid_until=in_days(9))
    sign_in_there(Client(), trusted, "hana")
    first = User.objects.get(email=ADDRESS)
    assert not first.awaits_admission
    unlink(member=first, here=None, now=timezone.now())
    trusted.knows("hana", email="elsewhere@example.jp", email_verified=True, paid_until=in_days(9))
    second = factories.make_account("みお")
    User.objects.filter(pk=second.pk).update(awaits_admission=True)
    sign_in_there(signed_in(second), trusted, "hana")
    second.refresh_from_db()
    assert SocialAccount.objects.get().user == second
    assert second.awaits_admission


def test_a_claim_counts_at_the_sign_in_that_brings_it(trusted):
    """What was claimed long ago gives nothing when its member comes in by another way."""
    trusted.knows("hana", email=ADDRESS, email_verified=True, paid_until="2099-12-31")
    sign_in_there(Client(), trusted, "hana")
    member, today = User.objects.get(email=ADDRESS), timezone.localdate()
    (period,) = Period.objects.all()
    assert (period.starts_on, period.ends_on) == (today, today + ORDERS.farthest_ahead)
    for days in (1, 30, 400):
        assert take_over_paid_days(member=member, now=timezone.now() + timedelta(days=days)) is None
    assert Period.objects.count() == 1


def test_a_claim_of_another_hour_is_not_counted(aki, provider):
    said_at = timezone.now() - SERVICE.claim_counts_for
    kept = {"paid_until": in_days(9), "said_at": said_at.isoformat()}
    SocialAccount.objects.create(user=aki, provider="service", uid="aki", extra_data=kept)
    Period.objects.all().delete()
    assert take_over_paid_days(member=aki, now=timezone.now()) is None
    for moment in ("", "soon", None, "2026-12-01T00:00:00", (timezone.now() + timedelta(days=1)).isoformat()):
        SocialAccount.objects.update(extra_data={**kept, "said_at": moment})
        assert take_over_paid_days(member=aki, now=timezone.now()) is None
    just_now = timezone.now() - SERVICE.claim_counts_for / 2
    SocialAccount.objects.update(extra_data={**kept, "said_at": just_now.isoformat()})
    assert take_over_paid_days(member=aki, now=timezone.now())


def test_without_the_setting_nothing_is_given(aki, settings):
    SocialAccount.objects.create(user=aki, provider="service", uid="aki", extra_data={"paid_until": "2099-01-01"})
    assert settings.OPENID is None
    assert take_over_paid_days(member=aki, now=timezone.now()) is None


def test_an_account_without_a_password_can_still_sign_in_with_a_code(provider, aki):
    drop_password(member=aki, now=timezone.now())
    browser = Client()
    sign_in_without_form(browser, aki)
    assert browser.get(reverse("members:service_account")).status_code == 200


# --- what a stranger could prepare


def test_an_account_linked_before_anybody_proved_the_address_opens_nothing(provider):
    """Somebody's own account of the service says another one's address; later its owner comes in with a code."""
    provider.knows("mallory", email=ADDRESS, email_verified=False)
    sign_in_there(Client(), provider, "mallory")
    owner = Client()
    owner.post(reverse("account_request_login_code"), {"email": ADDRESS})
    owner.post(reverse("account_confirm_login_code"), {"code": code_in(latest_mail(ADDRESS))})
    assert signed_in_as(owner).email == ADDRESS
    stranger = Client()
    sign_in_there(stranger, provider, "mallory")
    assert signed_in_as(stranger) is None
    assert not SocialAccount.objects.filter(user=signed_in_as(owner)).exists()


def test_an_address_that_passed_on_to_another_account_opens_nothing(trusted):
    with_address("あき", ADDRESS)
    for subject in ("old", "new"):
        trusted.knows(subject, email=ADDRESS, email_verified=True)
    sign_in_there(Client(), trusted, "old")
    later = Client()
    answer = sign_in_there(later, trusted, "new")
    assert answer.status_code == 409
    assert signed_in_as(later) is None
    assert SocialAccount.objects.get().uid == "old"


@pytest.mark.parametrize(
    "claim", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", 253402300799, 1e308, "a\u0000b", [], {}, None]
)
def test_no_claim_locks_anybody_out(claim, client, trusted):
    trusted.knows("hana", email=ADDRESS, email_verified=True, paid_until=claim)
    assert sign_in_there(client, trusted, "hana").status_code < 500
    assert signed_in_as(client).email == ADDRESS
