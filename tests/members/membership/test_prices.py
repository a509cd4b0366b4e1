"""Plans and what they cost: a history that the owner writes, and members who keep their price until they are told."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from kouryu.clock import TOKYO
from kouryu.refusal import Refused
from members.membership import queries
from members.membership.flows import plans, renewals, stopping
from members.membership.limits import PRICES
from members.membership.rules import NoPrice, holds_from, why_no_price
from members.models import AuditEntry, Due, OutgoingMail, PlanAgreement, PlanPrice, PricePlan
from tests import factories

NOW = datetime(2026, 12, 1, 12, tzinfo=TOKYO)
TODAY = NOW.date()
A_DAY = timedelta(days=1)
IN_TIME = TODAY + PRICES.told_before


@pytest.fixture
def plan(db):
    return factories.make_plan()


@pytest.fixture
def member(plan):
    """Has paid until the tenth of January."""
    payer = factories.make_account("はる")
    factories.make_paid_period(payer, starts_on=date(2026, 12, 10), plan=plan, now=NOW - 20 * A_DAY)
    return payer


def change(plan, by, *, price_yen=3600, from_on=TODAY, tax_percent=10, seen=1, now=NOW) -> PlanPrice:
    return plans.set_price(
        plan_key=plan.key, price_yen=price_yen, tax_percent=tax_percent, from_on=from_on, seen=seen, by=by, now=now
    )


def agreed(member) -> list[tuple[int, date]]:
    return list(member.agreements.order_by("from_on", "pk").values_list("price_yen", "from_on"))


# --- rules


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, None),
        ({"same": True}, NoPrice.SAME),
        ({"from_on": TODAY - A_DAY}, NoPrice.PAST),
        ({"from_on": TODAY + PRICES.farthest_ahead}, None),
        ({"from_on": TODAY + PRICES.farthest_ahead + A_DAY}, NoPrice.FAR_AHEAD),
        ({"last_from": TODAY}, NoPrice.BEFORE_LAST),
        ({"last_from": TODAY - A_DAY}, None),
    ],
)
def test_a_price_is_refused_for_a_reason(facts, expected):
    usual = {"same": False, "from_on": TODAY, "last_from": date(2020, 1, 1), "today": TODAY}
    assert why_no_price(**{**usual, **facts}) == expected


@pytest.mark.parametrize(
    ("from_on", "is_dearer", "expected"),
    [
        (TODAY, True, IN_TIME),
        (IN_TIME, True, IN_TIME),
        (IN_TIME + A_DAY, True, IN_TIME + A_DAY),
        (TODAY, False, TODAY),
        (TODAY - 5 * A_DAY, False, TODAY),
        (date(2027, 2, 28), True, date(2027, 2, 28)),
    ],
)
def test_nobody_pays_more_without_thirty_days(from_on, is_dearer, expected):
    assert holds_from(from_on, today=TODAY, is_dearer=is_dearer) == expected


# --- the history


def test_a_plan_costs_what_its_latest_price_says_on_that_day(plan, sora):
    change(plan, sora, from_on=TODAY + 10 * A_DAY)
    on = {day: PricePlan.objects.priced(day).get().price_yen for day in (TODAY + 9 * A_DAY, TODAY + 10 * A_DAY)}
    assert list(on.values()) == [3300, 3600]
    assert PlanPrice.objects.count() == 2
    assert AuditEntry.objects.get().why == "3600/10/2026-12-11"


def test_of_two_tabs_the_later_is_refused(plan, sora):
    change(plan, sora)
    with pytest.raises(Refused) as refused:
        change(plan, sora, price_yen=3900, from_on=TODAY + A_DAY)
    assert refused.value.reason == NoPrice.CHANGED_MEANWHILE
    assert PlanPrice.objects.count() == 2


# --- whom it touches


def test_who_renews_before_being_told_in_time_pays_the_agreed_price(plan, member, sora):
    change(plan, sora)
    assert plans.tell_prices(now=NOW) == 1
    assert agreed(member) == [(3300, date(2026, 11, 11)), (3600, IN_TIME)]
    renewals.send_renewals(now=NOW + 26 * A_DAY)  # for the period from the tenth of January
    assert Due.objects.get(renews__isnull=False).amount_yen == 3600


def test_a_renewal_that_begins_before_the_thirty_days_are_over_costs_what_was_agreed(plan, sora):
    soon = factories.make_account()
    factories.make_paid_period(soon, starts_on=date(2026, 11, 15), plan=plan, now=NOW - 20 * A_DAY)
    change(plan, sora)
    plans.tell_prices(now=NOW)
    renewals.send_renewals(now=NOW)  # for the period from the fifteenth of December
    assert Due.objects.get(renews__isnull=False).amount_yen == 3300


def test_a_member_is_told_once_thirty_days_before(plan, member, sora):
    change(plan, sora, from_on=IN_TIME + A_DAY)
    assert [plans.tell_prices(now=NOW + number * A_DAY) for number in range(3)] == [0, 1, 0]
    mail = OutgoingMail.objects.get(to=member)
    assert mail.key.startswith("membership/price/")
    assert [
        part for part in ("3,300円", "3,600円", "2027年1月9日", "いまやめることもできます") if part not in mail.text
    ] == []


def test_a_lower_price_holds_at_once(plan, member, sora):
    change(plan, sora, price_yen=3000)
    plans.tell_prices(now=NOW)
    assert agreed(member)[-1] == (3000, TODAY)


@pytest.mark.parametrize("regretted", [3300, 3500])
def test_a_rise_that_is_regretted_before_it_holds_reaches_nobody(plan, member, sora, regretted):
    change(plan, sora, price_yen=3600)
    assert plans.tell_prices(now=NOW) == 1
    change(plan, sora, price_yen=regretted, from_on=TODAY + A_DAY, seen=2, now=NOW + A_DAY)
    assert plans.tell_prices(now=NOW + A_DAY) == 1
    assert plans.tell_prices(now=NOW + A_DAY) == 0
    assert queries.agreement_for(member.periods.get()).price_yen == regretted
    assert agreed(member)[-1] == (regretted, IN_TIME)


def test_who_stopped_or_has_no_days_left_is_not_told(plan, member, sora):
    stopping.stop_membership(member=member, now=NOW)
    gone = factories.make_account()
    factories.make_paid_period(gone, starts_on=date(2026, 10, 1), plan=plan, now=NOW - 60 * A_DAY)
    change(plan, sora)
    assert plans.tell_prices(now=NOW) == 0
    stopping.resume_membership(member=member, now=NOW)
    assert plans.tell_prices(now=NOW) == 1


def test_another_plan_is_not_touched(plan, member, sora):
    yearly = factories.make_plan("yearly", price_yen=33000, months=12)
    change(yearly, sora, price_yen=36000)
    assert plans.tell_prices(now=NOW) == 0


def test_the_member_reads_on_the_page_what_was_told(plan, member, sora, signed_in):
    now = timezone.now()
    today = timezone.localdate(now)
    member.periods.update(ends_on=today + 50 * A_DAY, starts_on=today)
    change(plan, sora, from_on=today, now=now)
    plans.tell_prices(now=now)
    page = signed_in(member).get(reverse("members:plans")).content.decode()
    assert "3,600円になります" in page


# --- the owner's pages

TYPED = {"price_yen": "３，６００円", "tax_percent": "10", "seen": "1"}


@pytest.fixture
def page(plan):
    return reverse("members:desk_price", args=[plan.key])


def test_a_price_is_shown_with_whom_it_touches_before_it_is_set(plan, member, sora, signed_in, page):
    typed = {**TYPED, "from_on": f"{timezone.localdate():%Y-%m-%d}"}
    browser = signed_in(sora)
    shown = browser.post(page, typed)
    assert shown.context["preview"].touched == queries.holders_of(plan.pk, timezone.localdate()).count() == 1
    assert PlanPrice.objects.count() == 1
    answer = browser.post(page, {**typed, "set": shown.context["preview"].fingerprint})
    assert (answer.status_code, PlanPrice.objects.get(price_yen=3600).set_by) == (302, sora)


def test_what_was_not_shown_is_not_set(plan, sora, signed_in, page):
    typed = {**TYPED, "from_on": f"{timezone.localdate():%Y-%m-%d}", "set": "3500/x"}
    assert signed_in(sora).post(page, typed).context["preview"].price_yen == 3600
    assert PlanPrice.objects.count() == 1


@pytest.mark.parametrize("price_yen", ["0", "-1", "1000000000", "三千三百円", "3.5", "", "１０００００００００"])
def test_a_price_that_cannot_be_is_named_at_its_field(plan, sora, signed_in, page, price_yen):
    typed = {**TYPED, "price_yen": price_yen, "from_on": f"{timezone.localdate():%Y-%m-%d}"}
    answer = signed_in(sora).post(page, typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["price_yen"])


@pytest.mark.parametrize("day", ["2026-02-30", "2027-02-29", "", "0001-01-01", "明日"])
def test_a_day_that_is_not_in_the_calendar_is_named(plan, sora, signed_in, page, day):
    answer = signed_in(sora).post(page, {**TYPED, "from_on": day})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["from_on"])


def test_a_plan_is_added_and_withdrawn(plan, sora, yu, signed_in):
    browser = signed_in(sora)
    typed = {"key": "quarter", "name_ja": "3か月", "name_en": "Quarter", "months": 3, "price_yen": "9,500"}
    assert browser.post(reverse("members:desk_plans"), typed).status_code == 302
    assert browser.post(reverse("members:desk_plans"), typed).status_code == 422
    assert signed_in(yu).get(reverse("members:order", args=["quarter"])).status_code == 200
    browser.post(reverse("members:desk_offer_plan", args=["quarter"]), {"offered": "no"})
    assert signed_in(yu).get(reverse("members:order", args=["quarter"])).status_code == 404
    assert (PlanAgreement.objects.count(), PricePlan.objects.get(key="quarter").is_offered) == (0, False)
