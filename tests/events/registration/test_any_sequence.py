"""Whatever people and hosts do, and in whatever order: the line keeps its order, the seats their number.

The first half plays the rules alone, thousands of times, against a book kept in plain lists; the second half plays the
flows on the database. `SEQUENCES=5000` plays as many of each; both print how many they played (pytest -s).
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from events.invariants.seats import CHECKS, offers_end_in_time, the_line_has_no_gap
from events.models import Event, Offer, Registration
from events.registration.choices import Answer, RegistrationState
from events.registration.flows.registration import register, withdraw
from events.registration.flows.waitlist import accept_offer, decline_offer, move_line, move_waiting_list, take_free_seat
from events.registration.rules.registration import (
    RegistrationWindow,
    SeatCounts,
    SeatOrLine,
    lowest_free_seats,
    next_in_line,
    seat_for_newcomer,
)
from events.registration.rules.waitlist import (
    HeldSeat,
    is_first_come,
    is_open,
    may_offer,
    offer_deadline,
    why_not_accept,
)
from kouryu.refusal import Refused
from members.models import AuditEntry, OutgoingMail, User
from tests import factories
from tests.feedback.books import WANT_A_WHOLE_LIFE

pytestmark = pytest.mark.long

TRUE_OF_A_TEST = [check for check in CHECKS if check.__name__ not in WANT_A_WHOLE_LIFE]
TRUE_AFTER_A_SWEEP = [offers_end_in_time]  # days may pass here without one
NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
STARTS_AT = NOW + timedelta(days=4)
HOUR = NOW + timedelta(days=2)  # until then a seat is kept for first-timers
PEOPLE, NEW = 7, {1, 4}  # how many take part, and which of them are first-timers
WINDOW = RegistrationWindow(starts_at=STARTS_AT, registration_closes_at=STARTS_AT)
DAY = timedelta(days=1)
SEQUENCES = int(os.environ.get("SEQUENCES", "0"))

ACTS = ["register", "withdraw", "accept", "decline", "take", "sweep", "capacity"]
STEP = st.tuples(
    st.sampled_from(ACTS),
    st.integers(0, PEOPLE - 1),
    st.sampled_from([0, 0, 0, 1, 5, 20, 60]),  # hours since the last step: often none
    st.integers(2, 5),  # the new capacity
)
STEPS = st.lists(STEP, max_size=40)

played = {"rules": 0, "flows": 0}


@pytest.fixture(scope="module", autouse=True)
def _say_how_many():
    yield
    print(f"\nsequences played: {played['rules']} on the rules, {played['flows']} on the database")


# --- the rules alone


class Book:
    """One event as lists: seats by person, the line in order, offers with their deadlines."""

    def __init__(self) -> None:
        self.capacity, self.kept = 3, 1
        self.seats: dict[int, int] = {}
        self.line: list[int] = []
        self.offers: dict[int, datetime] = {}
        self.spent: list[tuple[int, datetime]] = []

    def seat_counts(self, now: datetime) -> SeatCounts:
        new = sum(person in NEW for person in self.seats)
        return SeatCounts(
            capacity=self.capacity,
            taken=len(self.seats),
            waiting=len(self.line),
            is_first_come=is_first_come(WINDOW, now),
            kept=max(0, self.kept - new) if now < HOUR else 0,
            first_timers_waiting=sum(person in NEW for person in self.line),
        )

    def register(self, who: int, now: datetime, _: int) -> None:
        if who in self.seats or who in self.line or now >= STARTS_AT:
            return
        if seat_for_newcomer(self.seat_counts(now), is_first_timer=who in NEW) == SeatOrLine.SEAT:
            self._seat(who)
        else:
            self.line.append(who)

    def withdraw(self, who: int, now: datetime, _: int) -> None:
        if now < STARTS_AT:
            self._leave(who)
            self.sweep(who, now, _)

    def accept(self, who: int, now: datetime, _: int) -> None:
        if why_not_accept(self._held(who), WINDOW, has_overlapping_seat=False, now=now) is None:
            self.spent.append((who, self.offers.pop(who)))

    def decline(self, who: int, now: datetime, _: int) -> None:
        if why_not_accept(self._held(who), WINDOW, has_overlapping_seat=False, now=now) is None:
            self._leave(who)
            self.sweep(who, now, _)

    def take(self, who: int, now: datetime, _: int) -> None:
        if who in self.line and is_first_come(WINDOW, now) and len(self.seats) < self.capacity:
            self.line.remove(who)
            self._seat(who)

    def capacity_to(self, who: int, now: datetime, capacity: int) -> None:
        self.capacity = capacity
        self.sweep(who, now, capacity)

    def sweep(self, who: int, now: datetime, _: int) -> list[int]:
        for person, deadline in list(self.offers.items()):
            if not is_open(HeldSeat(deadline), now):
                self._leave(person)
        if not may_offer(WINDOW, now):
            return []
        places = next_in_line(self.seat_counts(now), [person in NEW for person in self.line])
        chosen = [self.line[place] for place in places]
        for person in chosen:
            self.line.remove(person)
            self._seat(person)
            self.offers[person] = offer_deadline(WINDOW, now, DAY)
        return chosen

    def _held(self, who: int) -> HeldSeat | None:
        return HeldSeat(self.offers[who]) if who in self.offers else None

    def _seat(self, who: int) -> None:
        assert len(self.seats) < self.capacity
        [self.seats[who]] = lowest_free_seats(list(self.seats.values()), self.capacity)

    def _leave(self, who: int) -> None:
        self.seats.pop(who, None)
        if who in self.line:
            self.line.remove(who)
        if who in self.offers:
            self.spent.append((who, self.offers.pop(who)))


@given(STEPS)
@settings(max_examples=SEQUENCES or 500)
def test_the_rules_keep_order_and_room_whatever_happens(steps):
    played["rules"] += 1
    book, now = Book(), NOW
    acts = {**{name: getattr(book, name) for name in ACTS[:-1]}, "capacity": book.capacity_to}
    for act, who, hours, capacity in steps:
        now += timedelta(hours=hours)
        before, seated = list(book.line), set(book.seats)
        acts[act](who, now, capacity)
        _the_line_kept_its_order(before, book.line)
        if not is_first_come(WINDOW, now):
            _nobody_is_passed_over([one for one in before if one in book.seats], book.line, before)
        assert len(book.seats) <= max(book.capacity, len(seated))  # never more, but where the capacity was lowered
        assert len(set(book.seats.values())) == len(book.seats)
        assert all(deadline <= STARTS_AT for deadline in book.offers.values())
        assert set(book.offers) <= set(book.seats)


def _the_line_kept_its_order(before: list[int], after: list[int]) -> None:
    stayed = [one for one in after if one in before]
    assert stayed == [one for one in before if one in stayed]
    assert after[: len(stayed)] == stayed or set(after) - set(before) == set(after[len(stayed) :])


def _nobody_is_passed_over(served: list[int], still: list[int], before: list[int]) -> None:
    """Of first-timers, and of the others, whoever was served stood before all of their kind who still wait."""
    for kind in (NEW, set(range(PEOPLE)) - NEW):
        behind = [before.index(one) for one in still if one in kind and one in before]
        assert all(before.index(one) < min(behind, default=99) for one in served if one in kind)
    others = [before.index(one) for one in served if one not in NEW]
    newcomers = [before.index(one) for one in still if one in NEW and one in before]
    assert all(place < min(newcomers, default=99) for place in others)  # a first-timer is never passed over at all


# --- the flows on the database


def _change_capacity(event: Event, to: int, now: datetime) -> None:
    Event.objects.filter(pk=event.pk).update(capacity=to)
    event.refresh_from_db()
    if now < event.starts_at:
        move_line(event, now=now)


FLOWS = {
    "register": lambda who, event, now, to: register(member=who, event_id=event.pk, now=now),
    "withdraw": lambda who, event, now, to: withdraw(member=who, event_id=event.pk, now=now),
    "accept": lambda who, event, now, to: accept_offer(member=who, event_id=event.pk, now=now),
    "decline": lambda who, event, now, to: decline_offer(member=who, event_id=event.pk, now=now),
    "take": lambda who, event, now, to: take_free_seat(member=who, event_id=event.pk, now=now),
    "sweep": lambda who, event, now, to: move_waiting_list(event.pk, now=now),
    "capacity": lambda who, event, now, to: _change_capacity(event, to, now),
}


@pytest.fixture
def stage(db) -> tuple[Event, list[User]]:
    event = factories.make_event(
        now=NOW, starts_at=STARTS_AT, capacity=3, first_timer_seats=1, first_timer_seats_until=HOUR
    )
    people = [factories.make_member() for _ in range(PEOPLE)]
    for number, member in enumerate(people):
        if number not in NEW:
            factories.make_evening([[member]], now=NOW - timedelta(days=30))
    return event, people


@settings(max_examples=SEQUENCES or 20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
@example(
    steps=[
        *(("register", who, 0, 3) for who in range(4)),
        ("withdraw", 2, 0, 3),
        ("withdraw", 6, 60, 3),
        ("withdraw", 6, 60, 3),
    ]
)
def test_the_books_stay_true_whatever_happens(stage, steps):
    played["flows"] += 1
    event, people = stage
    event.registrations.all().delete()
    OutgoingMail.objects.all().delete()
    AuditEntry.objects.all().delete()
    _change_capacity(event, 3, STARTS_AT)
    number_of = {member.pk: number for number, member in enumerate(people)}
    now, spent = NOW, dict[int, str]()
    for act, who, hours, capacity in steps:
        now += timedelta(hours=hours)
        before, seated = _line(event, number_of), event.registrations.seated().count()
        with suppress(Refused):
            FLOWS[act](people[who], event, now, capacity)
        after = _line(event, number_of)
        _the_line_kept_its_order(before, after)
        held = set(event.registrations.seated().values_list("member", flat=True))
        if not is_first_come(WINDOW, now):
            _nobody_is_passed_over([one for one in before if people[one].pk in held], after, before)
        assert len(held) <= max(event.capacity, seated)
        spent = _spent_for_ever(event, spent)
        checks = [check for check in TRUE_OF_A_TEST if act == "sweep" or check not in TRUE_AFTER_A_SWEEP]
        breaches = [breach for check in checks for breach in check(now)]
        assert [breach for breach in breaches if "capacity" not in breach] == []
        assert not any(breach.startswith(f"event {event.pk}:") for breach in the_line_has_no_gap(now))


def _line(event: Event, number_of: dict[int, int]) -> list[int]:
    return [number_of[pk] for pk in event.registrations.in_line().values_list("member", flat=True)]


def _spent_for_ever(event: Event, spent: dict[int, str]) -> dict[int, str]:
    """No answer is ever changed, and no answered offer holds a seat but by having been accepted."""
    offers = {offer.pk: offer for offer in Offer.objects.filter(registration__event=event)}
    assert all(offers[pk].answer == answer for pk, answer in spent.items())
    open_ones = {offer.registration_id for offer in offers.values() if not offer.answer}
    offered = Registration.objects.filter(event=event, state=RegistrationState.OFFERED)
    assert open_ones == set(offered.values_list("pk", flat=True))
    return {pk: offer.answer for pk, offer in offers.items() if offer.answer in Answer.values}
