"""The next reference goes out by itself; the membership never renews by itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from kouryu.clock import TOKYO
from members.membership.choices import DueState, PeriodSource
from members.membership.flows import ordering, renewals, stopping, transfers
from members.models import AuditEntry, Due, OutgoingMail, Period
from tests import factories

NOW = NOON = datetime(2026, 11, 21, 12, 0, tzinfo=TOKYO)
TODAY = NOON.date()


@pytest.fixture
def plan(db):
    return factories.make_plan()


@pytest.fixture
def member(db):
    return factories.make_account("はる")


def paid_period(member, plan, ends_on: date, source=PeriodSource.PAID) -> Period:
    days = {"starts_on": ends_on - timedelta(days=30), "ends_on": ends_on}
    if source == PeriodSource.PAID:
        return factories.make_paid_period(member, plan=plan, now=NOON - timedelta(days=30), **days)
    return Period.objects.create(member=member, source=source, **days)


def renewal() -> Due:
    return Due.objects.get(renews__isnull=False)


def kinds() -> set[tuple[str, str]]:
    return {(mail.key.split("/")[1], mail.address) for mail in OutgoingMail.objects.all()}


def test_two_weeks_before_the_end_the_next_reference_goes_out_once(member, plan):
    period = paid_period(member, plan, TODAY + timedelta(days=14))
    assert renewals.send_renewals(now=NOON) == 1
    assert renewals.send_renewals(now=NOON + timedelta(minutes=10)) == 0
    payment = renewal()
    assert (payment.renews, payment.amount_yen, payment.state, payment.due_on) == (
        period,
        3300,
        DueState.OPEN,
        TODAY + timedelta(days=13),
    )
    mail = OutgoingMail.objects.get()
    assert mail.key == f"membership/renewal/{period.pk}"
    assert payment.reference in mail.text
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", "by")) == [("send-renewal", None)]


def test_a_notice_due_at_night_arrives_in_the_morning(member, plan):
    paid_period(member, plan, TODAY + timedelta(days=14))
    night = datetime(2026, 11, 21, 23, 30, tzinfo=TOKYO)
    renewals.send_renewals(now=night)
    assert OutgoingMail.objects.get().send_after == datetime(2026, 11, 22, 7, 0, tzinfo=TOKYO)


def test_no_notice_without_a_cause(plan):
    sooner = TODAY + timedelta(days=15)
    paid_period(factories.make_account("早い"), plan, sooner)
    paid_period(factories.make_account("付与"), None, TODAY + timedelta(days=5), PeriodSource.GRANTED)
    stopped = factories.make_account("やめた")
    paid_period(stopped, plan, TODAY + timedelta(days=5))
    stopping.stop_membership(member=stopped, now=NOON)
    ahead = factories.make_account("先まで")
    factories.make_period(ahead, starts_on=TODAY + timedelta(days=5))
    paid_period(ahead, plan, TODAY + timedelta(days=5))
    orders = factories.make_account("申込中")
    paid_period(orders, plan, TODAY + timedelta(days=5))
    ordering.order_by_transfer(member=orders, plan_key=plan.key, screen_version="1", screen_text="", now=NOON)
    OutgoingMail.objects.all().delete()
    assert renewals.send_renewals(now=NOON) == 0
    assert kinds() == set()


def test_a_paid_renewal_follows_without_a_gap(member, plan, fumi):
    period = paid_period(member, plan, TODAY + timedelta(days=14))
    renewals.send_renewals(now=NOON)
    following = transfers.confirm_transfer(
        reference=renewal().reference,
        by=fumi,
        amount_seen=3300,
        now=NOON + timedelta(days=2),
    )
    assert following.starts_on == period.ends_on
    assert renewals.send_renewals(now=NOON + timedelta(days=15)) == 0


def test_nothing_renews_by_itself(member, plan):
    period = paid_period(member, plan, TODAY + timedelta(days=14))
    for days in range(40):
        renewals.send_renewals(now=NOON + timedelta(days=days))
    assert list(member.periods.all()) == [period]
    assert kinds() == {("renewal", member.email), ("ended", member.email)}
    assert OutgoingMail.objects.count() == 2


def test_after_the_end_one_mail_says_so(member, plan):
    paid_period(member, plan, TODAY)
    assert renewals.send_renewals(now=NOON) == 1
    assert renewals.send_renewals(now=NOON + timedelta(days=1)) == 0
    assert "11月20日" in OutgoingMail.objects.get().text
    assert "11月28日" in OutgoingMail.objects.get().text  # the last day of grace


def test_an_end_long_ago_is_not_told_any_more(member, plan):
    paid_period(member, plan, TODAY - timedelta(days=3))
    assert renewals.send_renewals(now=NOON) == 0


def test_a_renewal_paid_late_starts_on_the_day_it_arrives(member, plan, fumi):
    paid_period(member, plan, TODAY + timedelta(days=14))
    renewals.send_renewals(now=NOON)
    late = NOON + timedelta(days=18)
    period = transfers.confirm_transfer(reference=renewal().reference, by=fumi, amount_seen=3300, now=late)
    assert period.starts_on == late.date()


def test_the_sweep_asks_the_same_number_of_questions_for_none(plan, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        renewals.send_renewals(now=NOON)


def test_the_payment_page_of_a_renewal_says_when_it_starts_and_that_nothing_must_be_done(member, plan, signed_in):
    paid_period(member, plan, TODAY + timedelta(days=14))
    renewals.send_renewals(now=NOON)
    page = signed_in(member).get(reverse("members:payment", args=[renewal().reference])).content.decode()
    assert "2026年12月5日（土）から" in page
    assert "自動では更新されません" in page
