"""A changed capacity: added seats are offered at once and in order, fewer seats take none away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.hosting.flows.event import change_event
from events.hosting.queries import hosting as queries
from events.invariants.seats import no_seat_beyond_capacity
from events.models import Event, Offer
from events.registration.choices import RegistrationState
from events.registration.flows.registration import withdraw
from members.models import AuditEntry, OutgoingMail
from tests import factories
from tests.events.plans import typed

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


def full_event(*, waiting: int) -> Event:
    event = factories.make_event(now=NOW, capacity=3, group_size=3, promises=["camera-free"])
    for _ in range(3):
        factories.make_registration(event)
    for _ in range(waiting):
        factories.make_registration(event, state=RegistrationState.WAITING)
    return event


def change_capacity(event: Event, to: int) -> Event:
    event.refresh_from_db()
    plan = replace(queries.plan_of(event), capacity=to)
    return change_event(event_id=event.pk, by=event.host, plan=plan, seen_version=event.version, now=NOW)


def test_added_seats_are_offered_at_once_in_the_order_of_the_line(db):
    event = full_event(waiting=5)
    change_capacity(event, 6)
    rows = event.registrations.order_by("queue_number").values_list("state", "seat_number")
    assert list(rows) == [
        *(("confirmed", number) for number in (1, 2, 3)),
        *(("offered", number) for number in (4, 5, 6)),
        *[("waiting", None)] * 2,
    ]
    offered = list(event.registrations.filter(state="offered").order_by("queue_number"))
    assert [offer.registration_id for offer in Offer.objects.order_by("pk")] == [row.pk for row in offered]
    assert list(AuditEntry.objects.filter(verb="offer.make").order_by("pk").values_list("object_id", flat=True)) == [
        row.pk for row in offered
    ]
    assert set(OutgoingMail.objects.values_list("to", flat=True)) == {row.member_id for row in offered}


def queries_for_offers(number: int) -> int:
    event = full_event(waiting=number)
    with CaptureQueriesContext(connection) as captured:
        change_capacity(event, 3 + number)
    assert event.registrations.filter(state="offered").count() == number
    return len(captured)


def test_many_offers_ask_no_more_queries_than_few(db):
    assert queries_for_offers(20) == queries_for_offers(2)


def test_fewer_seats_take_none_away_and_give_none_out_until_there_are_fewer_people(db):
    event = full_event(waiting=2)
    change_capacity(event, 5)
    change_capacity(event, 3)
    assert seats(event) == [1, 2, 3, 4, 5]
    assert no_seat_beyond_capacity(NOW) == []
    people = list(event.registrations.confirmed().order_by("pk"))
    newcomer = factories.make_registration(event, state=RegistrationState.WAITING)
    for row in people[:2]:
        withdraw(member=row.member, event_id=event.pk, now=NOW)
    assert seats(event) == [3, 4, 5]
    newcomer.refresh_from_db()
    assert newcomer.state == RegistrationState.WAITING
    withdraw(member=people[2].member, event_id=event.pk, now=NOW)
    newcomer.refresh_from_db()
    assert (newcomer.state, newcomer.seat_number) == ("offered", 1)


def seats(event: Event) -> list[int]:
    return sorted(event.registrations.seated().values_list("seat_number", flat=True))


def test_the_books_notice_a_seat_given_out_though_there_were_too_many(db):
    event = full_event(waiting=1)
    change_capacity(event, 4)
    change_capacity(event, 3)
    assert no_seat_beyond_capacity(NOW) == []
    AuditEntry.objects.filter(verb="offer.make").update(at=NOW + timedelta(minutes=1))
    assert no_seat_beyond_capacity(NOW) == [f"event {event.pk}: 4 seats granted, capacity 3"]


def test_the_desk_says_that_nobody_loses_a_seat(db, signed_in):
    event = factories.make_event(capacity=5, promises=["camera-free"])
    for _ in range(5):
        factories.make_registration(event)
    client = signed_in(event.host)
    desk = f"/hosting/{event.pk}/"
    assert "席のある方はそのままです" not in client.get(desk).content.decode()
    plan = queries.plan_of(event)
    assert client.post(f"{desk}edit/", typed(replace(plan, capacity=4), seen_version="1")).status_code == 302
    page = client.get(desk).content.decode()
    assert "定員（4人）より多い5人に席があります。席のある方はそのままです。" in page
