"""The book: what is written comes to zero, happens once, and is never changed."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from kouryu.clock import TOKYO
from members.membership import queries
from members.membership.choices import BookAccount, BookingKind, PaymentWay
from members.membership.flows import book, paying
from members.membership.flows.book import Posting
from members.membership.triggers import WRITTEN_ONCE
from members.models import Allocation, Booking, BookLine, PaymentIn
from members.papers.flows import issue_receipt
from tests import factories

NOW = datetime(2026, 12, 1, 9, tzinfo=TOKYO)
pytestmark = pytest.mark.django_db


def receive(member, yen: int = 3300, key: str = "test/1") -> PaymentIn:
    return paying.receive(
        key=key,
        way=PaymentWay.TRANSFER,
        amount_yen=yen,
        received_on=date(2026, 11, 30),
        member=member,
        by=None,
        now=NOW,
    )


def balance(account: BookAccount) -> int:
    return BookLine.objects.filter(account=account).aggregate(sum=Sum("amount_yen", default=0))["sum"]


@pytest.mark.parametrize("amounts", [[], [0, 0], [3300], [3300, -3299]])
def test_lines_that_do_not_come_to_zero_are_not_written(amounts):
    with pytest.raises(ValueError, match="come to zero"):
        book.book(BookingKind.FORGIVEN, "test/1", [Posting(BookAccount.BANK, yen) for yen in amounts], now=NOW)
    assert not Booking.objects.exists()


def test_what_came_in_is_the_members_credit_of_its_day(yu):
    payment = receive(yu)
    assert (balance(BookAccount.BANK), balance(BookAccount.CREDIT)) == (3300, -3300)
    assert (payment.booking.booked_on, payment.booking.at) == (date(2026, 11, 30), NOW)


def test_a_key_is_booked_once(yu):
    receive(yu)
    with pytest.raises(IntegrityError), transaction.atomic():
        receive(yu)
    assert balance(BookAccount.BANK) == 3300


def test_what_is_reversed_no_longer_stands_and_comes_to_nothing(yu, fumi):
    payment = receive(yu)
    undone = book.reverse(payment.booking, by=fumi, reason="ほかの方の入金でした", now=NOW)
    assert not PaymentIn.objects.standing().exists()
    assert {account: balance(account) for account in BookAccount if balance(account)} == {}
    assert (undone.reverses, undone.by) == (payment.booking, fumi)
    with pytest.raises(IntegrityError), transaction.atomic():
        book.reverse(payment.booking, by=fumi, reason="もう一度", now=NOW)


def test_a_due_is_paid_in_parts_and_gives_its_days_with_the_last(yu):
    due = factories.make_due(yu, now=NOW)
    assert paying.pay_due(due, receive(yu, 3299), by=None, now=NOW) is None
    assert queries.missing_yen(due) == 1
    over = receive(yu, 10, key="test/2")
    period = paying.pay_due(due, over, by=None, now=NOW)
    assert (period.starts_on, period.ends_on) == (date(2026, 12, 1), date(2027, 1, 1))
    assert period.allocation == Allocation.objects.get(payment=over)
    assert (queries.unspent_yen(over), balance(BookAccount.CREDIT), balance(BookAccount.DEFERRED)) == (9, -9, -3300)


@pytest.mark.each_database
@pytest.mark.parametrize(("table", "column"), [(table, name) for table in WRITTEN_ONCE for name in WRITTEN_ONCE[table]])
def test_the_database_refuses_to_change_what_was_booked(yu, table, column):
    factories.make_paid_period(yu, starts_on=date(2026, 12, 1), now=NOW)
    issue_receipt(payment_pk=PaymentIn.objects.get().pk, member=yu, addressee="ゆう", now=NOW)
    with pytest.raises(IntegrityError, match="written once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = {column}")  # noqa: S608 - of constants


@pytest.mark.postgresql
def test_postgresql_asks_for_the_zero_before_it_commits(yu):
    payment = receive(yu)
    BookLine.objects.create(booking=payment.booking, account=BookAccount.FEES, amount_yen=1)
    with pytest.raises(IntegrityError, match="does not come to zero"):
        connection.check_constraints()
