"""The line: in order, never beyond the capacity, whatever people do."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.choices import RegistrationState
from events.flows.registration import register, withdraw
from events.flows.waitlist import accept_offer, decline_offer, move_waiting_list, move_waiting_lists
from events.models import Event, Offer, Registration
from events.rules.registration import Doors, Room
from events.rules.waitlist import seats_to_offer
from kouryu.refusal import Refused
from members.models import OutgoingMail
from tests import factories

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
DOORS = Doors(starts_at=NOW + timedelta(days=7), registration_closes_at=NOW + timedelta(days=6))


@pytest.mark.parametrize(
    ("room", "now", "number"),
    [
        pytest.param(Room(capacity=4, taken=4, waiting=3), NOW, 0, id="full"),
        pytest.param(Room(capacity=4, taken=2, waiting=3), NOW, 2, id="two free, three wait"),
        pytest.param(Room(capacity=4, taken=1, waiting=1), NOW, 1, id="three free, one waits"),
        pytest.param(Room(capacity=4, taken=6, waiting=3), NOW, 0, id="capacity was lowered"),
        pytest.param(Room(capacity=4, taken=3, waiting=1), DOORS.registration_closes_at, 1, id="after the close"),
        pytest.param(Room(capacity=4, taken=3, waiting=1), DOORS.starts_at, 0, id="started"),
    ],
)
def test_seats_to_offer(room, now, number):
    assert seats_to_offer(room, DOORS, now) == number


def test_added_seats_go_to_those_who_waited_longest(db):
    event = factories.make_event(now=NOW, capacity=2)
    people = [factories.make_member() for _ in range(6)]
    for member in people:
        register(member=member, event_id=event.pk, now=NOW)
    Event.objects.update(capacity=4)
    move_waiting_list(event.pk, now=NOW)
    assert [(row.member_id, row.state, row.seat_number) for row in event.registrations.order_by("queue_number")] == [
        (people[0].pk, "confirmed", 1),
        (people[1].pk, "confirmed", 2),
        (people[2].pk, "offered", 3),
        (people[3].pk, "offered", 4),
        (people[4].pk, "waiting", None),
        (people[5].pk, "waiting", None),
    ]


def test_lowering_the_capacity_takes_no_seat_away(db):
    event = factories.make_event(now=NOW, capacity=3)
    people = [factories.make_member() for _ in range(4)]
    for member in people:
        register(member=member, event_id=event.pk, now=NOW)
    Event.objects.update(capacity=2)
    withdraw(member=people[0], event_id=event.pk, now=NOW)
    assert not Offer.objects.exists()
    withdraw(member=people[1], event_id=event.pk, now=NOW)
    assert list(event.registrations.seated().order_by("pk").values_list("member", "state", "seat_number")) == [
        (people[2].pk, "confirmed", 3),
        (people[3].pk, "offered", 1),
    ]


def test_the_sweeper_touches_only_events_with_something_to_do(db):
    idle = factories.make_event(now=NOW)
    factories.make_registration(idle)
    full = factories.make_event(now=NOW, capacity=2)
    for state in ("confirmed", "confirmed", "waiting"):
        factories.make_registration(full, state=RegistrationState(state))
    free = factories.make_event(now=NOW)
    factories.make_registration(free, state=RegistrationState.WAITING)
    assert move_waiting_lists(now=NOW) == 1
    assert move_waiting_lists(now=NOW) == 0


ACTS = {
    "register": lambda member, event, now: register(member=member, event_id=event.pk, now=now),
    "withdraw": lambda member, event, now: withdraw(member=member, event_id=event.pk, now=now),
    "accept": lambda member, event, now: accept_offer(member=member, event_id=event.pk, now=now),
    "decline": lambda member, event, now: decline_offer(member=member, event_id=event.pk, now=now),
    "sweep": lambda member, event, now: move_waiting_list(event.pk, now=now),
}
STEPS = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 4), st.integers(0, 30)), max_size=25)


@pytest.fixture
def stage(db) -> tuple[Event, list]:
    return factories.make_event(now=NOW, capacity=2), [factories.make_member() for _ in range(5)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_people_do_the_books_stay_true(stage, steps):
    event, people = stage
    Registration.objects.all().delete()
    OutgoingMail.objects.all().delete()
    now = NOW
    offered: list[int] = []
    for act, who, hours in steps:
        now += timedelta(hours=hours)
        waiting = list(event.registrations.in_line().values_list("member", flat=True))
        with suppress(Refused):
            ACTS[act](people[who], event, now)
        offered = [
            member
            for member in event.registrations.filter(state="offered").values_list("member", flat=True)
            if member in waiting
        ]
        _the_books_are_true(event)
        # Whoever was offered a seat in this step stood before all who still wait.
        still = set(event.registrations.in_line().values_list("member", flat=True))
        behind = [waiting.index(member) for member in still if member in waiting]
        assert all(waiting.index(member) < min(behind, default=99) for member in offered)


def _the_books_are_true(event: Event) -> None:
    rows = list(event.registrations.order_by("queue_number"))
    seats = [row.seat_number for row in rows if row.seat_number is not None]
    assert len(seats) == len(set(seats))
    assert set(seats) <= {1, 2}
    open_offers = set(Offer.objects.filter(answer="").values_list("registration", flat=True))
    assert open_offers == {row.pk for row in rows if row.state == RegistrationState.OFFERED}
    if any(row.state == RegistrationState.WAITING for row in rows):
        assert len(seats) == event.capacity or not event_is_open(event, rows)


def event_is_open(event: Event, rows: list[Registration]) -> bool:
    """Seats may stay empty only once the event has begun."""
    return max(row.changed_at for row in rows) < event.starts_at
