"""The room: who is let in, when, and what the one click does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from events.evening.flows.attendance import join_room
from events.event.choices import EventState
from events.models import Attendance, Registration
from events.registration.choices import Presence, RegistrationState
from events.registration.rules.video_room import NoEntryToVideoRoom, VideoRoomHours, why_not_enter
from kouryu.refusal import Refused
from members.models import AuditEntry
from tests import factories

NOW = START = datetime(2026, 11, 25, 11, tzinfo=UTC)
END = START + timedelta(hours=1)
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.mark.parametrize(
    ("now", "changes", "reason"),
    [
        pytest.param(START - HALF_AN_HOUR - timedelta(seconds=1), {}, NoEntryToVideoRoom.NOT_YET_OPEN, id="too early"),
        pytest.param(START - HALF_AN_HOUR, {}, None, id="half an hour before"),
        pytest.param(END - timedelta(seconds=1), {}, None, id="last second"),
        pytest.param(END, {}, NoEntryToVideoRoom.OVER, id="over"),
        pytest.param(START, {"is_closed": True}, NoEntryToVideoRoom.OVER, id="closed early"),
        pytest.param(START, {"is_called_off": True}, NoEntryToVideoRoom.CALLED_OFF, id="called off"),
    ],
)
def test_why_not_enter(now, changes, reason):
    hours = VideoRoomHours(starts_at=START, ends_at=END, opens_before=HALF_AN_HOUR, **changes)
    assert why_not_enter(hours, now) == reason


@pytest.fixture
def seat(aki) -> Registration:
    return factories.make_registration(factories.make_event(starts_at=START, now=START - timedelta(days=7)), aki)


def test_joining_records_who_was_there_once(seat, aki):
    for _ in range(2):
        join_room(member=aki, event_id=seat.event_id, now=START)
    attendance = Attendance.objects.get()
    assert (attendance.registration, attendance.presence, attendance.recorded_by) == (seat, Presence.PRESENT, aki)
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == ["room.join"]


def test_who_had_sent_word_and_comes_after_all_was_there(seat, aki):
    Attendance.objects.create(registration=seat, presence=Presence.EXCUSED, recorded_at=START)
    join_room(member=aki, event_id=seat.event_id, now=START)
    assert Attendance.objects.get().presence == Presence.PRESENT


def test_too_early_records_nothing(seat, aki):
    with pytest.raises(Refused) as refused:
        join_room(member=aki, event_id=seat.event_id, now=START - timedelta(hours=2))
    assert refused.value.reason == NoEntryToVideoRoom.NOT_YET_OPEN
    assert not Attendance.objects.exists()


def test_no_seat_no_room(seat, mio):
    with pytest.raises(Registration.DoesNotExist):
        join_room(member=mio, event_id=seat.event_id, now=START)


def room(event) -> str:
    return reverse("events:room", args=[event.pk])


def test_the_way_in_appears_after_the_click_and_never_before(aki, signed_in):
    event = factories.make_event(starts_at=timezone.now() + timedelta(minutes=10))
    factories.make_registration(event, aki)
    client = signed_in(aki)
    page = client.get(room(event)).content.decode()
    assert "部屋に入る" in page
    assert event.room_url not in page
    assert not Attendance.objects.exists()
    answer = client.post(room(event), follow=True)
    assert answer.redirect_chain == [(room(event), 302)]
    page = " ".join(answer.content.decode().split())
    assert "記録しました" in page
    way_in = reverse("events:enter", args=[event.pk])
    assert f'<a class="btn fill start" href="{way_in}" target="_blank" rel="noopener noreferrer">' in page
    assert event.room_url not in page
    assert event.room_url in client.get(way_in).content.decode()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://meet.example.jp/room?x=1&y=2", "meet.example.jp"),
        ("https://kouryu.example.jp@evil.example/x", "evil.example"),
        ("https://еxample.jp/room", "xn--xample-2of.jp"),  # a Cyrillic е
        ("http://10.0.0.1:8080/", "10.0.0.1"),
    ],
)
def test_whoever_leaves_for_a_typed_address_reads_its_host_first(aki, signed_in, address, shown):
    event = factories.make_event(starts_at=timezone.now() + timedelta(minutes=10), room_url=address)
    seat = factories.make_registration(event, aki)
    Attendance.objects.create(registration=seat, presence=Presence.PRESENT, recorded_at=timezone.now())
    answer = signed_in(aki).get(reverse("events:enter", args=[event.pk]))
    page = answer.content.decode()
    assert (answer.status_code, answer.has_header("Location")) == (200, False)
    assert f'<b class="num">{shown}</b>' in page
    assert page.count(f'href="{escape(address)}"') == 1


def test_too_early_says_when_it_opens(aki, signed_in):
    event = factories.make_event()
    factories.make_registration(event, aki)
    client = signed_in(aki)
    page = client.get(room(event)).content.decode()
    opens = timezone.localtime(event.starts_at - HALF_AN_HOUR)
    assert f"{opens:%H:%M}に開きます" in page
    assert event.room_url not in page
    assert client.post(room(event)).status_code == 409


def test_after_the_end_the_way_in_is_gone(aki, signed_in):
    event = factories.make_event(starts_at=timezone.now() - timedelta(hours=2))
    seat = factories.make_registration(event, aki)
    Attendance.objects.create(registration=seat, presence=Presence.PRESENT, recorded_at=event.starts_at)
    page = signed_in(aki).get(room(event)).content.decode()
    assert "会は終わりました" in page
    assert event.room_url not in page


@pytest.mark.parametrize("state", [RegistrationState.WAITING, RegistrationState.OFFERED, RegistrationState.WITHDRAWN])
def test_without_a_confirmed_seat_there_is_no_room(mio, signed_in, state):
    event = factories.make_event(starts_at=timezone.now() + timedelta(minutes=10))
    client = signed_in(mio)
    assert client.get(room(event)).status_code == 404
    factories.make_registration(event, mio, state=state)
    assert client.get(room(event)).status_code == 404
    assert client.post(room(event)).status_code == 404


def test_a_called_off_event_has_no_room(aki, signed_in):
    event = factories.make_event(starts_at=timezone.now() + timedelta(minutes=10), state=EventState.CALLED_OFF)
    factories.make_registration(event, aki)
    page = signed_in(aki).get(room(event)).content.decode()
    assert "中止になりました" in page
    assert event.room_url not in page
