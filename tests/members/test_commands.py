"""What the operator types: plans, roles and periods."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from members.mail.choices import MailState
from members.membership.choices import PeriodSource
from members.models import AuditEntry, PricePlan
from tests.factories import make_account, make_mail
from tests.signing_in import sign_in_without_form


def test_plans_are_set_up_once_and_then_left_to_their_owner(db):
    call_command("setup_plans")
    PricePlan.objects.filter(key="monthly").update(is_offered=False)
    call_command("setup_plans")
    plans = PricePlan.objects.priced(timezone.localdate()).order_by("pk")
    assert list(plans.values_list("key", "price_yen", "tax_percent", "months", "is_offered")) == [
        ("monthly", 3300, 10, 1, False),
        ("half-year", 18000, 10, 6, True),
        ("yearly", 33000, 10, 12, True),
    ]
    assert set(AuditEntry.objects.values_list("verb", flat=True)) == {"set-price"}


def test_a_role_is_granted_once_and_ended(aki, capsys):
    for _ in range(2):
        call_command("grant_role", aki.email.upper(), "host")
    assert list(aki.role_grants.live().order_by("pk").values_list("role", flat=True)) == ["host"]
    for _ in range(2):
        call_command("grant_role", aki.email, "host", "--end")
    assert not aki.role_grants.live().exists()
    assert aki.role_grants.count() == 1
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", "why")) == [
        ("grant-role", "host"),
        ("end-role", "host"),
    ]


def test_a_role_can_be_held_again(aki, capsys):
    call_command("grant_role", aki.email, "desk")
    call_command("grant_role", aki.email, "desk", "--end")
    call_command("grant_role", aki.email, "desk")
    assert aki.role_grants.live().count() == 1


@pytest.mark.parametrize(("email", "role"), [("nobody@example.jp", "host"), ("member1@example.jp", "king")])
def test_wrong_names_are_refused(db, email, role):
    with pytest.raises(CommandError):
        call_command("grant_role", email, role)


def test_a_role_opens_its_pages_at_the_next_request(aki, signed_in, capsys):
    browser = signed_in(aki)
    assert browser.get("/desk/").status_code == 404
    call_command("grant_role", aki.email, "desk")
    asked = browser.get("/desk/")
    assert asked.url.startswith(reverse("members:second_factor"))
    sign_in_without_form(browser, aki)  # with a second factor
    assert browser.get("/desk/").status_code == 200
    call_command("grant_role", aki.email, "desk", "--end")
    assert browser.get("/desk/").status_code == 404


def test_days_are_granted_after_those_held_already(db, capsys):
    guest = make_account("ゲスト")
    for _ in range(2):
        call_command("grant_period", guest.email.upper(), "2")
    first, second = guest.periods.order_by("starts_on")
    assert (first.source, first.ends_on) == (PeriodSource.GRANTED, second.starts_on)
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == ["grant-period"] * 2


@pytest.mark.parametrize("months", ["0", "-1", "25", "many"])
def test_periods_of_no_length_or_of_years_are_refused(aki, months):
    with pytest.raises(CommandError):
        call_command("grant_period", aki.email, months)


def test_no_period_for_an_unknown_address(db):
    with pytest.raises(CommandError, match="No account"):
        call_command("grant_period", "nobody@example.jp", "1")


def test_mails_that_were_given_up_are_listed_without_an_address(aki, capsys):
    now = timezone.now()
    for state in MailState:
        make_mail(f"seat/{state.value}", to=aki, state=state, last_error="an error", now=now)
    make_mail("seat/old", to=aki, state=MailState.FAILED, now=now - timedelta(days=15))

    call_command("undelivered_mails")

    told = capsys.readouterr().out
    assert [line.split()[2:] for line in told.splitlines()] == [
        ["failed", "seat/failed", "an", "error"],
        ["unknown", "seat/unknown", "an", "error"],
    ]
    assert aki.email not in told
