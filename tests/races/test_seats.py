"""Seats under pressure: many people, one event, real row locks; and what is seen when the lock is taken out.

The controls replace `select_for_update` (`lock_member`, `lock_event`) by a plain read.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.hosting.flows.event import change_event
from events.hosting.queries import hosting as queries
from events.models import Event, Offer, Registration
from events.registration.choices import RegistrationState
from events.registration.flows.registration import register, withdraw
from events.registration.flows.waitlist import accept_offer, move_waiting_list
from events.registration.rules.registration import NoRegistration
from events.registration.rules.waitlist import NoAnswer
from members.models import AuditEntry, OutgoingMail, User
from tests import factories
from tests.races.together import at_once, in_threads

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = timezone.now()


@pytest.fixture
def no_locks(monkeypatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)


def click(member: User, url: str) -> int:
    client = Client(raise_request_exception=False)
    client.force_login(member, backend="members.entrance.backend.MemberBackend")
    return client.post(url, {"mode": "talk"}).status_code


def test_two_hundred_members_for_twenty_seats_each_clicking_twice():
    event = factories.make_event(now=NOW, capacity=20)
    members = [factories.make_member() for _ in range(200)]
    url = reverse("events:register", args=[event.pk])
    # The two clicks of one member follow each other, so that they are often under way together.
    answers = in_threads(40, [lambda member=member: click(member, url) for member in members for _ in range(2)])

    assert Counter(answers) == {302: 400}
    rows = list(Registration.objects.order_by("queue_number"))
    assert {row.member_id for row in rows} == {member.pk for member in members}
    assert [row.queue_number for row in rows] == list(range(1, 201))
    assert [row.state for row in rows] == ["confirmed"] * 20 + ["waiting"] * 180
    assert [row.seat_number for row in rows] == [*range(1, 21), *[None] * 180]
    mails = Counter(key.split("/")[1] for key in OutgoingMail.objects.values_list("key", flat=True))
    assert mails == {"confirmed": 20, "waiting": 180}
    assert AuditEntry.objects.count() == 200


def for_one_seat(event: Event, members: list[User]) -> list[object]:
    acts = [lambda member=member: register(member=member, event_id=event.pk, now=NOW).state for member in members]
    return at_once('INSERT INTO "events_registration"', *acts)


def test_two_for_the_last_seat():
    event = factories.make_event(now=NOW, capacity=2)
    factories.make_registration(event)
    answers = for_one_seat(event, [factories.make_member() for _ in range(2)])
    assert sorted(map(str, answers)) == ["confirmed", "waiting"]


@pytest.mark.usefixtures("no_locks")
def test_control_without_the_lock_two_take_the_last_seat_and_only_the_constraint_stops_the_second():
    """Both counted one free seat; the unique seat number then failed one of them with an error instead of a place."""
    event = factories.make_event(now=NOW, capacity=2)
    factories.make_registration(event)
    answers = for_one_seat(event, [factories.make_member() for _ in range(2)])
    assert set(answers) == {RegistrationState.CONFIRMED, IntegrityError}


def twice(event: Event, member: User) -> list[object]:
    acts = [lambda: register(member=member, event_id=event.pk, now=NOW).pk for _ in range(2)]
    return at_once('INSERT INTO "events_registration"', *acts)


def test_one_member_clicking_twice_has_one_registration():
    event, member = factories.make_event(now=NOW), factories.make_member()
    assert twice(event, member) == [Registration.objects.get().pk] * 2


@pytest.mark.usefixtures("no_locks")
def test_control_without_the_lock_the_second_click_fails():
    """Neither click saw the other's registration; the constraint failed the later one."""
    event, member = factories.make_event(now=NOW), factories.make_member()
    assert set(twice(event, member)) == {Registration.objects.get().pk, IntegrityError}


def in_two_rooms(member: User) -> list[object]:
    events = [factories.make_event(now=NOW) for _ in range(2)]
    acts = [lambda event=event: register(member=member, event_id=event.pk, now=NOW).state for event in events]
    return at_once('INSERT INTO "events_registration"', *acts)


def test_one_member_gets_one_of_two_events_at_the_same_time():
    answers = in_two_rooms(factories.make_member())
    assert set(answers) == {RegistrationState.CONFIRMED, NoRegistration.OVERLAPPING_SEAT}


@pytest.mark.usefixtures("no_locks")
def test_control_without_the_members_lock_they_sit_in_two_rooms():
    """Each event was locked, or not, by itself: only the member's row lets the two see each other."""
    assert in_two_rooms(factories.make_member()) == [RegistrationState.CONFIRMED] * 2


def withdrawn_together() -> tuple[Event, list[object]]:
    """Two seats are given back at once while two people wait."""
    event = factories.make_event(now=NOW, capacity=2)
    seated = [factories.make_registration(event) for _ in range(2)]
    for _ in range(2):
        factories.make_registration(event, state=RegistrationState.WAITING)
    acts = [lambda row=row: withdraw(member=row.member, event_id=event.pk, now=NOW).state for row in seated]
    return event, at_once('INSERT INTO "events_offer"', *acts)


def test_two_seats_given_back_at_once_go_to_the_two_who_wait():
    event, answers = withdrawn_together()
    assert answers == [RegistrationState.WITHDRAWN] * 2
    rows = list(event.registrations.order_by("queue_number").values_list("state", "seat_number"))
    assert [state for state, _ in rows] == ["withdrawn", "withdrawn", "offered", "offered"]
    assert {seat for state, seat in rows if state == "offered"} == {1, 2}  # which is free first is theirs to decide
    assert Offer.objects.filter(answer="").count() == 2


@pytest.mark.usefixtures("no_locks")
def test_control_without_the_lock_two_seats_given_back_do_not_reach_both_who_wait():
    """Both promoted the same person: one withdrawal failed on that person's offer, and a seat stayed unoffered."""
    event, answers = withdrawn_together()
    assert IntegrityError in answers
    assert event.registrations.filter(state=RegistrationState.OFFERED).count() == 1


def accepted_while_expiring() -> tuple[Registration, list[object]]:
    """The member accepts in the last second while the sweeper already writes the offer off."""
    event = factories.make_event(now=NOW, capacity=2)
    registration = factories.make_registration(event, state=RegistrationState.OFFERED)
    deadline = NOW + timedelta(hours=1)
    Offer.objects.create(registration=registration, made_at=NOW, expires_at=deadline)
    in_time = deadline - timedelta(seconds=1)
    answers = at_once(
        'UPDATE "events_offer"',
        lambda: accept_offer(member=registration.member, event_id=event.pk, now=in_time).state,
        lambda: move_waiting_list(event.pk, now=deadline),
    )
    registration.refresh_from_db()
    return registration, answers


def told(registration: Registration) -> set[str]:
    return {key.split("/")[1] for key in registration.member.mails.values_list("key", flat=True)}


def test_accept_and_expire_at_once_end_in_one_of_the_two():
    registration, (accepted, _) = accepted_while_expiring()
    if accepted == RegistrationState.CONFIRMED:
        assert (registration.state, told(registration)) == ("confirmed", {"confirmed"})
    else:
        assert accepted == NoAnswer.EXPIRED
        assert (registration.state, told(registration)) == ("withdrawn", {"offer-expired"})


@pytest.mark.usefixtures("no_locks")
def test_control_without_the_lock_a_member_is_told_both():
    """Both read the open offer: the member was mailed a seat and, with it, that the seat had gone to the next."""
    registration, _ = accepted_while_expiring()
    assert told(registration) == {"confirmed", "offer-expired"}


def withdrawn_while_seats_are_added() -> tuple[Event, list[object]]:
    """A seat is given back while the host adds one; two people wait."""
    event = factories.make_event(now=NOW, capacity=3, group_size=3, promises=["camera-free"])
    seated = [factories.make_registration(event) for _ in range(3)]
    for _ in range(2):
        factories.make_registration(event, state=RegistrationState.WAITING)
    plan = replace(queries.plan_of(event), capacity=4)
    answers = at_once(
        'INSERT INTO "events_offer"',
        lambda: withdraw(member=seated[0].member, event_id=event.pk, now=NOW).state,
        lambda: change_event(event_id=event.pk, by=event.host, plan=plan, seen_version=1, now=NOW).capacity,
    )
    return event, answers


def test_a_seat_added_and_a_seat_given_back_at_once_reach_the_two_who_wait():
    event, answers = withdrawn_while_seats_are_added()
    assert answers == [RegistrationState.WITHDRAWN, 4]
    rows = list(event.registrations.order_by("queue_number").values_list("state", "seat_number"))
    assert [state for state, _ in rows] == ["withdrawn", "confirmed", "confirmed", "offered", "offered"]
    assert {seat for _, seat in rows if seat} == {1, 2, 3, 4}


@pytest.mark.usefixtures("no_locks")
def test_control_without_the_lock_both_seats_are_offered_to_the_same_person():
    """Both saw one free seat and the same person at the head of the line; the second offer failed its whole act."""
    event, answers = withdrawn_while_seats_are_added()
    assert IntegrityError in answers
    assert event.registrations.filter(state=RegistrationState.OFFERED).count() == 1


def registered_as_the_hour_strikes() -> tuple[Event, list[object]]:
    """The last seat is kept until now: a first-timer comes in the last second while the sweep opens it to the line."""
    hour, newcomer = NOW + timedelta(hours=1), factories.make_member()
    event = factories.make_event(now=NOW, capacity=2, first_timer_seats=1, first_timer_seats_until=hour)
    factories.make_registration(event)
    factories.make_registration(event, state=RegistrationState.WAITING)

    def come() -> object:
        return register(member=newcomer, event_id=event.pk, now=hour - timedelta(seconds=1)).state

    def sweep() -> object:
        return len(move_waiting_list(event.pk, now=hour))

    return event, at_once(('INSERT INTO "events_registration"', 'UPDATE "events_registration"'), come, sweep)


def test_a_first_timer_in_the_last_second_or_the_line_gets_the_kept_seat_and_never_both():
    event, answers = registered_as_the_hour_strikes()
    assert answers in ([RegistrationState.CONFIRMED, 0], [RegistrationState.WAITING, 1])
    assert event.registrations.seated().count() == 2


@pytest.mark.usefixtures("no_locks")
def test_control_without_the_lock_the_kept_seat_goes_to_both():
    """Each saw the seat free, under the rule of its own second; only the seat's number stopped the later one."""
    _, answers = registered_as_the_hour_strikes()
    assert IntegrityError in answers
