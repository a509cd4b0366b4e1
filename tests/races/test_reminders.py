"""Two sweeps remind at the same moment, and a host or a member acts between a sweep's look and its mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from threading import Thread

import pytest
from django.db import connection
from django.db.models import QuerySet

from events.models import Event
from events.registration.flows.registration import withdraw
from events.registration.flows.reminder import send_reminders
from kouryu.clock import TOKYO
from members.models import OutgoingMail
from tests import factories
from tests.races.together import at_once, in_threads, waiting_for_a_lock
from tests.rig.site import wait_until

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

START = datetime(2026, 12, 10, 19, 30, tzinfo=TOKYO)
NOW = DUE = START - timedelta(hours=1)
INSERT = 'INSERT INTO "members_outgoingmail"'


@pytest.fixture
def event() -> Event:
    return factories.make_event(now=DUE - timedelta(days=7), starts_at=START)


def seat(event: Event):
    return factories.make_registration(event, changed_at=DUE - timedelta(days=3))


def sweep() -> int:
    return send_reminders(now=DUE)


def test_two_sweeps_write_each_reminder_once(event):
    seats = [seat(event) for _ in range(5)]
    written = at_once(INSERT, sweep, sweep)
    assert (sum(written), OutgoingMail.objects.count()) == (len(seats), len(seats))


def test_control_without_the_key_both_would_write(event, monkeypatch):
    seat(event)
    numbers = count()
    monkeypatch.setattr("events.registration.queries.reminders.key_of", lambda *args: f"reminder/{next(numbers)}")
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    at_once(INSERT, sweep, sweep)
    assert OutgoingMail.objects.count() == 2


def withdrawn_before_the_mail_is_written(row) -> list[str]:
    """The member gives the seat back while the sweep is about to write; the mails in the order of their writing."""
    leaving = Thread(target=in_threads, args=(1, [lambda: withdraw(member=row.member, event_id=row.event_id, now=DUE)]))

    def let_them_leave(execute, sql, params, many, context):
        if sql.startswith(INSERT) and not leaving.ident:
            leaving.start()
            wait_until(lambda: not leaving.is_alive() or waiting_for_a_lock(), what="the member left or waits for us")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(let_them_leave):
        sweep()
    leaving.join()
    return [key.split("/")[0] for key in OutgoingMail.objects.order_by("pk").values_list("key", flat=True)]


def test_who_gives_the_seat_back_is_never_reminded_afterwards(event):
    assert withdrawn_before_the_mail_is_written(seat(event)) == ["reminder", "seat"]


def test_control_without_the_lock_they_would_be(event, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    assert withdrawn_before_the_mail_is_written(seat(event)) == ["seat", "reminder"]
