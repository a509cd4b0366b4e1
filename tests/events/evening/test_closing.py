"""An evening is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.evening.flows.closing import close_event, close_overdue_events
from events.models import Event
from events.registration.choices import Outcome
from events.registration.rules.closing import EveningFacts, NoAttendance, outcome, why_not_close
from members.models import AuditEntry
from tests.factories import make_event

NOW = START = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "presence", "what"),
    [
        ("confirmed", "present", Outcome.ATTENDED),
        ("confirmed", "excused", Outcome.EXCUSED),
        ("confirmed", "", Outcome.ABSENT),
        ("withdrawn", "", Outcome.EXCUSED),
        ("withdrawn", "present", Outcome.EXCUSED),
        ("waiting", "", None),
        ("offered", "", None),
    ],
)
def test_what_really_happened(state, presence, what):
    assert outcome(state, presence) == what


@pytest.mark.parametrize(
    ("state", "now", "reason"),
    [
        pytest.param("published", START - timedelta(minutes=1), NoAttendance.NOT_STARTED, id="before the start"),
        pytest.param("published", START, None, id="at the start"),
        pytest.param("draft", START, NoAttendance.NOT_PUBLISHED, id="draft"),
        pytest.param("closed", START, NoAttendance.CLOSED, id="closed"),
        pytest.param("called-off", START, NoAttendance.CALLED_OFF, id="called off"),
    ],
)
def test_why_not_close(state, now, reason):
    assert why_not_close(EveningFacts(state, START, timedelta(minutes=30)), now=now) == reason


def test_the_host_closes_once(ren, signed_in):
    event = make_event(ren, starts_at=timezone.now() - timedelta(hours=1))
    address = reverse("events:close", args=[event.pk])
    answers = [signed_in(ren).post(address).url for _ in range(2)]
    event.refresh_from_db()
    assert answers == [reverse("events:desk", args=[event.pk])] * 2
    assert event.state == "closed"
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", "by")) == [("event.close", ren.pk)]


def test_an_event_that_has_not_begun_stays_open(ren, signed_in):
    event = make_event(ren)
    answer = signed_in(ren).post(reverse("events:close", args=[event.pk]))
    event.refresh_from_db()
    assert (answer.status_code, event.state) == (409, "published")


def test_strangers_close_nothing(ren, mio, signed_in):
    event = make_event(ren, starts_at=timezone.now() - timedelta(hours=1))
    assert signed_in(mio).post(reverse("events:close", args=[event.pk])).status_code == 404


def test_what_nobody_closed_closes_itself_three_hours_after_its_end(ren):
    now = timezone.now()
    over = make_event(ren, starts_at=now - timedelta(hours=4))
    make_event(ren, starts_at=now - timedelta(hours=4) + timedelta(minutes=1))
    make_event(ren, starts_at=now - timedelta(hours=9), state="called-off")
    make_event(ren, starts_at=now - timedelta(hours=9), state="draft")
    assert [close_overdue_events(now=now) for _ in range(2)] == [1, 0]
    assert list(Event.objects.filter(state="closed").order_by("pk").values_list("pk", "closed_at")) == [(over.pk, now)]
    assert list(AuditEntry.objects.order_by("pk").values_list("by", flat=True)) == [None]


def test_closing_what_the_host_closed_meanwhile_changes_nothing(ren):
    now = timezone.now()
    event = make_event(ren, starts_at=now - timedelta(hours=4))
    close_event(event_id=event.pk, by=ren, now=now - timedelta(hours=2))
    close_event(event_id=event.pk, by=None, now=now)
    event.refresh_from_db()
    assert event.closed_at == now - timedelta(hours=2)
