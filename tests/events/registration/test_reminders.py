"""Reminders: when they are due, who gets them, and that nobody gets one twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from events.event.choices import EventState
from events.hosting.flows.event import call_off_event
from events.models import Event
from events.registration.choices import HOUR_BEFORE_MAIL, RegistrationState
from events.registration.flows.registration import register, withdraw
from events.registration.flows.reminder import remind, send_reminders
from events.registration.limits import REMINDERS
from events.registration.rules.reminder import Reminder, due_at, goes_to, is_due, useful_until
from kouryu.clock import TOKYO
from members.mail.choices import MailState
from members.mail.flows.delivery import deliver_due
from members.mail.limits import QUIET_HOURS
from members.models import OutgoingMail, Suspension
from tests import factories

DAY, HOUR, MINUTES = Reminder.DAY_BEFORE, Reminder.HOUR_BEFORE, Reminder.FIVE_MINUTES


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, second, tzinfo=TOKYO)


START = at(10, 19, 30)


@pytest.mark.parametrize(
    ("what", "starts_at", "due"),
    [
        pytest.param(DAY, START, at(9, 20), id="the day before an evening"),
        pytest.param(DAY, at(10, 0, 30), at(9, 20), id="the day before, of a start after midnight"),
        pytest.param(DAY, at(10, 23, 59), at(9, 20), id="the day before, of the last minute"),
        pytest.param(DAY, at(1, 7), datetime(2026, 11, 30, 20, tzinfo=TOKYO), id="the day before the first"),
        pytest.param(HOUR, START, at(10, 18, 30), id="an hour before"),
        pytest.param(HOUR, at(10, 0, 30), at(9, 23, 30), id="an hour before, in the night"),
        pytest.param(MINUTES, START, at(10, 19, 25), id="five minutes before"),
    ],
)
def test_due_at(what: Reminder, starts_at: datetime, due: datetime) -> None:
    assert due_at(what, starts_at) == due


@pytest.mark.parametrize("hour", [12, 18, 20, 21])
def test_the_lengths_around_the_day_before_follow_from_its_hour(hour: int) -> None:
    limits = replace(REMINDERS, day_before_at=time(hour))
    asked = at(9, hour)
    assert asked + limits.furthest_ahead == at(11, 0)  # the last minute of the next day is found
    assert asked + limits.day_before_late == at(9, QUIET_HOURS.begin.hour)


@pytest.mark.parametrize(
    ("what", "now", "due"),
    [
        pytest.param(DAY, at(9, 19, 59, 59), False, id="day: a second early"),
        pytest.param(DAY, at(9, 20), True, id="day: on time"),
        pytest.param(DAY, at(9, 21, 59, 59), True, id="day: a sweep held up"),
        pytest.param(DAY, at(9, 22), False, id="day: never in the quiet hours"),
        pytest.param(HOUR, at(10, 18, 29, 59), False, id="hour: a second early"),
        pytest.param(HOUR, at(10, 18, 30), True, id="hour: on time"),
        pytest.param(HOUR, at(10, 19), False, id="hour: half an hour late"),
        pytest.param(MINUTES, at(10, 19, 24, 59), False, id="minutes: a second early"),
        pytest.param(MINUTES, at(10, 19, 29, 59), True, id="minutes: the last second"),
        pytest.param(MINUTES, START, False, id="minutes: it has begun"),
    ],
)
def test_is_due(what: Reminder, now: datetime, due: bool) -> None:
    assert is_due(what, START, now=now) is due


@pytest.mark.parametrize(
    ("seated_at", "goes"),
    [
        pytest.param(at(1, 12), True, id="long ago"),
        pytest.param(at(9, 20), True, id="in that moment"),
        pytest.param(at(9, 20, 0, 1), False, id="a second later"),
    ],
)
def test_who_comes_late_is_not_reminded_of_what_they_have_just_read(seated_at: datetime, goes: bool) -> None:
    assert goes_to(DAY, START, seated_at=seated_at, now=at(9, 20, 5)) is goes


@pytest.mark.parametrize(("what", "until"), [(DAY, at(10, 18, 30)), (HOUR, at(10, 19, 25)), (MINUTES, START)])
def test_useful_until(what: Reminder, until: datetime) -> None:
    assert useful_until(what, START) == until


@pytest.fixture
def event(ren) -> Event:
    return factories.make_event(ren, now=at(1, 12), starts_at=START, promises=["listening-ok"])


@pytest.fixture
def seat(event, aki):
    return factories.make_registration(event, aki, changed_at=at(1, 12))


def reminded() -> list[tuple[str, str]]:
    """Who got which, in the order in which they were written."""
    return [(mail.kind, mail.to.called_name) for mail in OutgoingMail.objects.order_by("pk") if "reminder" in mail.key]


@pytest.mark.long
def test_a_seat_brings_three_reminders_however_often_the_sweep_runs(seat) -> None:
    moment = at(9, 19)
    while moment < START + timedelta(minutes=10):
        send_reminders(now=moment)
        moment += timedelta(minutes=1)
    assert reminded() == [("day-before", "あき"), ("hour-before", "あき"), ("five-minutes", "あき")]


@pytest.mark.parametrize("state", [RegistrationState.WAITING, RegistrationState.OFFERED, RegistrationState.WITHDRAWN])
def test_only_a_certain_seat_is_reminded(event, aki, state) -> None:
    factories.make_registration(event, aki, state=state, changed_at=at(1, 12))
    assert send_reminders(now=at(9, 20)) == 0


@pytest.mark.parametrize("state", [EventState.DRAFT, EventState.CALLED_OFF, EventState.CLOSED])
def test_only_a_published_event_is_reminded_of(event, seat, state) -> None:
    event.state = state
    event.save(update_fields=["state"])
    assert send_reminders(now=at(9, 20)) == 0


def test_what_changed_since_the_sweep_looked_is_seen(event, seat, aki) -> None:
    withdraw(member=aki, event_id=event.pk, now=at(9, 19))
    assert remind(event.pk, seat.pk, DAY, now=at(9, 20)) is False
    assert reminded() == []


def test_each_kind_can_be_switched_off(seat, aki) -> None:
    aki.muted_mail = [HOUR_BEFORE_MAIL]
    aki.save(update_fields=["muted_mail"])
    for moment in (at(9, 20), at(10, 18, 30), at(10, 19, 25)):
        send_reminders(now=moment)
    assert reminded() == [("day-before", "あき"), ("five-minutes", "あき")]


def test_a_suspended_member_is_not_reminded(seat, aki) -> None:
    Suspension.objects.create(member=aki, reason="x", starts_at=at(2, 12))
    assert send_reminders(now=at(9, 20)) == 0


def test_who_gives_the_seat_back_and_takes_it_again_later_is_not_reminded_of_the_past(event, aki) -> None:
    register(member=aki, event_id=event.pk, now=at(1, 12))
    withdraw(member=aki, event_id=event.pk, now=at(9, 19))
    assert send_reminders(now=at(9, 20)) == 0
    register(member=aki, event_id=event.pk, now=at(9, 20, 30))
    assert send_reminders(now=at(9, 20, 31)) == 0
    send_reminders(now=at(10, 18, 30))
    assert reminded() == [("hour-before", "あき")]


def test_a_moved_event_is_reminded_of_anew(event, seat) -> None:
    send_reminders(now=at(9, 20))
    Event.objects.update(starts_at=START + timedelta(days=1), ends_at=START + timedelta(days=1, hours=1))
    for moment in (at(9, 20, 1), at(10, 18, 30), at(10, 20), at(10, 20, 1)):
        send_reminders(now=moment)
    mails = list(OutgoingMail.objects.order_by("pk"))
    assert reminded() == [("day-before", "あき")] * 2
    assert ["12月10日" in mail.subject for mail in mails] == [True, False]
    assert ["12月11日" in mail.subject for mail in mails] == [False, True]


def test_a_called_off_event_is_not_reminded_of(event, seat, ren) -> None:
    call_off_event(event_id=event.pk, by=ren, reason="進行役が熱を出しました。", now=at(9, 19))
    assert send_reminders(now=at(9, 20)) == 0


def test_the_day_before_says_what_to_expect_and_how_to_give_the_seat_back(event, seat, settings) -> None:
    send_reminders(now=at(9, 20))
    mail = OutgoingMail.objects.get()
    assert mail.subject == "12月10日（木）19:30から：業界の当たり前を見せ合う夜"
    for body in (mail.text, mail.html):
        assert "部屋は、19:00に開きます。" in body
        assert "聞いているだけでも" in body
        assert f"{settings.SITE_URL}{event.get_absolute_url()}#mine" in body
        assert event.room_url not in body


def test_a_reminder_is_written_in_its_readers_language(event, seat, aki) -> None:
    aki.language = "en"
    aki.save(update_fields=["language"])
    send_reminders(now=at(9, 20))
    assert "Just listening is fine" in OutgoingMail.objects.get().text


def test_a_reminder_that_could_not_leave_in_time_never_does(seat) -> None:
    send_reminders(now=at(10, 19, 25))
    deliver_due(lambda: START)
    assert OutgoingMail.objects.get().state == MailState.DROPPED


def test_quiet_hours_do_not_hold_an_early_morning_back(ren, aki) -> None:
    event = factories.make_event(ren, now=at(1, 12), starts_at=at(10, 6, 30))
    factories.make_registration(event, aki, changed_at=at(1, 12))
    send_reminders(now=at(10, 5, 30))
    assert OutgoingMail.objects.get().send_after == at(10, 5, 30)


@pytest.mark.parametrize("number", [1, 3])
def test_looking_for_what_is_missing_takes_as_many_queries_for_one_as_for_three(
    event, number, django_assert_num_queries
) -> None:
    for _ in range(number):
        factories.make_registration(event, changed_at=at(1, 12))
    send_reminders(now=at(9, 20))
    with django_assert_num_queries(3):
        assert send_reminders(now=at(9, 20, 1)) == 0
