"""One payment of a card, told by many notices at once: booked once, and one set of days."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from demo.fake_stripe import ACCOUNT
from kouryu.env import Stripe
from members.cards import flows, gateway
from members.models import CardCustomer, PaymentIn, Period
from tests import factories
from tests.races.together import at_once
from tests.rig.stripe import KEY, SECRET, SUCCEEDS, fake_stripe, typed

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def invoice(tmp_path, settings):
    """Paid at Stripe, and not booked yet."""
    factories.make_plan()
    member = factories.make_account()
    now = timezone.now()
    with fake_stripe(tmp_path) as server:
        settings.STRIPE = Stripe(KEY, (SECRET,), ACCOUNT, server.url)
        due = flows.order_by_card(member=member, plan_key="monthly", screen_version="1", screen_text="", now=now)
        url = flows.begin_checkout(member=member, reference=due.reference, back_url="http://127.0.0.1:1/", now=now)
        assert typed(url, number=SUCCEEDS).status == 303
        assert CardCustomer.objects.count() == 1
        yield gateway.invoice(server.store.all("invoice")[0]["id"])


BOOKS = 'INSERT INTO "members_booking"'


def test_control_without_the_member_lock_the_constraint_alone_is_left(invoice, monkeypatch):
    """All but one then end as a fault, and their notices wait to be tried again."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    outcomes = at_once(BOOKS, *[lambda: flows.take_invoice(invoice, now=timezone.now())] * 2)
    assert IntegrityError in outcomes
    assert PaymentIn.objects.count() == 1


def test_eight_notices_at_once_book_one_payment(invoice):
    at_once(BOOKS, *[lambda: flows.take_invoice(invoice, now=timezone.now())] * 8)
    assert (PaymentIn.objects.count(), Period.objects.count()) == (1, 1)
