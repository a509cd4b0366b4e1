"""A changed capacity: added seats are offered at once and in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext

from events import queries
from events.choices import RegistrationState
from events.flows.event import change_event
from events.models import Event, Offer
from members.models import AuditEntry, OutgoingMail
from tests import factories

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


def full_event(*, waiting: int) -> Event:
    event = factories.make_event(now=NOW, capacity=3, promises=["camera-free"])
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
