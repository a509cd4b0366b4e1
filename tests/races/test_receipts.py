"""Eight members ask for a receipt at the same moment, each on a connection of its own."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from members.invariants.papers import receipts_have_no_gaps
from members.models import Allocation, Receipt, ReceiptYear
from members.papers.flows import issue_receipt
from tests import factories
from tests.races.together import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = timezone.now()
MEMBERS = 8


@pytest.fixture
def paid() -> list[Allocation]:
    plan = factories.make_plan()
    return [factories.make_allocation(factories.make_account(), plan=plan, now=NOW) for _ in range(MEMBERS)]


def issued_at_once(paid: list[Allocation]) -> list[object]:
    acts = [
        lambda one=one: (
            issue_receipt(payment_pk=one.payment_id, member=one.payment.member, addressee="例 様", now=NOW).number
        )
        for one in paid
    ]
    return at_once(('UPDATE "members_receiptyear"', 'INSERT INTO "members_receipt"'), *acts)


def test_eight_at_once_get_the_numbers_one_to_eight(paid):
    assert sorted(issued_at_once(paid)) == list(range(1, MEMBERS + 1))
    assert ReceiptYear.objects.get().last_number == MEMBERS
    assert receipts_have_no_gaps(NOW) == []


def test_one_payment_asked_for_twice_has_one_receipt(paid):
    numbers = issued_at_once([paid[0], paid[0]])
    assert numbers == [1, 1]
    assert Receipt.objects.count() == 1


def test_control_without_the_lock_of_the_year_a_number_would_be_given_twice(paid, monkeypatch):
    """Without `select_for_update` in `flows._next_number` only the constraint is left, as an error for the member."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    assert IntegrityError in issued_at_once(paid)


def test_a_receipt_that_fails_leaves_no_gap(paid, monkeypatch):
    first, second, *_ = paid
    with monkeypatch.context() as broken:
        broken.setattr("members.papers.flows.settings.OPERATOR", {})
        with pytest.raises(KeyError):
            issue_receipt(payment_pk=first.payment_id, member=first.payment.member, addressee="例 様", now=NOW)
    issued = issue_receipt(payment_pk=second.payment_id, member=second.payment.member, addressee="例 様", now=NOW)
    assert issued.number == 1
