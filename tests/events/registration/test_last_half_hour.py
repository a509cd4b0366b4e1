"""Shortly before the start nothing is offered any more: a free seat goes to whoever comes for it first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.models import Offer
from events.registration.choices import RegistrationState
from events.registration.flows.registration import register, withdraw
from events.registration.flows.waitlist import take_free_seat
from events.registration.rules.registration import RegistrationWindow, SeatCounts
from events.registration.rules.waitlist import NoTaking, why_not_take
from members.models import AuditEntry, OutgoingMail
from tests import factories

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
SOON = RegistrationWindow(starts_at=NOW + timedelta(minutes=20), registration_closes_at=NOW)
OFF = RegistrationWindow(starts_at=SOON.starts_at, registration_closes_at=NOW, is_called_off=True)
IN_AN_HOUR = RegistrationWindow(starts_at=NOW + timedelta(hours=1), registration_closes_at=NOW)
ONE_FREE, FULL = SeatCounts(capacity=2, taken=1, waiting=1), SeatCounts(capacity=2, taken=2, waiting=1)


@pytest.mark.parametrize(
    ("counts", "window", "waits", "overlaps", "reason"),
    [
        pytest.param(ONE_FREE, SOON, True, False, None, id="may"),
        pytest.param(ONE_FREE, SOON, False, False, NoTaking.NOT_IN_LINE, id="does not wait"),
        pytest.param(ONE_FREE, OFF, True, False, NoTaking.NOT_OPEN, id="called off"),
        pytest.param(ONE_FREE, RegistrationWindow(NOW, NOW), True, False, NoTaking.STARTED, id="started"),
        pytest.param(ONE_FREE, IN_AN_HOUR, True, False, NoTaking.TOO_EARLY, id="an hour before"),
        pytest.param(FULL, SOON, True, False, NoTaking.FULL, id="full"),
        pytest.param(ONE_FREE, SOON, True, True, NoTaking.OVERLAPPING_SEAT, id="seated elsewhere"),
    ],
)
def test_why_not_take(counts, window, waits, overlaps, reason):
    facts = {"is_waiting": waits, "has_leader": True, "has_overlapping_seat": overlaps}
    assert why_not_take(counts, window, **facts, now=NOW) == reason


def test_the_button_appears_with_the_free_seat_and_the_first_click_has_it(aki, mio, signed_in):
    now = timezone.now()
    event = factories.make_event(now=now, capacity=2, starts_at=now + timedelta(minutes=20))
    seated = factories.make_registration(event)
    factories.make_registration(event)
    for member in (mio, aki):
        factories.make_registration(event, member, state=RegistrationState.WAITING)
    client, url = signed_in(aki), reverse("events:take", args=[event.pk])
    assert "この席で参加する" not in client.get(event.get_absolute_url()).content.decode()
    withdraw(member=seated.member, event_id=event.pk, now=now)
    assert not Offer.objects.exists()
    assert "この席で参加する" in client.get(event.get_absolute_url()).content.decode()
    for _ in range(2):
        assert client.post(url).headers["Location"] == event.get_absolute_url()
    row = event.registrations.get(member=aki)
    assert (row.state, row.seat_number) == ("confirmed", 1)
    late = signed_in(mio).post(url)
    assert late.status_code == 409
    assert "先に来た方に決まりました" in late.content.decode()


def test_taking_a_seat_mails_it_once(aki):
    event = factories.make_event(now=NOW)
    factories.make_registration(event, aki, state=RegistrationState.WAITING)
    for _ in range(2):
        take_free_seat(member=aki, event_id=event.pk, now=event.starts_at - timedelta(minutes=5))
    mail = OutgoingMail.objects.get()
    assert (mail.key, mail.calendar_method) == (f"seat/confirmed/{event.pk}/{aki.pk}/1", "REQUEST")
    assert [line.verb for line in AuditEntry.objects.all()] == ["registration.take"]


def test_a_newcomer_need_not_stand_behind_a_line_that_no_longer_moves(aki):
    event = factories.make_event(now=NOW)
    factories.make_registration(event, state=RegistrationState.WAITING)
    before, nearly = event.starts_at - timedelta(minutes=31), event.starts_at - timedelta(minutes=30)
    assert register(member=aki, event_id=event.pk, now=before).state == RegistrationState.WAITING
    newcomer = factories.make_member()
    assert register(member=newcomer, event_id=event.pk, now=nearly).state == RegistrationState.CONFIRMED
