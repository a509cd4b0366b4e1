"""Registering: a seat, or a place in line; who is refused, and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.event.choices import EventState
from events.event.rules.eligibility import NotEligible
from events.models import Condition, Registration
from events.registration import refusals
from events.registration.choices import Mode, RegistrationState
from events.registration.flows.registration import register, withdraw
from events.registration.rules.registration import (
    Newcomer,
    NoRegistration,
    NoWithdrawal,
    RegistrationWindow,
    SeatCounts,
    SeatOrLine,
    lowest_free_seats,
    seat_for_newcomer,
    why_not_register,
)
from events.registration.rules.video_room import NoEntryToVideoRoom
from events.registration.rules.waitlist import NoAnswer
from kouryu.refusal import Refused
from members.models import AuditEntry, OutgoingMail
from tests import factories

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
LATER = NOW + timedelta(days=7)


def window(**changes) -> RegistrationWindow:
    return RegistrationWindow(**{"starts_at": LATER, "registration_closes_at": LATER - timedelta(days=1), **changes})


@pytest.mark.parametrize(
    ("open_window", "newcomer", "reason"),
    [
        pytest.param(window(), Newcomer(), None, id="open to whoever fits"),
        pytest.param(window(is_published=False), Newcomer(), NoRegistration.NOT_PUBLISHED, id="draft"),
        pytest.param(
            window(is_published=False, is_called_off=True), Newcomer(), NoRegistration.CALLED_OFF, id="called off"
        ),
        pytest.param(window(is_published=False, is_closed=True), Newcomer(), NoRegistration.CLOSED, id="closed"),
        pytest.param(window(starts_at=NOW), Newcomer(), NoRegistration.STARTED, id="starts this moment"),
        pytest.param(
            window(registration_closes_at=NOW), Newcomer(), NoRegistration.REGISTRATION_CLOSED, id="closes this moment"
        ),
        pytest.param(window(), Newcomer(is_host=True), NoRegistration.OWN_EVENT, id="the host"),
        pytest.param(window(), Newcomer(has_name=False), NoRegistration.NAME_MISSING, id="nameless"),
        pytest.param(window(), Newcomer(is_registered=True), NoRegistration.ALREADY_REGISTERED, id="again"),
        pytest.param(
            window(), Newcomer(has_overlapping_seat=True), NoRegistration.OVERLAPPING_SEAT, id="seated elsewhere"
        ),
        pytest.param(
            window(), Newcomer(not_eligible=NotEligible.THEME), NotEligible.THEME, id="does not meet the conditions"
        ),
    ],
)
def test_why_not_register(open_window, newcomer, reason):
    assert why_not_register(open_window, newcomer, NOW, has_leader=True) == reason


@pytest.mark.parametrize(
    ("counts", "place"),
    [
        pytest.param(SeatCounts(capacity=2, taken=1, waiting=0), SeatOrLine.SEAT, id="one left"),
        pytest.param(SeatCounts(capacity=2, taken=2, waiting=0), SeatOrLine.LINE, id="full"),
        pytest.param(
            SeatCounts(capacity=2, taken=1, waiting=1), SeatOrLine.LINE, id="the free seat belongs to who waits"
        ),
        pytest.param(SeatCounts(capacity=2, taken=3, waiting=0), SeatOrLine.LINE, id="capacity was lowered"),
        pytest.param(
            SeatCounts(capacity=2, taken=1, waiting=1, is_first_come=True), SeatOrLine.SEAT, id="nearly starting"
        ),
        pytest.param(
            SeatCounts(capacity=2, taken=2, waiting=0, is_first_come=True), SeatOrLine.LINE, id="nearly, but full"
        ),
    ],
)
def test_seat_for_newcomer(counts, place):
    assert seat_for_newcomer(counts) == place


@pytest.mark.parametrize(
    ("taken", "capacity", "count", "seats"),
    [([], 2, 1, [1]), ([1, 3], 3, 1, [2]), ([1, 2, 5], 4, 1, [3]), ([2, 9], 5, 3, [1, 3, 4])],
    ids=["first", "gap", "lowered", "several"],
)
def test_lowest_free_seats(taken, capacity, count, seats):
    assert lowest_free_seats(taken, capacity, count) == seats


def test_free_seat_is_confirmed_mailed_and_noted(aki):
    event = factories.make_event(now=NOW)
    registration = register(
        member=aki, event_id=event.pk, wants_to_talk="研究の話", can_offer="", mode=Mode.LISTEN, now=NOW
    )
    assert (registration.state, registration.seat_number, registration.queue_number) == ("confirmed", 1, 1)
    assert (registration.wants_to_talk, registration.mode, registration.is_first_timer) == ("研究の話", "listen", True)
    mail = OutgoingMail.objects.get()
    assert (mail.key, mail.address, mail.calendar_method) == (
        f"seat/confirmed/{event.pk}/{aki.pk}/1",
        aki.email,
        "REQUEST",
    )
    assert "研究の話" not in mail.text + mail.html + mail.calendar
    assert event.room_url not in mail.text + mail.html + mail.calendar
    line = AuditEntry.objects.get()
    assert (line.verb, line.by, line.object_id, line.why) == ("registration.confirm", aki, registration.pk, "")


def test_full_event_gives_a_place_in_line(aki, mio):
    event = factories.make_event(now=NOW, capacity=2)
    factories.make_registration(event)
    factories.make_registration(event)
    register(member=aki, event_id=event.pk, now=NOW)
    waiting = register(member=mio, event_id=event.pk, now=NOW)
    assert (waiting.state, waiting.seat_number, waiting.queue_number) == ("waiting", None, 4)
    mails = {mail.key: mail for mail in OutgoingMail.objects.all()}
    assert set(mails) == {f"seat/waiting/{event.pk}/{aki.pk}/3", f"seat/waiting/{event.pk}/{mio.pk}/4"}
    mail = mails[f"seat/waiting/{event.pk}/{mio.pk}/4"]
    assert "2番目" in mail.text
    assert "24時間お待ちします" in mail.text
    assert mail.calendar == ""


def test_free_seat_goes_to_nobody_while_others_wait(aki):
    event = factories.make_event(now=NOW, capacity=3)
    factories.make_registration(event)
    factories.make_registration(event, state=RegistrationState.WAITING)
    assert register(member=aki, event_id=event.pk, now=NOW).state == RegistrationState.WAITING


def test_registering_twice_returns_the_first(aki):
    event = factories.make_event(now=NOW)
    first = register(member=aki, event_id=event.pk, wants_to_talk="はじめ", now=NOW)
    second = register(member=aki, event_id=event.pk, wants_to_talk="あと", now=NOW)
    assert first.pk == second.pk
    assert second.wants_to_talk == "はじめ"
    assert (OutgoingMail.objects.count(), AuditEntry.objects.count()) == (1, 1)


def test_who_comes_back_stands_at_the_end(aki, mio):
    event = factories.make_event(now=NOW)
    first = register(member=aki, event_id=event.pk, now=NOW)
    withdraw(member=aki, event_id=event.pk, now=NOW)
    register(member=mio, event_id=event.pk, now=NOW)
    again = register(member=aki, event_id=event.pk, now=NOW)
    assert (again.pk, again.queue_number, again.seat_number) == (first.pk, 3, 2)
    assert Registration.objects.count() == 2
    assert again.calendar_sequence == 3


def test_two_events_at_one_time_are_refused(aki):
    factories.make_registration(factories.make_event(now=NOW), aki)
    other = factories.make_event(now=NOW)
    with pytest.raises(Refused) as refused:
        register(member=aki, event_id=other.pk, now=NOW)
    assert refused.value.reason == NoRegistration.OVERLAPPING_SEAT
    assert (OutgoingMail.objects.count(), AuditEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize("elsewhere", [{"state": EventState.CALLED_OFF}, {"starts_at": LATER + timedelta(hours=1)}])
def test_a_called_off_or_later_event_is_in_nobodys_way(aki, elsewhere):
    factories.make_registration(factories.make_event(now=NOW, **elsewhere), aki)
    event = factories.make_event(now=NOW)
    assert register(member=aki, event_id=event.pk, now=NOW).state == RegistrationState.CONFIRMED


def test_conditions_are_asked_for(aki):
    event = factories.make_event(now=NOW)
    Condition.objects.create(event=event, kind="industry", values=["P"])
    with pytest.raises(Refused) as refused:
        register(member=aki, event_id=event.pk, now=NOW)
    assert refused.value.reason == NotEligible.INDUSTRY


def test_registering_costs_few_queries(aki, django_assert_max_num_queries):
    event = factories.make_event(now=NOW)
    with django_assert_max_num_queries(14):  # one asks whether its host may lead it
        register(member=aki, event_id=event.pk, now=NOW)


# --- the page


def url(event) -> str:
    return reverse("events:register", args=[event.pk])


def test_the_form_asks_how_and_leads_back_to_the_event(aki, signed_in):
    event = factories.make_event()
    client = signed_in(aki)
    assert "この内容で申し込む" in client.get(url(event)).content.decode()
    for _ in range(2):
        answer = client.post(url(event), {"wants_to_talk": "研究の話", "mode": "chat"})
        assert (answer.status_code, answer.headers["Location"]) == (302, event.get_absolute_url())
    registration = Registration.objects.get()
    assert (registration.wants_to_talk, registration.can_offer, registration.mode) == ("研究の話", "", "chat")
    assert "席が決まっています" in client.get(event.get_absolute_url()).content.decode()
    assert client.get(url(event)).headers["Location"] == event.get_absolute_url()


def test_a_full_event_says_that_one_waits_and_how(aki, signed_in):
    event = factories.make_event(capacity=2)
    factories.make_registration(event)
    factories.make_registration(event)
    page = signed_in(aki).get(url(event)).content.decode()
    assert "この内容で待つ" in page
    assert "お返事は24時間お待ちします" in page


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        pytest.param({}, {"mode"}, id="nothing"),
        pytest.param({"mode": "dance"}, {"mode"}, id="unknown way"),
        pytest.param({"mode": "talk", "wants_to_talk": "あ" * 201}, {"wants_to_talk"}, id="too long"),
        pytest.param({"mode": "talk", "can_offer": "a\x00b"}, {"can_offer"}, id="NUL"),
        pytest.param(
            {"wants_to_talk": "あ" * 5000, "can_offer": "い" * 201},
            {"mode", "wants_to_talk", "can_offer"},
            id="all of it",
        ),
    ],
)
def test_wrong_input_is_told_at_the_field_and_kept(aki, signed_in, sent, fields):
    answer = signed_in(aki).post(url(factories.make_event()), sent)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == fields
    page = answer.content.decode()
    assert "入力を確かめてください" in page
    assert all(text in page for text in sent.values() if "\x00" not in text and text != "dance")
    assert not Registration.objects.exists()


def test_a_refused_registration_says_why_and_where_else(aki, signed_in):
    event = factories.make_event(registration_closes_at=timezone.now())
    client = signed_in(aki)
    for answer in (client.get(url(event)), client.post(url(event), {"mode": "talk"})):
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "に締め切りました" in page
        assert reverse("events:events") in page


@pytest.mark.parametrize(
    "reason", [*NotEligible, *NoRegistration, *NoWithdrawal, *NoAnswer, *NoEntryToVideoRoom], ids=str
)
def test_every_reason_has_a_sentence_and_a_next_step(db, reason):
    event = factories.make_event()
    for other in (None, factories.make_event(title="ほかの会")):
        explanation = refusals.explain(reason, event=event, other=other)
        assert explanation.sentence.endswith("。")
        assert explanation.next_label
        assert explanation.next_url.startswith("/")
