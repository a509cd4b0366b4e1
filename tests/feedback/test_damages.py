"""Damage done by SQL is named by the checks that it breaks, and by no other; what is legal is named by none."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from events.evening.flows import checking_in
from events.hosting.flows import event
from events.hosting.queries import hosting as queries
from events.models import Event
from events.registration.flows import registration
from feedback.letters.flows import letter
from feedback.management.commands.check_invariants import CHECKS, breaches_at
from feedback.models import AnonymousPool, StrengthFeedback, Tie
from feedback.ties.flows import tie
from members.audit.checking import Check
from members.audit.flows import beat
from members.models import User
from tests import clock, factories
from tests.feedback.books import tables_asked
from tests.feedback.damages import DAMAGES, one, run
from tests.feedback.whole_life import WholeLife

pytestmark = pytest.mark.long

A_DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def life(django_db_setup, django_db_blocker) -> Iterator[WholeLife]:
    """A whole life, which all tests here share and none of them changes."""
    with django_db_blocker.unblock(), transaction.atomic():
        lived = WholeLife(clock.STARTED)
        lived.live()
        yield lived
        transaction.set_rollback(True)


@pytest.fixture
def now(life) -> datetime:
    """Its end."""
    return life.now


@pytest.fixture(scope="module")
def asked_by(life, django_db_blocker) -> dict[Check, set[str]]:
    """The tables that each check asks where all is in order, as it is here."""
    asked = {}
    with django_db_blocker.unblock():
        for check in CHECKS:
            with tables_asked() as asked[check]:
                assert check(life.now) == []
    return asked


@pytest.mark.django_db
def test_all_is_in_order_before(now):
    assert breaches_at(now) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("damage", "expected"), [pytest.param(damage, checks, id=damage.__name__) for damage, checks in DAMAGES]
)
def test_damage_is_named(now, asked_by, damage: Callable[[datetime], None], expected: set[str]):
    """A check that asks none of the tables which the damage names finds them as before, and so asks and finds the
    same.
    """
    connection.check_constraints()  # what PostgreSQL asks at the end of a transaction, it asks before the damage
    with tables_asked() as named:
        damage(now)

    breaches = breaches_at(now, [check for check, tables in asked_by.items() if tables & named])

    assert {breach.partition(":")[0] for breach in breaches} == expected


def _full_event() -> Event:
    """With everybody seated whom it holds, and a line."""
    return Event.objects.filter(registrations__state="waiting", allotment="first-come").distinct().get()


def _change_capacity(life: WholeLife, capacity: int) -> Event:
    full = _full_event()
    plan = replace(queries.plan_of(full), capacity=capacity)
    return event.change_event(
        event_id=full.pk, by=life.people["host"], plan=plan, seen_version=full.version, now=life.now
    )


def capacity_lowered_after_more_had_seats(life: WholeLife) -> datetime:
    full = _full_event()
    _change_capacity(life, 5)
    plan = replace(queries.plan_of(Event.objects.get(pk=full.pk)), capacity=4)
    seen = Event.objects.get(pk=full.pk).version
    event.change_event(event_id=full.pk, by=life.people["host"], plan=plan, seen_version=seen, now=life.now)
    assert full.registrations.seated().filter(seat_number__gt=4).exists()
    return life.now


def came_back_and_stands_at_the_end(life: WholeLife) -> datetime:
    full, member = _full_event(), life.people["d"]
    before = full.registrations.get(member=member).queue_number
    registration.withdraw(member=member, event_id=full.pk, now=life.now)
    back = registration.register(member=member, event_id=full.pk, now=life.now)
    assert back.queue_number > before
    return life.now


def offer_left_open_where_the_evening_was_called_off(life: WholeLife) -> datetime:
    offered = one("SELECT event_id FROM events_registration WHERE state = 'offered'")
    event.call_off_event(event_id=offered, by=life.people["host"], reason="会場の都合です。", now=life.now)
    run(
        "UPDATE events_offer SET made_at = %s, expires_at = %s WHERE answer = ''",
        life.now - 6 * A_DAY,
        life.now - 5 * A_DAY,
    )
    return life.now


def checked_in_and_withdrawn_before_the_start(life: WholeLife) -> datetime:
    full = _full_event()
    life.sweep(full.starts_at - timedelta(minutes=40))
    row = full.registrations.filter(state="confirmed").order_by("pk").first()
    checking_in.check_in(
        event_id=full.pk, registration_id=row.pk, by=life.people["host"], now=full.starts_at - timedelta(minutes=20)
    )
    registration.withdraw(member=row.member, event_id=full.pk, now=full.starts_at - timedelta(minutes=10))
    return full.starts_at - timedelta(minutes=5)


def third_try_that_had_its_time(life: WholeLife) -> datetime:
    due = life.now - A_DAY
    run(
        "UPDATE members_outgoingmail SET attempts = 3, sent_at = %s, queued_at = %s, send_after = %s, expires_at = %s"
        " WHERE id = (SELECT min(id) FROM members_outgoingmail WHERE state = 'sent' AND sent_at = queued_at)",
        due + timedelta(minutes=4),
        due,
        due,
        due + 3 * A_DAY,
    )
    return life.now


def mail_that_was_due_when_a_copy_was_made(life: WholeLife) -> datetime:
    due = life.now - 2 * A_DAY
    run(
        "UPDATE members_outgoingmail SET state = 'queued', sent_at = NULL, attempts = 0, queued_at = %s,"
        " send_after = %s, expires_at = %s WHERE id = (SELECT min(id) FROM members_outgoingmail WHERE state = 'sent'"
        " AND sent_at = queued_at)",
        due,
        due,
        due + 3 * A_DAY,
    )
    beat("deliver-mails", now=due)
    return life.now


def wish_taken_back_after_the_tie_had_formed(life: WholeLife) -> datetime:
    still_open = Tie.objects.filter(event__isnull=False, ended_at=None).order_by("pk").first()
    tie.take_back_intention(
        by=still_open.first, person_id=still_open.second_id, event_id=still_open.event_id, now=life.now
    )
    return life.now


def letter_that_arrived_hours_late(life: WholeLife) -> datetime:
    due = StrengthFeedback.objects.get(state="scheduled").deliver_at
    letter.release_letters(due + timedelta(hours=8))
    return due + timedelta(hours=9)


def candidate_whose_account_is_gone(life: WholeLife) -> datetime:
    gone, _ = factories.make_account(pledged=False, now=life.now), factories.make_account(pledged=False, now=life.now)
    number = gone.pk
    User.objects.filter(pk=number).delete()
    pool = AnonymousPool.objects.exclude(candidates=[]).order_by("pk").first()
    run(
        "UPDATE feedback_namelesspool SET candidates = %s WHERE id = %s",
        json.dumps([*pool.candidates, number]),
        pool.pk,
    )
    return life.now


@pytest.mark.django_db
@pytest.mark.parametrize(
    "legal",
    [
        capacity_lowered_after_more_had_seats,
        came_back_and_stands_at_the_end,
        offer_left_open_where_the_evening_was_called_off,
        checked_in_and_withdrawn_before_the_start,
        third_try_that_had_its_time,
        mail_that_was_due_when_a_copy_was_made,
        wish_taken_back_after_the_tie_had_formed,
        letter_that_arrived_hours_late,
        candidate_whose_account_is_gone,
    ],
    ids=lambda legal: legal.__name__,
)
def test_what_is_legal_is_no_breach(life, legal: Callable[[WholeLife], datetime]):
    assert breaches_at(legal(life)) == []
