"""Two runners at one lottery, a late click, and two lotteries at one time: each draws once, nobody sits twice.

The control replaces `select_for_update` (`lock_members`, `lock_event`) by a plain read.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from events.models import Draw, Event
from events.registration.choices import RegistrationState
from events.registration.flows.lottery import hold_draw
from events.registration.flows.registration import register
from events.registration.rules.registration import NoRegistration
from members.models import AuditEntry, OutgoingMail
from tests import factories
from tests.races.together import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = timezone.now()
CLOSED = NOW + timedelta(days=3)


@pytest.fixture
def no_locks(monkeypatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)


def applied(number: int, capacity: int = 3) -> Event:
    event = factories.make_lottery(now=NOW, capacity=capacity)
    for _ in range(number):
        register(member=factories.make_member(), event_id=event.pk, now=NOW)
    return event


def drawn_twice(applicants: int = 6, capacity: int = 3) -> tuple[Event, list[object]]:
    event = applied(applicants, capacity)
    acts = [lambda: hold_draw(event.pk, now=CLOSED) for _ in range(2)]
    return event, at_once('UPDATE "events_draw"', *acts)


def test_two_runners_draw_once():
    event, answers = drawn_twice()
    assert [answer is None for answer in answers].count(True) == 1
    rows = event.registrations.order_by("queue_number").select_related("ticket")
    assert [row.ticket.code for row in rows] == Draw.objects.get().order
    assert [row.state for row in rows] == ["confirmed"] * 3 + ["waiting"] * 3
    mails = Counter(key.split("/")[1] for key in OutgoingMail.objects.values_list("key", flat=True))
    assert mails == {"applied": 6, "drawn-seat": 3, "drawn-line": 3}
    assert AuditEntry.objects.filter(verb="lottery.draw").count() == 1


@pytest.mark.usefixtures("no_locks")
def test_control_without_the_lock_both_draw():
    """Both saw an undrawn lottery: everybody was seated twice over, and told so twice."""
    _, answers = drawn_twice(applicants=3, capacity=6)
    assert None not in answers
    assert AuditEntry.objects.filter(verb="lottery.draw").count() == 2
    assert OutgoingMail.objects.filter(key__contains="/drawn-seat/").count() == 6


def test_a_member_who_applies_while_it_is_drawn_takes_part_or_is_told_that_it_is_over():
    event, late = applied(4), factories.make_member()
    at_once(
        'SELECT "events_event"',
        lambda: hold_draw(event.pk, now=CLOSED),
        lambda: register(member=late, event_id=event.pk, now=CLOSED - timedelta(milliseconds=1)).state,
    )
    hold_draw(event.pk, now=CLOSED)  # the next sweep
    assert not event.registrations.applied().exists()
    assert len(Draw.objects.get().order) == event.registrations.count()


def in_two_rooms() -> list[object]:
    """A winner takes a seat elsewhere at that time while the draw is under way."""
    event, other = factories.make_lottery(now=NOW, capacity=3), factories.make_event(now=NOW)
    member = factories.make_member()
    register(member=member, event_id=event.pk, now=NOW)

    def take_other() -> object:
        return register(member=member, event_id=other.pk, now=NOW).state

    at_once('INSERT INTO "members_auditentry"', lambda: hold_draw(event.pk, now=CLOSED), take_other)
    return list(member.registrations.order_by("event").values_list("state", flat=True))


def test_a_winner_who_registers_elsewhere_meanwhile_sits_in_one_room():
    assert in_two_rooms().count(RegistrationState.CONFIRMED) == 1


@pytest.mark.usefixtures("no_locks")
def test_control_without_the_members_locks_a_winner_sits_in_two_rooms():
    assert in_two_rooms() == [RegistrationState.CONFIRMED] * 2


def test_late_clicks_get_the_reason():
    event, late = applied(2), factories.make_member()
    hold_draw(event.pk, now=CLOSED)
    answers = at_once('INSERT INTO "events_registration"', lambda: register(member=late, event_id=event.pk, now=CLOSED))
    assert answers == [NoRegistration.REGISTRATION_CLOSED]
