"""The mails that follow an evening: computed when they are due, each written once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from events.evening.flows.closing import close_event
from events.hosting.flows.event import call_off_event
from events.models import Attendance
from events.registration.flows.follow_up import send_follow_ups
from events.registration.rules.follow_up import FollowUpTiming, due_at, is_due, is_late_withdrawal
from members.models import OutgoingMail, Suspension
from tests import sweeps
from tests.factories import make_event, make_member, make_registration

NOW = END = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # 18:00 in Tokyo: no quiet hours near
PACE = FollowUpTiming(after=timedelta(minutes=30), within=timedelta(days=3))


@pytest.mark.parametrize(
    ("closed", "due"),
    [
        pytest.param(timedelta(0), timedelta(minutes=30), id="closed at the end"),
        pytest.param(timedelta(minutes=10), timedelta(minutes=30), id="closed a little later"),
        pytest.param(timedelta(minutes=45), timedelta(minutes=45), id="closed late: at once"),
        pytest.param(timedelta(hours=3), timedelta(hours=3), id="closed by itself"),
        pytest.param(timedelta(minutes=-20), timedelta(minutes=10), id="closed early"),
    ],
)
def test_half_an_hour_after_the_evening_but_never_before_its_close(closed, due):
    assert due_at(END, END + closed, PACE) == END + due


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (END + timedelta(minutes=29), False),
        (END + timedelta(minutes=30), True),
        (END + timedelta(days=3), True),
        (END + timedelta(days=3, minutes=30), False),
    ],
)
def test_due_from_then_on_for_three_days(now, due):
    assert is_due(END, END, PACE, now=now) == due


@pytest.mark.parametrize(("hours", "late"), [(25, False), (24, True), (1, True), (0, True)])
def test_only_who_withdrew_within_the_last_day_counted_on_coming(hours, late):
    assert is_late_withdrawal(END - timedelta(hours=hours), END) == late


@pytest.fixture
def evening(ren):
    return make_event(ren, starts_at=END - timedelta(hours=1), now=END - timedelta(days=9))


def attend(event, presence="present"):
    registration = make_registration(event)
    Attendance.objects.create(registration=registration, presence=presence, recorded_at=END)
    return registration.member_id


def close(event, at=END):
    close_event(event_id=event.pk, by=event.host, now=at)


def keys():
    return sorted(OutgoingMail.objects.values_list("key", flat=True))


def test_each_gets_the_mail_of_what_happened_once(evening):
    here, sick = attend(evening), attend(evening, "excused")
    away = make_registration(evening).member_id
    start = evening.starts_at
    left = make_registration(evening, state="withdrawn", seat_given_up_at=start - timedelta(hours=2)).member_id
    make_registration(evening, state="withdrawn", seat_given_up_at=start - timedelta(days=4))
    make_registration(evening, state="withdrawn", changed_at=start - timedelta(hours=2))  # left the line, not a seat
    make_registration(evening, state="waiting")
    close(evening)

    now = END + timedelta(minutes=30)
    written = [send_follow_ups(now=now), send_follow_ups(now=now + timedelta(hours=5))]

    assert written == [4, 0]
    assert keys() == sorted(
        [
            f"follow-up/attended/{evening.pk}/{here}",
            f"follow-up/excused/{evening.pk}/{sick}",
            f"follow-up/excused/{evening.pk}/{left}",
            f"follow-up/absent/{evening.pk}/{away}",
        ]
    )


def test_who_attended_is_led_to_the_people_of_the_evening(evening):
    attend(evening)
    close(evening)
    send_follow_ups(now=END + timedelta(hours=1))
    mail = OutgoingMail.objects.get()
    assert f"/events/{evening.pk}/people/" in mail.text
    assert f"/events/{evening.pk}/people/" in mail.html


def test_nothing_goes_before_the_close_nor_before_its_time(evening):
    attend(evening)
    assert send_follow_ups(now=END + timedelta(hours=1)) == 0
    close(evening)
    assert send_follow_ups(now=END + timedelta(minutes=29)) == 0


def test_a_moved_event_moves_its_mails(evening):
    attend(evening)
    evening.starts_at += timedelta(days=1)
    evening.ends_at += timedelta(days=1)
    evening.save(update_fields=["starts_at", "ends_at"])
    assert send_follow_ups(now=END + timedelta(hours=1)) == 0
    close(evening, at=evening.ends_at)
    assert send_follow_ups(now=evening.ends_at + timedelta(minutes=30)) == 1


def test_an_event_called_off_has_none(evening):
    attend(evening)
    call_off_event(event_id=evening.pk, by=evening.host, reason="会場の都合", now=END - timedelta(hours=2))
    OutgoingMail.objects.all().delete()
    assert send_follow_ups(now=END + timedelta(hours=1)) == 0


def test_what_was_missed_for_three_days_is_never_sent(evening):
    attend(evening)
    close(evening)
    assert send_follow_ups(now=END + timedelta(days=3, minutes=30)) == 0
    assert send_follow_ups(now=END + timedelta(days=3, minutes=29)) == 1


def test_at_night_they_wait_for_the_morning(ren):
    ends_at = datetime(2026, 11, 20, 12, 45, tzinfo=UTC)  # 21:45 in Tokyo
    event = make_event(ren, starts_at=ends_at - timedelta(hours=1))
    attend(event)
    close(event, at=ends_at)
    send_follow_ups(now=ends_at + timedelta(minutes=30))
    assert OutgoingMail.objects.get().send_after == datetime(2026, 11, 20, 22, 0, tzinfo=UTC)  # 7:00


def test_who_switched_them_off_or_is_suspended_gets_none(evening):
    quiet, out = make_member(), make_member()
    quiet.muted_mail = ["follow-up"]
    quiet.save(update_fields=["muted_mail"])
    Suspension.objects.create(member=out, starts_at=END, reason="勧誘")
    for member in (quiet, out):
        make_registration(evening, member)
    close(evening)
    assert send_follow_ups(now=END + timedelta(hours=1)) == 0


def test_what_a_killed_worker_left_is_taken_up(evening):
    members = {attend(evening) for _ in range(3)}
    close(evening)
    now = END + timedelta(hours=1)
    send_follow_ups(now=now)
    OutgoingMail.objects.filter(to=min(members)).delete()
    assert send_follow_ups(now=now) == 1
    assert len(keys()) == 3


def test_finding_them_takes_one_question_for_any_number(evening, django_assert_num_queries):
    for _ in range(20):
        attend(evening)
    close(evening)
    send_follow_ups(now=END + timedelta(hours=1))
    with django_assert_num_queries(1):
        assert send_follow_ups(now=END + timedelta(hours=2)) == 0


def test_the_tasks_close_and_follow_up(ren):
    event = make_event(ren, starts_at=timezone.now() - timedelta(hours=5))
    here = attend(event)
    sweeps.run("close-events")
    sweeps.run("follow-up")
    assert keys() == [f"follow-up/attended/{event.pk}/{here}"]
