"""Two of the desk at one line of the bank's list, and two who send one list: at the same moment."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from members.accounts.choices import Role
from members.banking import flows, queries
from members.banking.rules.matching import NoBankAct
from members.banking.rules.reading import read_bank_list
from members.membership.choices import UndoCause
from members.models import BankLine, Due, OutgoingMail, PaymentIn, Period, User
from tests import factories
from tests.members.banking import lists
from tests.races.together import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = timezone.now()
PAYS = 'INSERT INTO "members_booking"'


def desk() -> User:
    return factories.make_member(roles=(Role.DESK,))


def take_in(by: User):
    day = timezone.localdate(NOW).isoformat()
    content = lists.table([(day, "振込 K4M7QRX ヤマダ", 3300, "")])
    statement = read_bank_list(content, queries.around(timezone.localdate(NOW)))
    return flows.take_in(statement, file_name="list.csv", by=by, now=NOW)


def one_line() -> BankLine:
    take_in(desk())
    return BankLine.objects.get()


def accepting(line: BankLine, due: Due):
    by = desk()
    return lambda: flows.accept_line(line_id=line.pk, reference=due.reference, by=by, now=NOW)


def due_of(name: str, reference: str) -> Due:
    return factories.make_due(factories.make_account(name), reference=reference, now=NOW)


def test_two_who_accept_one_line_for_one_due_book_it_once():
    line, due = one_line(), due_of("はな", "K4M7QRX")
    first, second = at_once(PAYS, accepting(line, due), accepting(line, due))
    assert first == second == line
    assert PaymentIn.objects.count() == Period.objects.filter(member=due.member).count() == 1
    assert OutgoingMail.objects.filter(key__startswith="membership/confirmed/").count() == 1


def test_two_who_accept_one_line_for_two_members_book_it_once():
    line, due, other = one_line(), due_of("はな", "K4M7QRX"), due_of("ゆう", "A7C9DEF")
    answers = at_once(PAYS, accepting(line, due), accepting(line, other))
    assert NoBankAct.OVER in answers
    assert PaymentIn.objects.count() == 1


def test_control_without_locks_one_of_the_two_is_an_error(monkeypatch):
    line, due, other = one_line(), due_of("はな", "K4M7QRX"), due_of("ゆう", "A7C9DEF")
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    answers = at_once(PAYS, accepting(line, due), accepting(line, other))
    assert IntegrityError in answers
    assert PaymentIn.objects.count() == 1


def test_accepting_beside_booking_as_nobodys_books_the_money_once():
    line, due, by = one_line(), due_of("はな", "K4M7QRX"), desk()
    at_once(PAYS, accepting(line, due), lambda: flows.book_as_unknown(line_id=line.pk, by=by, now=NOW))
    assert PaymentIn.objects.count() == 1


def test_two_who_undo_one_line_reverse_it_once():
    line, due, staff = one_line(), due_of("はな", "K4M7QRX"), [desk(), desk()]
    accepting(line, due)()
    undoing = [
        lambda by=by: flows.undo_line(line_id=line.pk, cause=UndoCause.RETURNED, reason="組戻し", by=by, now=NOW)
        for by in staff
    ]
    assert at_once(PAYS, *undoing) == [line, line]
    assert OutgoingMail.objects.filter(key__startswith="membership/undone/").count() == 1


def test_two_who_send_one_list_give_its_lines_once():
    staff = [desk(), desk()]
    sent = at_once('INSERT INTO "members_bankline"', *[lambda by=by: take_in(by) for by in staff])
    assert sorted(one.lines_new for one in sent) == [0, 1]
    assert BankLine.objects.count() == 1
