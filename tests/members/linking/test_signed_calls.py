"""Signed calls of the service's server: who is heard, what is given, and what is answered where one is wrong."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as site
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.linking.flows import take_over_paid_days, unlink
from members.linking.limits import SERVICE
from members.linking.queries import days_of, signature_of
from members.linking.rules import NoCall, read_call
from members.models import AuditEntry, Period, ServiceCall, ServiceDays, User
from tests import factories
from tests.members.linking.conftest import sign_in_there
from tests.rig.openid import named

pytestmark = pytest.mark.django_db

SECRET = "a secret of both servers, long enough"
URL = reverse("members:paid_there")


@pytest.fixture(autouse=True)
def calling(settings) -> None:
    settings.OPENID = named("https://accounts.example.jp", paid_until_claim="", call_secret=SECRET)


def said(**others: Any) -> dict[str, Any]:
    return {
        "call": "call-1",
        "at": timezone.now().isoformat(),
        "subject": "aki",
        "paid_until": in_days(9),
        **others,
    }


def in_days(number: int) -> str:
    return (timezone.localdate() + timedelta(days=number)).isoformat()


def call(said: object, *, secret: str = SECRET, signature: str | None = None) -> Any:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    signature = signature_of(body, secret) if signature is None else signature
    server = Client(enforce_csrf_checks=True)
    return server.post(URL, body, content_type="application/json", headers={"Kouryu-Signature": signature})


def linked(member: User) -> User:
    SocialAccount.objects.create(user=member, provider="service", uid="aki")
    return member


def test_a_call_gives_the_days_at_once_to_whoever_is_linked():
    member = linked(factories.make_account("あき"))
    answer = call(said())
    assert answer.status_code == 200
    assert answer.json() == {
        "call": "call-1",
        "result": "given",
        "given": {"first_day": in_days(0), "last_day": in_days(9)},
    }
    assert member.periods.get().ends_on == timezone.localdate() + timedelta(days=10)
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == ["hear-service", "grant-period"]


def test_a_call_waits_for_whoever_links_the_account_later():
    assert call(said()).json()["result"] == "kept"
    member = linked(factories.make_account("あき"))
    assert take_over_paid_days(member=member, now=timezone.now() + timedelta(days=2))
    assert member.periods.get().starts_on == timezone.localdate() + timedelta(days=2)


def test_a_call_sent_again_gives_nothing_twice():
    """Nor after the account was linked to somebody else meanwhile."""
    first = linked(factories.make_account("あき"))
    again = said()
    assert [call(again).json()["result"] for _time in range(3)] == ["given", "held", "held"]
    unlink(member=first, here=None, now=timezone.now())
    linked(factories.make_account("みお"))
    assert call(again).json()["result"] == "held"
    assert call(said(call="call-2")).json()["result"] == "held"
    assert Period.objects.count() == 1
    assert ServiceCall.objects.count() == 2


def test_an_id_counts_once():
    assert call(said()).status_code == 200
    answer = call(said(paid_until=in_days(300)))
    assert (answer.status_code, answer.json()["error"]) == (409, NoCall.ID_USED)
    assert days_of("aki").said_until.isoformat() == in_days(9)


def test_a_later_word_takes_the_place_of_an_earlier_one_and_never_takes_days_back():
    member = linked(factories.make_account("あき"))
    call(said())
    earlier = (timezone.now() - timedelta(minutes=2)).isoformat()
    call(said(call="call-2", at=earlier, paid_until=in_days(99)))
    assert days_of("aki").said_until.isoformat() == in_days(9)
    assert call(said(call="call-3", paid_until=in_days(-1))).json()["result"] == "over"
    assert days_of("aki").said_until.isoformat() == in_days(-1)
    assert member.periods.get().ends_on == timezone.localdate() + timedelta(days=10)


def test_no_call_gives_more_than_an_order_could():
    member = linked(factories.make_account("あき"))
    call(said(paid_until="2099-12-31"))
    assert member.periods.get().last_day.isoformat() == in_days(365)
    assert take_over_paid_days(member=member, now=timezone.now() + timedelta(days=30)) is None


def test_a_claim_and_a_call_give_the_same_days_once(provider, settings):
    settings.OPENID = named(provider.url, trusts_addresses=True, call_secret=SECRET)
    provider.knows("aki", email="aki@example.jp", email_verified=True, paid_until=in_days(9))
    call(said(paid_until=in_days(19)))
    sign_in_there(Client(), provider, "aki")
    call(said(call="call-2", paid_until=in_days(19)))
    days = [(row.starts_on, row.ends_on) for row in Period.objects.order_by("starts_on")]
    ends = [timezone.localdate() + timedelta(days=number) for number in (0, 10, 20)]
    assert days in ([(ends[0], ends[2])], [(ends[0], ends[1]), (ends[1], ends[2])])


WINDOW = SERVICE.call_window
UNHEARD = {
    "without a signature": (lambda: call(said(), signature=""), 401, NoCall.UNSIGNED),
    "signed with another secret": (
        lambda: call(said(), secret="another secret of somebody else!"),
        401,
        NoCall.UNSIGNED,
    ),
    "signed in other letters": (lambda: call(said(), signature="署名"), 401, NoCall.UNSIGNED),
    "signed for another body": (lambda: call(said(), signature=signature_of(b"{}", SECRET)), 401, NoCall.UNSIGNED),
    "too old": (
        lambda: call(said(at=(timezone.now() - WINDOW - timedelta(seconds=5)).isoformat())),
        401,
        NoCall.LATE,
    ),
    "ahead": (lambda: call(said(at=(timezone.now() + WINDOW + timedelta(seconds=5)).isoformat())), 401, NoCall.LATE),
    "too long": (lambda: call(said(more="x" * SERVICE.longest_call)), 413, NoCall.LONG),
    "nothing": (lambda: call(b""), 422, NoCall.MALFORMED),
    "no JSON": (lambda: call(b"\xff\xfe"), 422, NoCall.MALFORMED),
    "deep": (lambda: call(b"[" * 4000), 422, NoCall.MALFORMED),
    "a list": (lambda: call([said()]), 422, NoCall.MALFORMED),
    "a number": (lambda: call(7), 422, NoCall.MALFORMED),
}
WRONG_PARTS = {
    "call": [None, "", " ", 7, "x" * 65, "a\x00b", ["x"]],
    "at": [None, "", "soon", 1790000000, "2026-12-01T12:00:00", "2026-12-01", True],
    "subject": [None, "", 7, "x" * 192, "a\x00b", {}],
    "paid_until": [None, "", "soon", "2027-02-30", True, [], "2027-03-31T12:00:00"],
}


@pytest.mark.parametrize("how", UNHEARD)
def test_a_call_that_is_not_heard_changes_nothing(how):
    linked(factories.make_account("あき"))
    act, status, reason = UNHEARD[how]
    answer = act()
    assert (answer.status_code, answer.json()["error"]) == (status, reason)
    assert answer.json()["message"]
    assert not Period.objects.exists()
    assert not ServiceDays.objects.exists()
    assert not ServiceCall.objects.exists()


@pytest.mark.parametrize(("part", "value"), [(part, value) for part, values in WRONG_PARTS.items() for value in values])
def test_each_part_is_read_with_care(part, value):
    assert call(said(**{part: value})).json()["error"] == NoCall.MALFORMED
    without = said()
    del without[part]
    assert read_call(json.dumps(without).encode()) is None


def test_without_a_secret_there_is_no_such_address(settings):
    settings.OPENID = named("https://accounts.example.jp")
    assert call(said()).status_code == 404
    settings.OPENID = None
    assert call(said()).status_code == 404


def test_only_a_digest_of_the_account_is_kept():
    call(said(subject="subject-of-hanako"))
    row = ServiceDays.objects.get()
    assert "hanako" not in str(vars(row))
    assert len(row.subject) == 64
    assert site.SECRET_KEY not in str(vars(row))


def test_a_waiting_account_comes_in_by_a_call(settings):
    member = linked(factories.make_account("あき"))
    User.objects.filter(pk=member.pk).update(awaits_admission=True)
    call(said())
    member.refresh_from_db()
    assert not member.awaits_admission
