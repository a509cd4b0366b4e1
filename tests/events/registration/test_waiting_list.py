"""The line: in order, never beyond the capacity, whatever people do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from events.models import Event, Offer
from events.registration.choices import RegistrationState
from events.registration.flows.registration import register, withdraw
from events.registration.flows.waitlist import move_waiting_list, move_waiting_lists
from events.registration.rules.registration import SeatCounts, next_in_line
from tests import factories

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("counts", "places"),
    [
        pytest.param(SeatCounts(capacity=4, taken=4, waiting=3), [], id="full"),
        pytest.param(SeatCounts(capacity=4, taken=2, waiting=3), [0, 1], id="two free, three wait"),
        pytest.param(SeatCounts(capacity=4, taken=1, waiting=1), [0], id="three free, one waits"),
        pytest.param(SeatCounts(capacity=4, taken=6, waiting=3), [], id="capacity was lowered"),
    ],
)
def test_free_seats_go_to_the_head_of_the_line(counts, places):
    assert next_in_line(counts, [False] * counts.waiting) == places


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
