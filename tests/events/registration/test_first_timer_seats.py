"""Seats kept for first-timers until an hour, and then once and for all for everyone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from events.event.rules.event import EventFacts, NoHosting, PlanFault, faults_in, why_not_change
from events.event.rules.first_timer import Past, is_first_timer, seats_kept
from events.event.rules.series import on_another_date
from events.hosting.flows.event import change_event
from events.hosting.queries import hosting as queries
from events.hosting.rules import frozen, thawed
from events.invariants.seats import nobody_in_line_is_passed_over
from events.models import Attendance, Event
from events.registration.choices import Presence, RegistrationState
from events.registration.flows.registration import register, withdraw
from events.registration.flows.waitlist import move_waiting_lists
from events.registration.rules.registration import SeatCounts, SeatOrLine, next_in_line, seat_for_newcomer
from members.models import User
from tests import factories
from tests.events.plans import make_plan, typed

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
HOUR = NOW + timedelta(days=3)
OLD, NEW = False, True  # in a line: who was at an event before, and who never was


@pytest.mark.parametrize(("past", "answer"), [(Past(), True), (Past(attended=1), False)], ids=["never", "once"])
def test_is_first_timer(past, answer):
    assert is_first_timer(past) == answer


@pytest.mark.parametrize(
    ("seats", "until", "seated", "kept"),
    [
        pytest.param(2, HOUR, 0, 2, id="none came yet"),
        pytest.param(2, HOUR, 1, 1, id="each first-timer with a seat fills one"),
        pytest.param(2, HOUR, 3, 0, id="more came than were kept for"),
        pytest.param(2, NOW, 0, 0, id="the hour has struck"),
        pytest.param(0, None, 0, 0, id="nothing was promised"),
    ],
)
def test_seats_kept(seats, until, seated, kept):
    assert seats_kept(seats, until, first_timers_seated=seated, now=NOW) == kept


@pytest.mark.parametrize(
    ("counts", "old", "new"),
    [
        pytest.param(SeatCounts(4, 2, 0, kept=1), SeatOrLine.SEAT, SeatOrLine.SEAT, id="two free, one kept"),
        pytest.param(SeatCounts(4, 3, 0, kept=1), SeatOrLine.LINE, SeatOrLine.SEAT, id="the last one is kept"),
        pytest.param(
            SeatCounts(4, 3, 2, kept=1), SeatOrLine.LINE, SeatOrLine.SEAT, id="others wait, but not for this seat"
        ),
        pytest.param(
            SeatCounts(4, 3, 2, kept=1, first_timers_waiting=1),
            SeatOrLine.LINE,
            SeatOrLine.LINE,
            id="a first-timer waits",
        ),
        pytest.param(SeatCounts(4, 4, 0, kept=1), SeatOrLine.LINE, SeatOrLine.LINE, id="kept, but none is free"),
        pytest.param(
            SeatCounts(4, 3, 1, kept=0), SeatOrLine.LINE, SeatOrLine.LINE, id="the hour is over: behind those in line"
        ),
    ],
)
def test_seat_for_newcomer(counts, old, new):
    places = [seat_for_newcomer(counts, is_first_timer=is_new) for is_new in (False, True)]
    assert places == [old, new]


@pytest.mark.parametrize(
    ("counts", "line", "places"),
    [
        pytest.param(SeatCounts(4, 3, 2, kept=0), [OLD, NEW], [0], id="nothing kept: strict order"),
        pytest.param(SeatCounts(4, 3, 2, kept=1), [OLD, NEW], [1], id="the kept seat passes over who was here before"),
        pytest.param(SeatCounts(4, 2, 3, kept=1), [OLD, OLD, NEW], [0, 2], id="one for everyone, one kept"),
        pytest.param(
            SeatCounts(4, 2, 2, kept=1), [NEW, OLD], [0, 1], id="a first-timer at the head frees what was kept"
        ),
        pytest.param(SeatCounts(4, 3, 1, kept=1), [OLD], [], id="kept, and no first-timer waits"),
        pytest.param(SeatCounts(4, 5, 1, kept=1), [NEW], [], id="more seats are taken than there are"),
    ],
)
def test_next_in_line(counts, line, places):
    assert next_in_line(counts, line) == places


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 6), st.lists(st.booleans(), max_size=14))
def test_kept_seats_never_cost_order_or_room(capacity, taken, kept, line):
    places = next_in_line(SeatCounts(capacity, taken, len(line), kept=kept), line)
    assert len(places) <= max(0, capacity - taken)
    for is_new in (OLD, NEW):  # among their kind nobody is passed over
        mine = [place for place, other in enumerate(line) if other == is_new]
        served = [place for place in places if line[place] == is_new]
        assert served == mine[: len(served)]
    news = sum(line[place] for place in places)
    assert len(places) - news <= max(0, capacity - taken - max(0, kept - news))  # what is kept stays kept


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"first_timer_seats_until": None}, (PlanFault.FIRST_TIMER_HOUR_MISSING,)),
        ({"first_timer_seats": 13}, (PlanFault.FIRST_TIMER_SEATS,)),
        ({"allotment": "lottery", "registration_closes_at": HOUR}, (PlanFault.FIRST_TIMER_LOTTERY,)),
        ({"first_timer_seats": 0, "first_timer_seats_until": None}, ()),
    ],
    ids=["no hour", "more than there are", "in a lottery", "none kept"],
)
def test_faults(change, faults):
    plan = make_plan(NOW, first_timer_seats=2, first_timer_seats_until=HOUR)
    assert faults_in(replace(plan, **change), now=NOW) == faults


@pytest.mark.parametrize(("minutes", "faults"), [(60, ()), (59, (PlanFault.FIRST_TIMER_HOUR_LATE,))])
def test_the_hour_lies_an_hour_before_the_start(minutes, faults):
    plan = make_plan(NOW)
    until = plan.starts_at - timedelta(minutes=minutes)
    plan = replace(plan, first_timer_seats=2, first_timer_seats_until=until)
    assert faults_in(plan, now=NOW) == faults


@pytest.mark.parametrize(
    ("now", "reason"), [(HOUR - timedelta(seconds=1), None), (HOUR, NoHosting.SEATS_RELEASED)], ids=["before", "after"]
)
def test_once_and_for_all(now, reason):
    old = make_plan(NOW, first_timer_seats=2, first_timer_seats_until=HOUR)
    new = replace(old, first_timer_seats_until=HOUR + timedelta(days=1))
    facts = EventFacts(state="published", starts_at=old.starts_at)
    assert why_not_change(old, new, facts, seen_version=1, now=now) == reason


@pytest.fixture
def event(db) -> Event:
    return factories.make_event(now=NOW, capacity=3, first_timer_seats=1, first_timer_seats_until=HOUR)


def known_member() -> User:
    """Somebody who was at an event before."""
    member = factories.make_member()
    before = factories.make_event(now=NOW, starts_at=NOW - timedelta(days=30))
    registration = factories.make_registration(before, member)
    Attendance.objects.create(registration=registration, presence=Presence.PRESENT, recorded_at=NOW)
    return member


def states(event: Event) -> list[str]:
    return list(event.registrations.order_by("queue_number").values_list("state", flat=True))


def test_the_kept_seat_waits_for_a_first_timer_though_others_stand_in_line(event):
    for _ in range(3):
        register(member=known_member(), event_id=event.pk, now=NOW)
    newcomer = register(member=factories.make_member(), event_id=event.pk, now=NOW)
    assert (newcomer.is_first_timer, newcomer.seat_number) == (True, 3)
    assert states(event) == ["confirmed", "confirmed", "waiting", "confirmed"]
    assert nobody_in_line_is_passed_over(NOW) == []


def test_a_kept_seat_given_back_goes_to_the_first_first_timer_in_line(event):
    people = [known_member(), known_member(), factories.make_member(), known_member(), factories.make_member()]
    for member in people:
        register(member=member, event_id=event.pk, now=NOW)
    assert states(event) == ["confirmed", "confirmed", "confirmed", "waiting", "waiting"]
    withdraw(member=people[2], event_id=event.pk, now=NOW)
    assert states(event) == ["confirmed", "confirmed", "withdrawn", "waiting", "offered"]


def test_when_the_hour_strikes_the_sweep_offers_what_is_left_in_order(event):
    for _ in range(4):
        register(member=known_member(), event_id=event.pk, now=NOW)
    assert states(event) == ["confirmed", "confirmed", "waiting", "waiting"]
    assert move_waiting_lists(now=HOUR - timedelta(seconds=1)) == 0
    assert move_waiting_lists(now=HOUR) == 1
    assert states(event) == ["confirmed", "confirmed", "offered", "waiting"]
    assert move_waiting_lists(now=HOUR) == 0


def test_the_sweep_offers_a_kept_seat_to_a_first_timer_in_line(event):
    for is_new in (False, True):
        factories.make_registration(event, state=RegistrationState.WAITING, is_first_timer=is_new)
    Event.objects.update(capacity=2, first_timer_seats=2)
    assert move_waiting_lists(now=NOW) == 1
    assert states(event) == ["waiting", "offered"]
    assert move_waiting_lists(now=NOW) == 0


def test_added_seats_are_for_everyone(event):
    for _ in range(4):
        register(member=known_member(), event_id=event.pk, now=NOW)
    Event.objects.update(promises=["camera-free"])
    plan = replace(queries.plan_of(Event.objects.get(pk=event.pk)), capacity=4)
    change_event(event_id=event.pk, by=event.host, plan=plan, seen_version=1, now=NOW)
    assert states(event) == ["confirmed", "confirmed", "offered", "waiting"]


def test_the_page_says_for_whom_what_is_left_is_kept(db, signed_in):
    now = timezone.now()
    until = now + timedelta(days=1)
    event = factories.make_event(now=now, capacity=3, first_timer_seats=1, first_timer_seats_until=until)
    for _ in range(2):
        factories.make_registration(event)
    known, new = known_member(), factories.make_member()
    page = signed_in(known).get(event.get_absolute_url()).content.decode()
    assert "のこりは、はじめての方の席です" in page
    assert "空きを待つ" in page
    assert "満席" not in page
    assert "1席を" in page
    page = signed_in(new).get(event.get_absolute_url()).content.decode()
    assert "参加できます" in page
    assert "のこり1席" in page
    Event.objects.update(first_timer_seats_until=now)
    page = signed_in(known).get(event.get_absolute_url()).content.decode()
    assert "参加できます" in page
    assert "取ってあります" not in page


def test_the_list_counts_only_what_the_reader_may_have(db, signed_in):
    now = timezone.now()
    event = factories.make_event(
        now=now, capacity=4, first_timer_seats=1, first_timer_seats_until=now + timedelta(days=1)
    )
    for _ in range(2):
        factories.make_registration(event)
    assert "のこり1席" in signed_in(known_member()).get("/events/").content.decode()
    assert "のこり2席" in signed_in(factories.make_member()).get("/events/").content.decode()


def test_the_host_keeps_seats_in_the_form_and_is_told_what_is_missing(ren, signed_in):
    client, now = signed_in(ren), timezone.now()
    plan = make_plan(now)
    answer = client.post("/hosting/new/hour/", typed(plan, first_timer_seats="2"))
    assert answer.status_code == 422
    assert "いつまで取っておくかを入れてください" in answer.content.decode()
    assert 'value="2"' in answer.content.decode()
    until = plan.starts_at - timedelta(days=2)
    hour = timezone.localtime(until).strftime("%Y-%m-%dT%H:%M")
    client.post("/hosting/new/hour/", typed(plan, first_timer_seats="2", first_timer_seats_until=hour))
    event = Event.objects.get()
    assert (event.first_timer_seats, event.first_timer_seats_until) == (2, until)
    assert "2席を" in client.get(f"/hosting/{event.pk}/").content.decode()


def test_a_template_keeps_the_number_and_leaves_the_hour_to_each_event():
    plan = make_plan(NOW, first_timer_seats=2, first_timer_seats_until=HOUR)
    kept = json.loads(json.dumps(frozen(plan)))
    again = thawed(kept, plan.starts_at)
    assert (again.first_timer_seats, again.first_timer_seats_until) == (2, None)


def test_in_a_series_each_date_has_its_own_hour():
    plan = make_plan(NOW, first_timer_seats=2, first_timer_seats_until=HOUR)
    week = timedelta(days=7)
    again = on_another_date(plan, plan.starts_at + week, factories.TOKYO)
    assert (again.first_timer_seats, again.first_timer_seats_until) == (2, HOUR + week)
