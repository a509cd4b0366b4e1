"""Closing months: what days earned to the yen, frozen figures, and later bookings in the open month."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import pytest
from django.db.models import Sum
from django.urls import reverse

from kouryu.clock import TOKYO
from kouryu.refusal import Refused
from members.accounts.choices import Role
from members.closing import queries
from members.closing.flows import close_month
from members.closing.rules import BookFigures, NoClose, earned_by, why_not_close
from members.invariants import closing as invariants
from members.invariants import membership as book_invariants
from members.membership.choices import BookAccount
from members.membership.flows.book import reverse as reverse_booking
from members.membership.rules import Days
from members.models import BookLine, MonthClose
from tests import factories

PAID_AT = datetime(2026, 1, 16, 12, 0, tzinfo=TOKYO)
NOW = datetime(2027, 3, 2, 12, 0, tzinfo=TOKYO)
JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
PARTED = [Days(date(2026, 1, 1), date(2026, 1, 2)), Days(date(2026, 3, 1), date(2026, 3, 3))]
A_MONTH = [Days(date(2026, 1, 16), date(2026, 2, 16))]  # 31 days, 16 of them in January


@pytest.mark.parametrize(
    ("paid", "days", "day", "earned"),
    [
        (3300, A_MONTH, date(2026, 1, 15), 0),
        (3300, A_MONTH, date(2026, 1, 16), 106),  # 106.45
        (3300, A_MONTH, date(2026, 1, 31), 1703),  # 1703.2
        (3300, A_MONTH, date(2026, 2, 14), 3193),
        (3300, A_MONTH, date(2026, 2, 15), 3300),  # the last day takes what rounding left
        (3300, A_MONTH, date(2030, 1, 1), 3300),
        (3300, [], date(2030, 1, 1), 0),
        (
            100,
            [Days(date(2026, 1, 1), date(2026, 1, 2)), Days(date(2026, 3, 1), date(2026, 3, 3))],
            date(2026, 2, 1),
            33,
        ),
        (36500, [Days(date(2027, 3, 1), date(2028, 3, 1))], date(2028, 2, 29), 36500),  # with a leap day
    ],
)
def test_each_day_earns_its_part(paid, days, day, earned):
    assert earned_by(paid, days, day) == earned


@pytest.mark.parametrize(
    ("month", "today", "next_open", "reason"),
    [
        (JANUARY, date(2026, 1, 31), JANUARY, NoClose.NOT_OVER),
        (JANUARY, date(2026, 2, 1), JANUARY, None),
        (FEBRUARY, date(2026, 3, 1), JANUARY, NoClose.EARLIER_OPEN),
        (JANUARY, date(2026, 3, 1), FEBRUARY, NoClose.EARLIER_OPEN),
        (JANUARY, date(2026, 3, 1), None, NoClose.EARLIER_OPEN),
    ],
)
def test_months_are_closed_in_their_order_when_they_are_over(month, today, next_open, reason):
    assert why_not_close(month, today=today, next_open=next_open) == reason


@pytest.fixture
def owner(db):
    return factories.make_member("おーなー", roles=(Role.OWNER,))


@pytest.fixture
def period(db):
    return factories.make_paid_period(factories.make_member("はる"), starts_on=date(2026, 1, 16), now=PAID_AT)


def breaches() -> list[str]:
    checks = [*invariants.CHECKS, book_invariants.bookings_come_to_zero, book_invariants.nobody_owes_us_credit]
    return [line for check in checks for line in check(NOW)]


def balance(account: BookAccount) -> int:
    return -BookLine.objects.filter(account=account).aggregate(sum=Sum("amount_yen", default=0))["sum"]


def test_a_close_books_what_was_earned_and_keeps_the_rest(period, owner):
    close = close_month(month=JANUARY, by=owner, now=NOW)
    assert close.rows == [["monthly", 10, "transfer", 0, 3300, 0, 1703]]
    assert (balance(BookAccount.INCOME), balance(BookAccount.DEFERRED)) == (1703, 1597)
    close_month(month=FEBRUARY, by=owner, now=NOW)
    assert (balance(BookAccount.INCOME), balance(BookAccount.DEFERRED)) == (3300, 0)
    assert breaches() == []


def test_a_preview_says_what_the_close_then_says(period, owner):
    preview = queries.figures_of(JANUARY, still_to_earn=queries.to_earn(JANUARY))
    assert preview == queries.frozen(close_month(month=JANUARY, by=owner, now=NOW))


def test_a_second_click_books_nothing(period, owner):
    assert close_month(month=JANUARY, by=owner, now=NOW) == close_month(month=JANUARY, by=owner, now=NOW)
    assert balance(BookAccount.INCOME) == 1703


def test_what_is_reversed_later_counts_in_the_open_month(period, owner):
    close_month(month=JANUARY, by=owner, now=NOW)
    reversal = reverse_booking(period.allocation.booking, by=owner, reason="振り込みが戻った", now=PAID_AT)
    period.delete()
    assert reversal.booked_on == FEBRUARY
    february = close_month(month=FEBRUARY, by=owner, now=NOW)
    assert queries.frozen(february).total == BookFigures(opening=1597, paid=0, back=3300, earned=-1703)
    assert (balance(BookAccount.INCOME), balance(BookAccount.DEFERRED)) == (0, 0)
    assert breaches() == []


def test_a_booking_in_a_closed_month_is_found(period, owner):
    close_month(month=JANUARY, by=owner, now=NOW)
    factories.make_paid_period(factories.make_member(), plan=period.plan, starts_on=date(2026, 1, 20), now=PAID_AT)
    assert invariants.closes_equal_the_book(NOW) == ["the close of 2026-01 is not what the book says"]


def test_a_month_left_out_is_refused(period, owner):
    with pytest.raises(Refused) as refused:
        close_month(month=FEBRUARY, by=owner, now=NOW)
    assert refused.value.reason == NoClose.EARLIER_OPEN
    assert not MonthClose.objects.exists()


# --- pages


def test_the_owner_previews_closes_and_takes_the_table(period, owner, signed_in):
    client = signed_in(owner)
    page = reverse("members:desk_month", args=[2026, 1])
    assert "1,703" in client.get(page).text
    answer = client.post(page, follow=True)
    assert answer.status_code == 200
    assert MonthClose.objects.get().closed_by == owner
    answer = client.get(reverse("members:desk_month_file", args=[2026, 1]))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[-1][-3:] == ["1703", "154", "1597"]
    assert sum(int(row[6]) for row in rows[1:-2]) == int(rows[-1][6])


@pytest.mark.parametrize(("year", "number"), [(2026, 13), (2026, 0), (0, 1), (99999, 1)])
def test_a_month_that_cannot_be_is_not_found(owner, signed_in, year, number):
    assert signed_in(owner).get(reverse("members:desk_month", args=[year, number])).status_code == 404
