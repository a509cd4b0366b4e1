"""Which days a payment buys, who may order, when a renewal is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle

import pytest

from members.membership.rules import (
    REFERENCE_ALPHABET,
    Days,
    NoOrder,
    NoRenewal,
    OrderFacts,
    RenewalFacts,
    add_months,
    days_bought,
    fresh_reference,
    latest_end,
    normalised_reference,
    why_not_order,
    why_not_renew,
)

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        pytest.param(date(2026, 11, 21), 1, date(2026, 12, 21), id="corresponding day"),
        pytest.param(date(2026, 12, 21), 1, date(2027, 1, 21), id="over the year's end"),
        pytest.param(date(2026, 1, 31), 1, date(2026, 3, 1), id="no 31 February: all of February"),
        pytest.param(date(2028, 1, 31), 1, date(2028, 3, 1), id="leap year: 29 February is the last day"),
        pytest.param(date(2028, 1, 29), 1, date(2028, 2, 29), id="leap year: 29 February exists"),
        pytest.param(date(2026, 8, 31), 1, date(2026, 10, 1), id="30-day month"),
        pytest.param(date(2026, 8, 31), 6, date(2027, 3, 1), id="half a year into February"),
        pytest.param(date(2028, 2, 29), 12, date(2029, 3, 1), id="leap day, a year later"),
        pytest.param(date(2026, 12, 31), 12, date(2027, 12, 31), id="a year to the day"),
        pytest.param(date(2026, 11, 30), 1, date(2026, 12, 30), id="month end stays the day of the month"),
    ],
)
def test_months_follow_the_civil_code(day, months, end):
    assert add_months(day, months) == end


def test_every_month_long_period_has_28_to_31_days_and_leaves_no_gap():
    start = date(2027, 1, 1)
    for offset in range(800):
        days = days_bought(1, today=start + timedelta(days=offset), paid_until=None)
        assert 28 <= (days.ends_on - days.starts_on).days <= 31
        last_day = days.ends_on - timedelta(days=1)
        assert days_bought(1, today=last_day, paid_until=days.ends_on).starts_on == days.ends_on


@pytest.mark.parametrize(
    ("paid_until", "starts_on"),
    [
        pytest.param(None, TODAY, id="never paid"),
        pytest.param(TODAY + timedelta(days=9), TODAY + timedelta(days=9), id="still paid: after it"),
        pytest.param(TODAY, TODAY, id="ended this morning: without a gap"),
        pytest.param(TODAY - timedelta(days=3), TODAY, id="within the days of grace: today"),
        pytest.param(TODAY - timedelta(days=300), TODAY, id="long ago: today"),
    ],
)
def test_paid_days_start_today_or_after_what_is_paid(paid_until, starts_on):
    assert days_bought(1, today=TODAY, paid_until=paid_until).starts_on == starts_on


def test_latest_end_of_no_periods_is_none():
    assert latest_end([]) is None
    assert latest_end([Days(TODAY, date(2027, 1, 1)), Days(date(2025, 1, 1), TODAY)]) == date(2027, 1, 1)


ORDER = OrderFacts(plan_offered=True, open_order_of_other_plan=False, paid_until=None)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({}, None, id="nothing against it"),
        pytest.param({"plan_offered": False}, NoOrder.PLAN_GONE, id="plan offered no longer"),
        pytest.param({"open_order_of_other_plan": True}, NoOrder.OTHER_ORDER_OPEN, id="another order is open"),
        pytest.param({"paid_until": TODAY + timedelta(days=366)}, None, id="a year ahead is fine"),
        pytest.param({"paid_until": TODAY + timedelta(days=367)}, NoOrder.PAID_FAR_AHEAD, id="more than a year ahead"),
    ],
)
def test_ordering(changes, reason):
    assert why_not_order(replace(ORDER, **changes), TODAY) == reason


RENEWAL = RenewalFacts(
    ends_on=TODAY + timedelta(days=14),
    paid_for=True,
    plan_offered=True,
    stopped=False,
    has_later_period=False,
    already_noticed=False,
    has_open_order=False,
)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({}, None, id="fourteen days before the end"),
        pytest.param({"ends_on": TODAY + timedelta(days=15)}, NoRenewal.TOO_EARLY, id="fifteen days before"),
        pytest.param({"ends_on": TODAY + timedelta(days=1)}, None, id="on the last day"),
        pytest.param({"ends_on": TODAY}, NoRenewal.OVER, id="the day after"),
        pytest.param({"paid_for": False}, NoRenewal.NOT_PAID_FOR, id="granted days"),
        pytest.param({"plan_offered": False}, NoRenewal.PLAN_GONE, id="plan gone"),
        pytest.param({"stopped": True}, NoRenewal.STOPPED, id="stopped"),
        pytest.param({"has_later_period": True}, NoRenewal.LATER_PERIOD, id="paid ahead"),
        pytest.param({"already_noticed": True}, NoRenewal.ALREADY_NOTICED, id="told already"),
        pytest.param({"has_open_order": True}, NoRenewal.ORDER_OPEN, id="order open"),
    ],
)
def test_renewal_notice(changes, reason):
    assert why_not_renew(replace(RENEWAL, **changes), TODAY, 14) == reason


def test_a_reference_that_is_taken_is_not_given_twice():
    letters = cycle(REFERENCE_ALPHABET)
    first = fresh_reference(lambda _: False, lambda _: next(letters))
    letters = cycle(REFERENCE_ALPHABET)
    assert fresh_reference({first}.__contains__, lambda _: next(letters)) != first


def test_references_avoid_characters_that_look_alike():
    assert not set(REFERENCE_ALPHABET) & set("0O1IL5S8B2ZUV")


@pytest.mark.parametrize("typed", ["k4m7qrx", "Ｋ４Ｍ－７ＱＲＸ", " K4M 7QRX\n", "k4m-7qrx"])
def test_a_copied_reference_is_understood(typed):
    assert normalised_reference(typed) == "K4M7QRX"
