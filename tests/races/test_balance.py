"""Two clicks on the one mail to missing industries, at the same moment, on real row locks."""

from __future__ import annotations

import pytest
from django.utils import timezone

from events.event.rules.figures import NoBalance
from events.hosting.flows import balance
from events.models import Event
from members.accounts.choices import Role
from members.models import AuditEntry, OutgoingMail
from tests.factories import make_event, make_member
from tests.races.together import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

MARK = 'UPDATE "events_event"'


@pytest.fixture
def event() -> Event:
    for _ in range(3):
        make_member(industry="M")
    return make_event(make_member("れん", industry="G", roles=(Role.HOST,)))


def _two_clicks(event: Event) -> list[object]:
    now = timezone.now()

    def click() -> object:
        return balance.invite_missing_industries(event_id=event.pk, by=event.host, now=now)

    return at_once(MARK, click, click)


def test_two_clicks_at_once_ask_once(event):
    assert set(_two_clicks(event)) == {None, NoBalance.DONE}
    assert OutgoingMail.objects.count() == 3
    assert AuditEntry.objects.filter(verb="event.invite-missing-industries").count() == 1


def test_control_without_the_lock_both_clicks_ask(event, monkeypatch):
    monkeypatch.setattr(balance, "lock_event", lambda pk: Event.objects.get(pk=pk))
    assert _two_clicks(event) == [None, None]
    assert AuditEntry.objects.filter(verb="event.invite-missing-industries").count() == 2
    assert OutgoingMail.objects.count() == 3  # their keys still keep the mails apart
