"""Whoever has a role signs in once a day, and again after an hour away; members stay signed in for thirty days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.accounts.choices import Role
from members.desk.flows import end_role, grant_role
from members.models import User
from members.security.queries import note_proof
from members.security.rules import is_over_for_staff
from tests import factories

PASSWORD = "窓ぎわの席で本をひらく午後の三時"
NOW = START = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def _clock(db, time_machine):
    cache.clear()
    time_machine.move_to(START, tick=False)


def browser_of(member: User) -> Client:
    """A browser in which somebody signed in with their password, and proved it."""
    member.set_password(PASSWORD)
    member.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(user=member, email=member.email, primary=True, verified=True)
    browser = Client()
    browser.post(reverse("account_login"), {"login": member.email, "password": PASSWORD})
    session = browser.session
    note_proof(session, member)
    session.save()
    return browser


def is_signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


@pytest.mark.parametrize(
    ("since_sign_in", "since_use", "is_over"),
    [
        (24 * HOUR - timedelta(seconds=1), HOUR - timedelta(seconds=1), False),
        (24 * HOUR, timedelta(0), True),
        (HOUR, HOUR, True),
    ],
)
def test_the_rule(since_sign_in, since_use, is_over):
    assert is_over_for_staff(START - since_sign_in, START - since_use, START) == is_over


@pytest.mark.parametrize("role", Role.values)
def test_an_hour_unused_ends_it_and_says_why(role, time_machine):
    browser = browser_of(factories.make_member("かい", roles=(role,)))
    time_machine.move_to(START + timedelta(minutes=59), tick=False)
    assert browser.get(reverse("members:account")).status_code == 200
    time_machine.move_to(START + timedelta(minutes=119), tick=False)

    answer = browser.get(reverse("members:account"), follow=True)

    assert answer.redirect_chain == [(f"{reverse('account_login')}?next={reverse('members:account')}", 302)]
    assert "時間がたったので" in answer.content.decode()
    assert not is_signed_in(browser)


def test_a_day_ends_it_however_much_it_is_used(kai, time_machine):
    browser = browser_of(kai)
    for minutes in range(55, 24 * 60, 55):
        time_machine.move_to(START + timedelta(minutes=minutes), tick=False)
        browser.get(reverse("members:limits"))
    assert is_signed_in(browser)
    time_machine.move_to(START + timedelta(days=1), tick=False)
    browser.get(reverse("members:limits"))
    assert not is_signed_in(browser)


def test_members_stay_for_their_thirty_days(aki, time_machine):
    browser = browser_of(aki)
    time_machine.move_to(START + timedelta(days=29), tick=False)
    assert browser.get(reverse("members:account")).status_code == 200
    assert is_signed_in(browser)


def test_a_role_counts_from_the_next_click_also_in_a_session_of_last_week(aki, time_machine):
    browser = browser_of(aki)
    time_machine.move_to(START + timedelta(days=7), tick=False)
    grant_role(member=aki, role=Role.MODERATOR, by=None, now=timezone.now())
    assert browser.get(reverse("feedback:cases")).url.startswith(reverse("account_login"))


def test_who_gave_the_role_back_is_a_member_again(kai, time_machine):
    browser = browser_of(kai)
    end_role(member=kai, role=Role.MODERATOR, by=None, now=timezone.now())
    time_machine.move_to(START + timedelta(days=7), tick=False)
    assert browser.get(reverse("members:account")).status_code == 200


def test_a_board_that_asks_by_itself_is_nobody_there(ren, time_machine):
    event = factories.make_event(ren, starts_at=START + timedelta(minutes=10))
    browser, board = browser_of(ren), reverse("events:groups", args=[event.pk])
    for minutes in (0, 30):
        time_machine.move_to(START + timedelta(minutes=minutes), tick=False)
        assert browser.get(reverse("events:groups_now", args=[event.pk])).status_code == 200
    time_machine.move_to(START + HOUR, tick=False)

    answer = browser.get(
        reverse("events:groups_now", args=[event.pk]),
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{board}"},
    )

    # The whole page goes to the sign-in, and comes back to the board.
    assert answer.headers["HX-Redirect"] == f"{reverse('account_login')}?next={board}"


@pytest.mark.parametrize(
    ("came_from", "then"),
    [
        ("http://testserver/moderation/", "/moderation/"),
        ("https://elsewhere.example/x", "/moderation/words/"),
        ("", "/moderation/words/"),
    ],
)
def test_a_form_sent_too_late_leads_back_to_the_page_it_stood_on(client, came_from, then):
    answer = client.post("/moderation/words/", {}, headers={"Referer": came_from})
    assert answer.url == f"{reverse('account_login')}?next={then}"
