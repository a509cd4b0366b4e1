"""Answering an offer: accept, decline, or let it pass."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.event.choices import EventState
from events.models import Event, Offer, Registration
from events.registration.choices import Answer, RegistrationState
from events.registration.flows.registration import register, withdraw
from events.registration.flows.waitlist import (
    accept_offer,
    decline_offer,
    end_offers_by_the_start,
    move_waiting_list,
    move_waiting_lists,
)
from events.registration.queries import registration as queries
from events.registration.rules.registration import RegistrationWindow
from events.registration.rules.waitlist import HeldSeat, NoAnswer, is_open, why_not_accept
from kouryu.refusal import Refused
from members.models import AuditEntry, Heartbeat, OutgoingMail
from tests import factories, sweeps

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("offer", "open_now"),
    [
        (HeldSeat(NOW + DAY), True),
        (HeldSeat(NOW), False),
        (HeldSeat(NOW + DAY, answer="declined"), False),
    ],
    ids=["open", "the deadline itself is too late, swept or not", "answered"],
)
def test_is_open(offer, open_now):
    assert is_open(offer, NOW) == open_now


@pytest.mark.parametrize(
    ("offer", "called_off", "overlaps", "reason"),
    [
        (HeldSeat(NOW + DAY), False, False, None),
        (None, False, False, NoAnswer.NO_OFFER),
        (HeldSeat(NOW + DAY), True, False, NoAnswer.CALLED_OFF),
        (HeldSeat(NOW), False, False, NoAnswer.EXPIRED),
        (HeldSeat(NOW + DAY), False, True, NoAnswer.OVERLAPPING_SEAT),
    ],
    ids=["may", "no offer", "called off", "too late", "seated elsewhere"],
)
def test_why_not_accept(offer, called_off, overlaps, reason):
    window = RegistrationWindow(starts_at=NOW + 6 * DAY, registration_closes_at=NOW + 5 * DAY, is_called_off=called_off)
    assert why_not_accept(offer, window, has_overlapping_seat=overlaps, now=NOW) == reason


@pytest.fixture
def event(db) -> Event:
    return factories.make_event(now=NOW, capacity=2)


@pytest.fixture
def offer(event, aki, mio) -> Offer:
    """A seat held for aki; mio waits behind."""
    factories.make_registration(event)
    for member in (aki, mio):
        factories.make_registration(event, member, state=RegistrationState.WAITING)
    move_waiting_list(event.pk, now=NOW)
    OutgoingMail.objects.all().delete()
    return Offer.objects.get()


def states(event: Event) -> dict[int, tuple[str, int | None]]:
    return {row.member_id: (row.state, row.seat_number) for row in event.registrations.all()}


def keys() -> set[str]:
    return set(OutgoingMail.objects.values_list("key", flat=True))


def test_accepting_makes_the_held_seat_mine(event, offer, aki):
    registration = accept_offer(member=aki, event_id=event.pk, now=NOW)
    assert (registration.state, registration.seat_number) == ("confirmed", 2)
    offer.refresh_from_db()
    assert (offer.answer, offer.answered_at) == (Answer.ACCEPTED, NOW)
    assert keys() == {f"seat/confirmed/{event.pk}/{aki.pk}/2"}
    assert OutgoingMail.objects.get().calendar_method == "REQUEST"
    assert AuditEntry.objects.last().verb == "offer.accept"


def test_accepting_twice_changes_nothing(event, offer, aki):
    accept_offer(member=aki, event_id=event.pk, now=NOW)
    before = (keys(), AuditEntry.objects.count())
    assert accept_offer(member=aki, event_id=event.pk, now=NOW + 3 * DAY).state == RegistrationState.CONFIRMED
    assert (keys(), AuditEntry.objects.count()) == before


def test_declining_offers_the_seat_to_the_next(event, offer, aki, mio):
    decline_offer(member=aki, event_id=event.pk, now=NOW)
    assert (states(event)[aki.pk], states(event)[mio.pk]) == (("withdrawn", None), ("offered", 2))
    assert keys() == {f"seat/withdrawn/{event.pk}/{aki.pk}/2", f"seat/offered/{event.pk}/{mio.pk}/3"}
    before = (keys(), AuditEntry.objects.count())
    decline_offer(member=aki, event_id=event.pk, now=NOW)
    assert (keys(), AuditEntry.objects.count()) == before


@pytest.mark.parametrize("answer", [accept_offer, decline_offer])
def test_a_late_answer_is_refused_and_moves_the_line_without_the_sweeper(event, offer, aki, mio, answer):
    assert queries.open_offer(offer.registration, offer.expires_at) is None
    with pytest.raises(Refused) as refused:
        answer(member=aki, event_id=event.pk, now=offer.expires_at)
    assert refused.value.reason == NoAnswer.EXPIRED
    offer.refresh_from_db()
    assert (offer.answer, states(event)[aki.pk], states(event)[mio.pk]) == (
        Answer.EXPIRED,
        ("withdrawn", None),
        ("offered", 2),
    )


def test_withdrawing_moves_the_line_past_an_offer_that_nobody_swept(event, offer, aki, mio):
    seated = event.registrations.confirmed().get().member
    withdraw(member=seated, event_id=event.pk, now=offer.expires_at)
    assert (states(event)[aki.pk], states(event)[mio.pk]) == (("withdrawn", None), ("offered", 1))


def test_nobody_answers_once_the_event_has_begun(event, offer, aki):
    Event.objects.update(starts_at=NOW)
    with pytest.raises(Refused) as refused:
        accept_offer(member=aki, event_id=event.pk, now=NOW)
    assert refused.value.reason == NoAnswer.EXPIRED


def test_an_event_moved_nearer_takes_its_deadlines_with_it(event, offer):
    event.starts_at = NOW + timedelta(hours=3)
    event.save(update_fields=["starts_at"])
    end_offers_by_the_start(event)
    offer.refresh_from_db()
    assert offer.expires_at == event.starts_at


def test_the_sweeper_expires_and_offers_on_in_one_go(event, offer, aki, mio):
    assert move_waiting_lists(now=offer.expires_at - timedelta(seconds=1)) == 0
    assert move_waiting_lists(now=offer.expires_at) == 1
    assert (states(event)[aki.pk], states(event)[mio.pk]) == (("withdrawn", None), ("offered", 2))
    assert keys() == {f"seat/offer-expired/{event.pk}/{aki.pk}/2", f"seat/offered/{event.pk}/{mio.pk}/3"}
    assert move_waiting_lists(now=offer.expires_at) == 0


def test_who_let_an_offer_pass_may_stand_at_the_end_again(event, offer, aki, mio):
    move_waiting_lists(now=offer.expires_at)
    again = register(member=aki, event_id=event.pk, now=offer.expires_at)
    assert (again.state, again.queue_number) == ("waiting", 4)
    with pytest.raises(Refused) as refused:
        accept_offer(member=aki, event_id=event.pk, now=offer.expires_at)
    assert refused.value.reason == NoAnswer.EXPIRED


def test_a_seat_elsewhere_at_that_time_is_asked_about_when_accepting(event, offer, aki):
    factories.make_registration(factories.make_event(now=NOW), aki)
    with pytest.raises(Refused) as refused:
        accept_offer(member=aki, event_id=event.pk, now=NOW)
    assert refused.value.reason == NoAnswer.OVERLAPPING_SEAT
    assert states(event)[aki.pk] == ("offered", 2)


def test_strangers_have_nothing_to_accept(event, offer, ren):
    with pytest.raises(Refused) as refused:
        accept_offer(member=ren, event_id=event.pk, now=NOW)
    assert refused.value.reason == NoAnswer.NO_OFFER


def test_the_sweeper_leaves_events_alone_that_are_off(event, offer):
    Event.objects.update(state=EventState.CALLED_OFF)
    assert move_waiting_lists(now=offer.expires_at) == 0
    assert keys() == set()


def test_the_task_moves_the_lines_and_beats(db, aki):
    event = factories.make_event(capacity=2)
    factories.make_registration(event, aki, state=RegistrationState.WAITING)
    sweeps.run("move-waiting-lists")
    assert Registration.objects.get().state == RegistrationState.OFFERED
    assert Heartbeat.objects.get().job == "move-waiting-lists"


def test_the_page_acts_by_its_buttons_only(aki, signed_in):
    now = timezone.now()
    event = factories.make_event(now=now)
    factories.make_registration(event, aki, state=RegistrationState.WAITING)
    move_waiting_list(event.pk, now=now)
    client, url = signed_in(aki), reverse("events:offer", args=[event.pk])
    page = client.get(url + "?answer=accept").content.decode()
    assert "参加します" in page
    assert "今回は見送ります" in page
    assert Registration.objects.get().state == RegistrationState.OFFERED
    assert client.post(url, {"answer": "maybe"}).status_code == 422
    for _ in range(2):
        answer = client.post(url, {"answer": "accept"})
        assert answer.headers["Location"] == event.get_absolute_url()
    assert Registration.objects.get().state == RegistrationState.CONFIRMED
    assert client.get(url).headers["Location"] == event.get_absolute_url()


def test_the_page_of_a_late_answer_says_so(aki, signed_in):
    event = factories.make_event()
    registration = factories.make_registration(event, aki, state=RegistrationState.OFFERED)
    now = timezone.now()
    Offer.objects.create(registration=registration, made_at=now - DAY, expires_at=now)
    answer = signed_in(aki).post(reverse("events:offer", args=[event.pk]), {"answer": "accept"})
    assert answer.status_code == 409
    assert "お返事の期限が過ぎた" in answer.content.decode()


def test_the_page_is_invisible_to_strangers(mio, aki, signed_in):
    event = factories.make_event()
    factories.make_registration(event, aki, state=RegistrationState.OFFERED)
    assert signed_in(mio).get(reverse("events:offer", args=[event.pk])).status_code == 404
