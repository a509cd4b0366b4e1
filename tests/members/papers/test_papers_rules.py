"""Tax once for each rate, by examples made by hand; numbers; and the issuer's registration number."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from kouryu.env import invoice_issuer
from members.papers.rules import NoReceipt, RateSum, paper_number, sums_by_rate, why_not_reissue


@pytest.mark.parametrize(
    ("lines", "sums"),
    [
        ([], []),
        ([(10, 3300)], [RateSum(10, 3300, 300)]),
        ([(10, 1)], [RateSum(10, 1, 0)]),
        ([(10, 10)], [RateSum(10, 10, 0)]),
        ([(10, 11)], [RateSum(10, 11, 1)]),
        ([(10, 3299)], [RateSum(10, 3299, 299)]),  # 299.909: the fraction is dropped
        ([(10, 3301)], [RateSum(10, 3301, 300)]),  # 300.09
        ([(8, 1080)], [RateSum(8, 1080, 80)]),
        ([(8, 13)], [RateSum(8, 13, 0)]),  # 0.96
        ([(8, 14)], [RateSum(8, 14, 1)]),  # 1.03
        # Once for the rate: by lines it would be 90 + 90 + 90 = 270 of 2,997.
        ([(10, 999), (10, 999), (10, 999)], [RateSum(10, 2997, 272)]),
        ([(10, 6), (10, 6)], [RateSum(10, 12, 1)]),  # by lines it would be none
        ([(8, 1000), (10, 1000)], [RateSum(10, 1000, 90), RateSum(8, 1000, 74)]),
        ([(8, 7), (10, 6), (8, 7), (10, 6)], [RateSum(10, 12, 1), RateSum(8, 14, 1)]),
        ([(10, -999)], [RateSum(10, -999, -90)]),
        ([(0, 500), (10, 1100)], [RateSum(10, 1100, 100), RateSum(0, 500, 0)]),
    ],
)
def test_tax_is_rounded_once_for_each_rate(lines, sums):
    assert sums_by_rate(lines) == sums


def test_numbers_are_read_in_their_order():
    assert [paper_number(2026, 7), paper_number(2027, 1234567)] == ["2026-000007", "2027-1234567"]


@pytest.mark.parametrize(
    ("has_returns", "reissues", "reason"),
    [
        (False, 0, None),
        (False, 4, None),
        (False, 5, NoReceipt.OFTEN_REISSUED),
        (True, 0, NoReceipt.RETURNED),
    ],
)
def test_a_receipt_is_issued_anew_a_few_times_and_not_after_a_return(has_returns, reissues, reason):
    assert why_not_reissue(has_returns=has_returns, reissues=reissues) == reason


@pytest.mark.parametrize("number", ["", "T7000012050002", "T8700110005901"])
def test_a_registration_number_is_taken_with_its_check_digit(number):
    assert invoice_issuer(number) == number


@pytest.mark.parametrize(
    "number",
    [
        *("T1000012050002", "T7000012050003", "T7000012050020"),  # another check digit, a wrong and two turned digits
        *("7000012050002", "T700001205000", "T70000120500022", "t7000012050002", "Ｔ７０００012050002", "T", "T-"),
    ],
)
def test_any_other_number_stops_the_start(number):
    with pytest.raises(ImproperlyConfigured):
        invoice_issuer(number)
