"""Passkeys: added with a name, used instead of a password or as the second step, renamed, removed."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from fido2 import cbor
from fido2.utils import websafe_encode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.models import User
from members.security.limits import FACTORS
from members.security.queries import is_proved
from tests.members.security.conftest import PASSWORD, acts, is_in, told
from tests.rig.passkey import Passkey, asked_on

MAC = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1"
)


def send(browser: Client, page: str, credential: object, **fields: object):
    return browser.post(reverse(page), {"credential": json.dumps(credential), **fields})


def add(browser: Client, passkey: Passkey, name: str = ""):
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = browser.get(reverse("mfa_add_webauthn"))
    made = passkey.create(asked_on(page, "creation_options"))
    return send(browser, "mfa_add_webauthn", made, name=name, passwordless="on")


def challenge(browser: Client) -> dict:
    answer = browser.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    return answer.json()["request_options"]


def come_in(browser: Client, passkey: Passkey, **fields: str):
    return send(browser, "mfa_login_webauthn", passkey.sign(challenge(browser)), **fields)


@pytest.fixture
def passkey(aki, enter) -> Passkey:
    """Of aki."""
    made = Passkey()
    assert add(enter(aki, HTTP_USER_AGENT=MAC), made).url == reverse("mfa_view_recovery_codes")
    return made


@pytest.fixture
def visitor(enter) -> Client:
    return enter(User(email="nobody@example.jp"))


def names(member: User) -> list[str]:
    return [str(row) for row in Authenticator.objects.filter(user=member, type="webauthn").order_by("pk")]


# --- adding


def test_it_is_added_with_the_name_of_its_device_noted_and_told(aki, passkey):
    assert names(aki) == ["Safari, Mac"]
    assert sorted(acts(aki)[-2:]) == ["add-factor recovery_codes", "add-factor webauthn"]
    assert told(aki) == ["パスキーが加わりました"]


def test_it_may_have_another_name(aki, enter):
    browser = enter(aki)
    add(browser, Passkey(), "仕事のノート")
    assert names(aki) == ["仕事のノート"]
    assert is_proved(browser.session, aki)


def test_the_browser_is_told_nothing_that_counts_accounts(aki, enter):
    browser = enter(aki)
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    asked = asked_on(browser.get(reverse("mfa_add_webauthn")), "creation_options")["publicKey"]
    passkey = Passkey()
    passkey.create({"publicKey": asked})
    assert (asked["user"]["name"], asked["user"]["displayName"]) == (aki.email, "あき")
    assert asked["rp"] == {"id": "testserver", "name": "交流 kouryu"}
    assert len(passkey.owner) == 22
    assert passkey.owner != str(aki.pk).encode()


def test_nobody_adds_one_without_a_fresh_proof(aki, enter):
    assert enter(aki).get(reverse("mfa_add_webauthn")).url.startswith(reverse("account_reauthenticate"))


def test_one_that_cannot_verify_its_user_is_no_passkey_without_a_password(aki, enter):
    answer = add(enter(aki), Passkey(verifies=False))
    assert "パスキーで確かめられませんでした" in answer.content.decode()
    assert names(aki) == []


def test_the_same_one_is_added_once_whoever_claims_it(aki, mio, enter, with_password, passkey):
    browser = enter(with_password(mio))
    thief = Passkey()
    thief.id = passkey.id
    answer = add(browser, thief)
    assert "もう加わっています" in answer.content.decode()
    assert names(mio) == []


def test_an_id_that_the_authenticator_did_not_give_is_refused(aki, mio, enter, with_password, passkey):
    browser = enter(with_password(mio))
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    own = Passkey()
    made = own.create(asked_on(browser.get(reverse("mfa_add_webauthn")), "creation_options"))
    made["id"] = made["rawId"] = passkey.create({"publicKey": {"user": {"id": ""}, "challenge": "AAAA"}})["id"]
    send(browser, "mfa_add_webauthn", made, name="", passwordless="on")
    assert names(mio) == []


def test_there_are_so_many_at_most(aki, enter, set_limit):
    set_limit(FACTORS, passkeys=1)
    browser = enter(aki)
    add(browser, Passkey())
    page = browser.get(reverse("mfa_add_webauthn"))
    made = Passkey().create(asked_on(page, "creation_options"))
    answer = send(browser, "mfa_add_webauthn", made, name="", passwordless="on")
    assert "これ以上加えられません" in answer.content.decode()
    assert len(names(aki)) == 1


# --- signing in


def test_it_lets_its_owner_in_without_address_and_password(aki, visitor, passkey):
    answer = come_in(visitor, passkey, next="/account/")
    assert answer.url == "/account/"
    assert is_in(visitor)
    assert is_proved(visitor.session, aki)
    assert acts(aki)[-1] == "sign-in webauthn"


def test_it_is_a_second_step_after_the_password(aki, enter, passkey):
    browser = enter(aki)
    assert not is_in(browser)
    page = browser.get(reverse("mfa_authenticate"))
    send(browser, "mfa_authenticate", passkey.sign(asked_on(page, "request_options")))
    assert is_in(browser)
    assert acts(aki)[-1] == "sign-in password+webauthn"


def test_staff_come_in_with_it_and_their_pages_open(kai, enter, with_password, visitor):
    passkey = Passkey()
    add(enter(with_password(kai)), passkey)
    come_in(visitor, passkey)
    assert visitor.get(reverse("feedback:cases")).status_code == 200


def a_challenge_of_before(browser: Client, passkey: Passkey) -> dict:
    before = challenge(browser)
    challenge(browser)
    return passkey.sign(before)


def another_site(browser: Client, passkey: Passkey) -> dict:
    passkey.origin = "https://testserver.elsewhere.example"
    return passkey.sign(challenge(browser))


def no_finger(browser: Client, passkey: Passkey) -> dict:
    passkey.flags = Passkey(verifies=False).flags
    return passkey.sign(challenge(browser))


def another_key(browser: Client, passkey: Passkey) -> dict:
    forged = Passkey()
    forged.id, forged.owner = passkey.id, passkey.owner
    return forged.sign(challenge(browser))


def an_unknown_one(browser: Client, passkey: Passkey) -> dict:
    return Passkey().sign(challenge(browser))


@pytest.mark.parametrize("forge", [a_challenge_of_before, another_site, no_finger, another_key, an_unknown_one])
def test_what_proves_nothing_lets_nobody_in(aki, visitor, passkey, forge):
    answer = send(visitor, "mfa_login_webauthn", forge(visitor, passkey), follow=True)
    assert not is_in(visitor)
    assert answer.url == reverse("account_login")
    assert "パスキーで確かめられませんでした" in visitor.get(answer.url).content.decode()


def test_a_forged_one_is_noted(aki, visitor, passkey):
    send(visitor, "mfa_login_webauthn", another_key(visitor, passkey))
    assert acts(aki)[-1] == "fail-to-prove passkey"


def test_a_proof_is_taken_once(visitor, passkey):
    signed = passkey.sign(challenge(visitor))
    send(visitor, "mfa_login_webauthn", signed)
    visitor.post(reverse("account_logout"))
    send(visitor, "mfa_login_webauthn", signed)
    assert not is_in(visitor)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=5,
)
PARTS = ["id", "rawId", "type", "response", "clientDataJSON", "authenticatorData", "signature", "userHandle"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(part=st.sampled_from(PARTS), value=JSON, whole=st.booleans())
def test_whatever_a_browser_sends_there_is_a_sentence(passkey, part, value, whole):
    cache.clear()  # of the limit on requests
    client = Client()  # whose handle is in it does not matter, and lets its owner in
    signed = passkey.sign(challenge(client))
    holder = signed["response"] if part in signed["response"] else signed
    holder[part] = value
    answer = send(client, "mfa_login_webauthn", value if whole else signed)
    assert answer.status_code == 302


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(part=st.sampled_from(["id", "rawId", "type", "response", "clientDataJSON", "attestationObject"]), value=JSON)
def test_whatever_a_browser_sends_as_a_new_one_there_is_a_sentence(client, aki, part, value):
    client.force_login(aki, backend="members.entrance.backend.MemberBackend")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_add_webauthn"))
    made = Passkey().create(asked_on(page, "creation_options"))
    holder = made["response"] if part in made["response"] else made
    holder[part] = value
    answer = send(client, "mfa_add_webauthn", made, name="", passwordless="on")
    assert answer.status_code in {200, 302}
    Authenticator.objects.all().delete()
    cache.clear()


# --- what would take all memory or every step of the stack

A_LOT = 400_000_000  # bytes, where a number is taken for a length


def a_number_for_bytes(made: dict, part: str) -> dict:
    """With a number in this part; the id of a passkey stands in two, which have to be the same."""
    for name in ("id", "rawId") if part in {"id", "rawId"} else (part,):
        (made if name in made else made["response"])[name] = A_LOT
    return made


def a_number_for_authenticator_data(made: dict) -> dict:
    """The same within the CBOR that the browser sends."""
    attestation = cbor.encode({"fmt": "none", "authData": A_LOT, "attStmt": {}})
    made["response"]["attestationObject"] = websafe_encode(attestation)
    return made


@contextmanager
def little_memory() -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < A_LOT / 4
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("part", ["id", "rawId", "clientDataJSON", "authenticatorData", "signature", "userHandle"])
def test_a_number_in_a_proof_takes_no_memory(visitor, passkey, part):
    signed = a_number_for_bytes(passkey.sign(challenge(visitor)), part)
    with little_memory():
        answer = send(visitor, "mfa_login_webauthn", signed)
    assert answer.status_code == 302
    assert not is_in(visitor)


@pytest.mark.parametrize("part", ["id", "rawId", "clientDataJSON", "attestationObject", "authData"])
def test_a_number_in_a_new_passkey_takes_no_memory(aki, enter, part):
    browser = enter(aki)
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    made = Passkey().create(asked_on(browser.get(reverse("mfa_add_webauthn")), "creation_options"))
    made = a_number_for_authenticator_data(made) if part == "authData" else a_number_for_bytes(made, part)
    with little_memory():
        answer = send(browser, "mfa_add_webauthn", made, name="", passwordless="on")
    assert answer.status_code == 200
    assert "パスキーで確かめられませんでした" in answer.content.decode()
    assert names(aki) == []


@pytest.mark.parametrize("sent", ["[" * FACTORS.credential, "[" * 500_000, '"' + "x" * FACTORS.credential + '"'])
@pytest.mark.parametrize("page", ["mfa_login_webauthn", "mfa_add_webauthn"])
def test_what_is_deeper_or_longer_than_a_passkey_is_refused(aki, enter, page, sent):
    browser = enter(aki) if page == "mfa_add_webauthn" else enter(User(email="nobody@example.jp"))
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answer = browser.post(reverse(page), {"credential": sent, "name": ""}, follow=True)
    assert answer.status_code == 200
    assert "パスキーで確かめられませんでした" in answer.content.decode()


# --- keeping them


def test_it_is_renamed(aki, enter, passkey, visitor):
    come_in(visitor, passkey)
    prove(visitor, passkey)
    row = Authenticator.objects.get(user=aki, type="webauthn")
    page = visitor.get(reverse("mfa_list_webauthn")).content.decode()
    assert reverse("mfa_edit_webauthn", args=[row.pk]) in page
    visitor.post(reverse("mfa_edit_webauthn", args=[row.pk]), {"name": "台所の　タブレット\u200b"})
    assert names(aki) == ["台所の タブレット"]


def prove(browser: Client, passkey: Passkey) -> None:
    page = browser.get(reverse("mfa_reauthenticate_webauthn"))
    send(browser, "mfa_reauthenticate_webauthn", passkey.sign(asked_on(page, "request_options")))


def test_removing_it_asks_for_it_ends_other_sessions_and_is_told(aki, enter, passkey, visitor):
    other = enter(User(email="nobody@example.jp"))
    come_in(other, passkey)
    come_in(visitor, passkey)
    row = Authenticator.objects.get(user=aki, type="webauthn")
    page = reverse("mfa_remove_webauthn", args=[row.pk])
    assert visitor.post(page).url.startswith(reverse("mfa_reauthenticate_webauthn"))
    prove(visitor, passkey)
    visitor.post(page)
    assert names(aki) == []
    assert {"remove-factor webauthn", "end-other-sessions"} <= set(acts(aki))
    assert told(aki)[-1] == "パスキーを外しました"
    assert other.get(reverse("members:account")).url.startswith(reverse("account_login"))
    assert not is_proved(visitor.session, aki)


def test_nobody_renames_or_removes_one_of_somebody_else(aki, mio, enter, with_password, passkey):
    browser = enter(with_password(mio))
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    row = Authenticator.objects.get(user=aki, type="webauthn")
    for page in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert browser.post(reverse(page, args=[row.pk]), {"name": "x"}).status_code == 404
    assert names(aki) == ["Safari, Mac"]


def test_the_sign_in_page_offers_it_and_needs_no_inline_script(client):
    page = client.get(reverse("account_login"))
    words = page.content.decode()
    assert 'id="passkey_login"' in words
    assert words.count("<script") == words.count("<script src=") + words.count('type="application/json"')
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
