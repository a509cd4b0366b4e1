"""Two sweeps reach for the last place in a member's week."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.db.models import QuerySet

from events.registration.choices import FOLLOW_UP_MAIL
from members.mail import outbox
from members.models import OutgoingMail, User
from tests import factories
from tests.races.together import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = NOON = datetime(2026, 11, 21, 3, tzinfo=UTC)
INSERT = 'INSERT INTO "members_outgoingmail"'


def enqueue(member: User, key: str) -> bool:
    with transaction.atomic():
        return outbox.enqueue(
            key, kind=FOLLOW_UP_MAIL, to=member, template="letter/arrived", context={}, now=NOON, quiet=True
        )


@pytest.fixture
def busy() -> User:
    """Somebody who has had two mails this week."""
    member = factories.make_member()
    enqueue(member, "first")
    enqueue(member, "second")
    return member


def both(member: User) -> list[object]:
    return at_once(INSERT, lambda: enqueue(member, "third"), lambda: enqueue(member, "fourth"))


def test_only_one_of_two_takes_the_last_place(busy):
    assert sorted(both(busy)) == [False, True]
    assert OutgoingMail.objects.count() == 3


def test_control_without_the_lock_both_take_it(busy, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    assert both(busy) == [True, True]
    assert OutgoingMail.objects.count() == 4
