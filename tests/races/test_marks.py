"""Marks at the same moment: one per registration, and the first one is free only once.

The controls replace `select_for_update` (`lock_member`) by a plain read.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from events.event.choices import EventState
from events.models import Attendance, Mark
from events.registration.choices import Presence, Ruling
from events.registration.flows.mark import mark_absences, rule_on_objection
from events.registration.flows.registration import withdraw
from events.registration.rules.mark import NoObjection
from members.accounts.choices import Role
from members.models import AuditEntry
from tests import factories
from tests.races.together import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = timezone.now()


@pytest.fixture
def no_locks(monkeypatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)


def two_sweeps() -> list[object]:
    event = factories.make_event(starts_at=NOW - timedelta(hours=3), state=EventState.CLOSED, closed_at=NOW)
    factories.make_registration(event)
    # Somebody came: an evening at which nobody was noted leaves no marks.
    came = factories.make_registration(event)
    Attendance.objects.create(registration=came, presence=Presence.PRESENT, recorded_at=event.starts_at)
    return at_once('INSERT INTO "events_mark"', *[lambda: mark_absences(now=NOW) for _ in range(2)])


def test_two_sweeps_leave_one_mark():
    assert sorted(map(int, two_sweeps())) == [0, 1]
    assert (Mark.objects.count(), AuditEntry.objects.filter(verb="mark.leave").count()) == (1, 1)


@pytest.mark.usefixtures("no_locks")
def test_control_without_the_lock_both_sweeps_say_that_they_left_the_mark():
    assert two_sweeps() == [1, 1]
    assert (Mark.objects.count(), AuditEntry.objects.filter(verb="mark.leave").count()) == (1, 2)


def two_seats_of_a_first_timer() -> list[str]:
    member = factories.make_member()
    rows = [
        factories.make_registration(
            factories.make_event(starts_at=NOW + timedelta(hours=hours)), member, is_first_timer=True
        )
        for hours in (2, 5)
    ]
    acts = [lambda row=row: withdraw(member=member, event_id=row.event_id, now=NOW).state for row in rows]
    at_once('INSERT INTO "events_mark"', *acts)
    return sorted(Mark.objects.values_list("spared_for", flat=True))


def test_two_seats_given_up_at_once_are_free_once():
    assert two_seats_of_a_first_timer() == ["", "first-time"]


@pytest.mark.usefixtures("no_locks")
def test_control_without_the_members_lock_both_are_free():
    assert two_seats_of_a_first_timer() == ["first-time", "first-time"]


def two_answers() -> list[object]:
    mark = factories.make_mark(factories.make_registration(factories.make_event()), objected_at=NOW, objection="事情。")
    staff = [factories.make_member(roles=(Role.MODERATOR,)) for _ in range(2)]
    rulings = [Ruling.LIFTED, Ruling.UPHELD]
    acts = [
        lambda by=by, ruling=ruling: (
            rule_on_objection(mark_id=mark.pk, by=by, ruling=ruling, answer="読みました。", now=NOW).ruling
        )
        for by, ruling in zip(staff, rulings, strict=True)
    ]
    return at_once('UPDATE "events_mark"', *acts)


def test_two_staff_answer_once():
    assert NoObjection.ALREADY_SAID in two_answers()
    assert AuditEntry.objects.filter(verb="mark.rule").count() == 1


@pytest.mark.usefixtures("no_locks")
def test_control_without_the_lock_both_answer():
    assert NoObjection.ALREADY_SAID not in two_answers()
    assert AuditEntry.objects.filter(verb="mark.rule").count() == 2
