"""Two windows of one host on the evening: what each does is done on what the other left.

The controls replace `select_for_update` (in events/registration/flows/seats.py: `lock_event`) by a plain read.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.db.models import QuerySet
from django.utils import timezone

from events.evening.flows.evening import begin_round, publish_round
from events.groups.flows.grouping import draw_groups
from events.groups.flows.moving import move_seat
from events.groups.rules.evening import NoRunning
from events.groups.rules.seating import NoMove
from events.models import Event, Group, Round, Seat
from members.models import User
from tests import factories
from tests.events.groups.test_drawing_groups import people_at
from tests.races.together import Act, at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = timezone.now()


@pytest.fixture
def no_locks(monkeypatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)


def evening_with(groups: int, size: int = 3) -> tuple[Event, Round, list[list[User]]]:
    """An evening that has begun, with one drawn round."""
    event = factories.make_event(starts_at=NOW - timedelta(minutes=1), capacity=30)
    people = people_at(event, groups * size)
    drawn = Round.objects.create(event=event, number=1, drawn_at=NOW)
    rooms = [people[place * size : (place + 1) * size] for place in range(groups)]
    for number, room in enumerate(rooms, 1):
        group = Group.objects.create(round=drawn, number=number)
        Seat.objects.bulk_create(Seat(round=drawn, group=group, member=member) for member in room)
    return event, drawn, rooms


def moved_together() -> tuple[list[object], int]:
    """Two are moved into the last place of a group by two windows at once."""
    event, drawn, ((one, *_), (other, *_), (third, *_)) = evening_with(3, size=4)
    target = Seat.objects.get(round=drawn, member=third).group_id
    act = {"event_id": event.pk, "round_id": drawn.pk, "group_id": target, "by": event.host, "now": NOW}
    answers = at_once(
        'UPDATE "events_seat"',
        lambda: move_seat(member_id=one.pk, **act).group_id,
        lambda: move_seat(member_id=other.pk, **act).group_id,
    )
    return answers, Seat.objects.filter(group=target).count()


def test_two_windows_never_fill_one_place_twice():
    answers, number = moved_together()
    assert NoMove.FULL in answers
    assert number == 5


@pytest.mark.usefixtures("no_locks")
def test_control_without_the_lock_both_sit_in_one_group():
    """Each window looked at the group before the other had moved somebody into it."""
    _, number = moved_together()
    assert number == 6


def drawn_while_begun() -> tuple[list[object], Event]:
    """One window begins the first talk while the other draws anew; both have read how it stands."""
    event, drawn, _ = evening_with(3)
    publish_round(event_id=event.pk, round_id=drawn.pk, by=event.host, now=NOW)
    answers = at_once(
        ('DELETE FROM "events_seat"', 'UPDATE "events_round"'),
        failing(lambda: len(draw_groups(event_id=event.pk, by=event.host, now=NOW, seed=1))),
        failing(lambda: begin_round(event_id=event.pk, round_id=drawn.pk, by=event.host, now=NOW).number),
    )
    return answers, event


def failing(act: Act) -> Act:
    """The act, or what the database said instead: a vanished row and a deadlock are no IntegrityError."""

    def answer() -> object:
        try:
            return act()
        except DatabaseError:
            return DatabaseError

    return answer


def is_kept_or_said_to_be_gone(answers: list[object], event: Event) -> bool:
    """Two talks drawn anew and the other window told so; or the begun talk stays, and one is drawn."""
    started_at = event.rounds.get(number=1).started_at
    return (answers, started_at) in (([2, NoRunning.DRAWN_ANEW], None), ([1, 1], NOW))


def test_a_talk_that_begins_while_groups_are_drawn_anew_is_kept_or_said_to_be_gone():
    answers, event = drawn_while_begun()
    assert is_kept_or_said_to_be_gone(answers, event)


@pytest.mark.usefixtures("no_locks")
def test_control_without_the_lock_a_begun_talk_vanishes_or_a_window_fails():
    """Neither saw the other: a talk was begun and thrown away at once, or the database stopped one of them."""
    answers, event = drawn_while_begun()
    assert not is_kept_or_said_to_be_gone(answers, event)


def shown_twice() -> int:
    event, drawn, _ = evening_with(2)
    act = {"event_id": event.pk, "round_id": drawn.pk, "by": event.host, "now": NOW}
    at_once('UPDATE "events_round"', lambda: publish_round(**act).pk, lambda: publish_round(**act).pk)
    return Event.objects.get(pk=event.pk).evening_version


def test_a_round_shown_by_two_windows_is_news_once():
    assert shown_twice() == 1


@pytest.mark.usefixtures("no_locks")
def test_control_without_the_lock_it_is_news_twice():
    """Neither window saw that the other had shown it: every member's page was drawn once more for nothing."""
    assert shown_twice() == 2
