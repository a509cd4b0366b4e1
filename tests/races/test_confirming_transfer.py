"""Two people of the desk confirm one transfer, a member orders twice, a grant meets a payment: at the same moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from members.accounts.choices import Role
from members.invariants.membership import periods_do_not_overlap
from members.membership.flows import grants, ordering, renewals, transfers
from members.models import AuditEntry, Due, OutgoingMail, Period, User
from tests import factories
from tests.races.together import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = timezone.now()


@pytest.fixture
def member() -> User:
    return factories.make_account("はる")


@pytest.fixture
def plan():
    return factories.make_plan()


def order(member: User, plan) -> Due:
    return ordering.order_by_transfer(
        member=member, plan_key=plan.key, screen_version="2026-11", screen_text="全文", now=NOW
    )


def confirmed_by_two(payment: Due) -> list[object]:
    desk = [factories.make_member(roles=(Role.DESK,)) for _ in range(2)]
    acts = [
        lambda by=by: transfers.confirm_transfer(reference=payment.reference, by=by, amount_seen=3300, now=NOW)
        for by in desk
    ]
    return at_once('INSERT INTO "members_period"', *acts)


def test_two_confirmations_are_one_period_and_one_mail(member, plan):
    payment = order(member, plan)
    first, second = confirmed_by_two(payment)
    assert first == second == Period.objects.get(member=member)
    assert AuditEntry.objects.filter(verb="confirm-transfer").count() == 1
    assert OutgoingMail.objects.filter(key__startswith="membership/confirmed/").count() == 1


def test_control_without_the_member_lock_one_of_two_confirmations_is_an_error(member, plan, monkeypatch):
    """Without `select_for_update` in `locks.lock_account` only the constraint was left, as a 500."""
    payment = order(member, plan)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    assert IntegrityError in confirmed_by_two(payment)
    assert Period.objects.filter(member=member).count() == 1


def test_two_clicks_are_one_order(member, plan):
    orders = at_once('INSERT INTO "members_due"', *[lambda: order(member, plan)] * 2)
    assert orders[0] == orders[1] == Due.objects.get()
    assert OutgoingMail.objects.count() == 1


def test_a_grant_and_a_payment_follow_each_other(member, plan):
    payment, desk = order(member, plan), factories.make_member(roles=(Role.DESK,))
    at_once(
        'INSERT INTO "members_period"',
        lambda: transfers.confirm_transfer(reference=payment.reference, by=desk, amount_seen=3300, now=NOW),
        lambda: grants.grant_period(member=member, months=2, by=desk, now=NOW),
    )
    assert member.periods.count() == 2
    assert periods_do_not_overlap(NOW) == []


def test_two_sweeps_send_one_renewal(member, plan):
    today = timezone.localdate(NOW)
    factories.make_paid_period(member, plan=plan, starts_on=today, ends_on=today + timedelta(days=10), now=NOW)
    sent = at_once('INSERT INTO "members_due"', *[lambda: renewals.send_renewals(now=NOW)] * 2)
    assert sorted(sent) == [0, 1]
    assert OutgoingMail.objects.count() == 1
