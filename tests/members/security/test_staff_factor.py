"""Whoever has a role sets a second factor up before any staff page opens, and uses it in each session."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone

from members.accounts.choices import Role
from members.accounts.rules import ROLES_FOR, Access, MemberStanding, NoEntry, Reader, why_not_open
from members.desk.flows import grant_role
from tests import factories
from tests.members.security.conftest import PASSWORD, code_of, is_in

LEAD = "members:second_factor"
STAFF_PAGES = {
    Role.HOST: "events:hosting",
    Role.MODERATOR: "feedback:cases",
    Role.DESK: "members:desk_transfers",
    Role.OWNER: "members:suspensions",
    Role.ANALYST: "feedback:numbers",
}


@pytest.fixture(autouse=True)
def _clock(time_machine):
    now = timezone.now()
    time_machine.move_to(now - timedelta(seconds=now.timestamp() % 30 - 15), tick=False)


@pytest.fixture
def clock(time_machine):
    return time_machine


@pytest.fixture
def kai(kai, with_password):
    return with_password(kai)


def reader(**facts: object) -> Reader:
    return Reader(signed_in=True, paid=True, pledged=True, was_member=True, **facts)


# --- the rule


@pytest.mark.parametrize("access", ROLES_FOR)
def test_a_role_that_opens_a_page_asks_for_a_second_factor_first(access):
    for role in {*ROLES_FOR[access], Role.OWNER.value}:
        assert why_not_open(access, reader(roles=frozenset({role}))) is None
        waiting = reader(roles_to_prove=frozenset({role}))
        assert why_not_open(access, waiting) == NoEntry.SECOND_FACTOR_MISSING


def test_a_role_that_opens_nothing_there_is_not_asked():
    waiting = reader(roles_to_prove=frozenset({Role.HOST.value}))
    assert why_not_open(Access.DESK, waiting) == NoEntry.NOT_FOUND
    assert why_not_open(Access.MEMBER, waiting) is None


def test_a_helper_without_a_role_is_not_asked():
    assert why_not_open(Access.HOSTING, reader()) is None
    assert why_not_open(Access.HOSTING, reader(roles_to_prove=frozenset({Role.DESK.value}))) is None


def test_the_suspended_stay_out_first():
    waiting = Reader(signed_in=True, suspended=True, roles_to_prove=frozenset({Role.OWNER.value}))
    assert why_not_open(Access.OWNER, waiting) == NoEntry.SUSPENDED


def test_no_role_counts_without_proof():
    standing = MemberStanding(paid_until=None, is_suspended=False, roles=frozenset({"host"}))
    assert standing.unproved() == MemberStanding(
        paid_until=None, is_suspended=False, roles=frozenset(), roles_to_prove=frozenset({"host"})
    )


# --- the way


@pytest.mark.parametrize("role", Role.values)
def test_signing_in_leads_to_setting_it_up_and_says_why(role, with_password, enter):
    member = with_password(factories.make_member("かい", roles=(role,)))
    browser = enter(member)
    answer = browser.post(reverse("account_logout"))
    answer = browser.post(reverse("account_login"), {"login": member.email, "password": PASSWORD})
    assert answer.url == f"{reverse(LEAD)}?next=/"
    page = browser.get(answer.url).content.decode()
    assert "パスワードだけでは開かないようにしています" in page
    assert reverse("mfa_activate_totp") in page
    closed = browser.get(reverse(STAFF_PAGES[Role(role)]))
    assert closed.url == f"{reverse(LEAD)}?next={reverse(STAFF_PAGES[Role(role)])}"
    assert browser.get(reverse("events:events")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_whoever_set_it_up_goes_on_at_once_and_is_asked_at_the_next_sign_in(kai, enter, app_of, clock):
    browser = enter(kai)
    secret = app_of(browser)
    assert "書きとめました" in browser.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert browser.get(reverse("feedback:cases")).status_code == 200
    assert reverse("feedback:cases") in browser.get(reverse("mfa_index")).content.decode()

    clock.move_to(timezone.now() + timedelta(seconds=90), tick=False)
    later = enter(kai)
    assert not is_in(later)
    assert later.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).url == "/"
    assert later.get(reverse("feedback:cases")).status_code == 200


def test_a_session_from_before_it_was_set_up_proves_it_and_goes_on(kai, enter, app_of, clock):
    before = enter(kai)
    secret = app_of(enter(kai))
    cases = reverse("feedback:cases")
    clock.move_to(timezone.now() + timedelta(seconds=90), tick=False)
    asks = before.get(before.get(cases).url)
    assert asks.url == f"{reverse('mfa_reauthenticate')}?next={cases}"
    answer = before.post(asks.url, {"code": code_of(secret), "next": cases})
    assert answer.url == cases
    assert before.get(cases).status_code == 200


def test_a_role_given_in_the_middle_of_a_session_waits_for_the_second_factor(aki, enter):
    browser = enter(aki)
    grant_role(member=aki, role=Role.MODERATOR, by=None, now=timezone.now())
    assert browser.get(reverse("feedback:cases")).url.startswith(reverse(LEAD))
    assert reverse(LEAD) in browser.get(reverse("members:account")).content.decode()  # in the menu


def test_without_it_a_role_changes_nothing_on_members_pages(sora, ren, with_password, enter):
    """An owner reads every draft, once they proved it."""
    draft = factories.make_event(ren, state="draft")
    page = reverse("events:event", args=[draft.pk])
    browser = enter(with_password(sora))
    assert browser.get(page).status_code == 404


def test_a_part_of_a_page_brings_the_whole_page_along(ren, with_password, enter):
    event = factories.make_event(ren, starts_at=timezone.now() + timedelta(minutes=10))
    board = reverse("events:groups", args=[event.pk])
    answer = enter(with_password(ren)).get(
        reverse("events:groups_now", args=[event.pk]),
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{board}"},
    )
    assert answer.headers["HX-Redirect"] == f"{reverse(LEAD)}?next={board}"


def test_taking_the_last_one_away_closes_the_pages_again(kai, enter, app_of, clock):
    secret = app_of(enter(kai))
    clock.move_to(timezone.now() + timedelta(seconds=90), tick=False)
    browser = enter(kai)
    browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert browser.get(reverse("feedback:cases")).status_code == 200
    clock.move_to(timezone.now() + timedelta(seconds=90), tick=False)
    browser.post(reverse("mfa_reauthenticate"), {"code": code_of(secret)})
    browser.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=kai).exists()
    assert browser.get(reverse("feedback:cases")).url.startswith(reverse(LEAD))


@pytest.mark.parametrize("then", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_it_leads_nowhere_else(aki, enter, then):
    answer = enter(aki).get(reverse(LEAD), {"next": then})
    assert answer.url == reverse("members:account")
