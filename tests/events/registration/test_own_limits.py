"""A member's own limits: beyond them the registration is a question with two buttons, never a refusal."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.models import Registration
from events.registration.rules.own_limits import Beyond, OwnLimits, beyond
from tests import factories

DAY = date(2026, 12, 1)
YESTERDAY, TOMORROW = date(2026, 11, 30), date(2026, 12, 2)


@pytest.mark.parametrize(
    ("limits", "minutes", "seats_on", "found"),
    [
        pytest.param(OwnLimits(), 120, [DAY, TOMORROW], (), id="nothing set"),
        pytest.param(OwnLimits(minutes=60), 60, [], (), id="as long as they like"),
        pytest.param(OwnLimits(minutes=60), 61, [], (Beyond.LONG,), id="longer"),
        pytest.param(OwnLimits(events_a_month=2), 60, [date(2026, 12, 31)], (), id="one of two"),
        pytest.param(
            OwnLimits(events_a_month=2), 60, [TOMORROW, date(2026, 12, 31)], (Beyond.MANY_THIS_MONTH,), id="the third"
        ),
        pytest.param(
            OwnLimits(events_a_month=1), 60, [YESTERDAY, date(2025, 12, 9)], (), id="of another month or year"
        ),
        pytest.param(
            OwnLimits(quiet_evening_after=True), 60, [YESTERDAY], (Beyond.NO_QUIET_EVENING,), id="the day after"
        ),
        pytest.param(
            OwnLimits(quiet_evening_after=True), 60, [TOMORROW], (Beyond.NO_QUIET_EVENING,), id="the day before"
        ),
        pytest.param(OwnLimits(quiet_evening_after=True), 60, [date(2026, 12, 3)], (), id="a quiet evening between"),
        pytest.param(
            OwnLimits(minutes=45, events_a_month=1, quiet_evening_after=True),
            60,
            [TOMORROW],
            (Beyond.LONG, Beyond.MANY_THIS_MONTH, Beyond.NO_QUIET_EVENING),
            id="all at once",
        ),
    ],
)
def test_beyond(limits, minutes, seats_on, found):
    assert beyond(limits, minutes=minutes, day=DAY, seats_on=seats_on) == found


def at_eight(days: int) -> datetime:
    return (timezone.localtime() + timedelta(days=days)).replace(hour=20, minute=0, second=0, microsecond=0)


@pytest.fixture
def next_evening(aki):
    """Aki wants a quiet evening after one, has a seat in ten days, and looks at the event of the day after."""
    aki.profile.quiet_evening_after = True
    aki.profile.save(update_fields=["quiet_evening_after"])
    factories.make_registration(factories.make_event(starts_at=at_eight(10)), aki)
    return factories.make_event(starts_at=at_eight(11))


def test_beyond_a_limit_the_page_asks_and_keeps_what_was_typed(next_evening, aki, signed_in):
    client, url = signed_in(aki), reverse("events:register", args=[next_evening.pk])
    assert "それでも申し込む" in client.get(url).content.decode()
    answer = client.post(url, {"mode": "talk", "wants_to_talk": "引き継ぎのこと"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "会の次の晩は、しずかに過ごすことにしていました" in page
    assert "今回はやめておく" in page
    assert "引き継ぎのこと" in page
    assert not next_evening.registrations.exists()


def test_the_button_registers_all_the_same(next_evening, aki, signed_in):
    url = reverse("events:register", args=[next_evening.pk])
    signed_in(aki).post(url, {"mode": "talk", "anyway": "yes"})
    assert next_evening.registrations.get().state == "confirmed"


def test_who_set_no_limit_is_asked_nothing(next_evening, mio, signed_in):
    client, url = signed_in(mio), reverse("events:register", args=[next_evening.pk])
    assert "それでも申し込む" not in client.get(url).content.decode()
    client.post(url, {"mode": "talk"})
    assert next_evening.registrations.get().member == mio


def test_a_longer_event_than_they_like_is_asked_about(mio, signed_in):
    event = factories.make_event(minutes=75)
    page = signed_in(mio).get(reverse("events:register", args=[event.pk])).content.decode()
    assert "75分の会です。希望は60分まででした。" in page


def test_the_months_seats_are_counted(aki, signed_in):
    aki.profile.most_events_a_month = 1
    aki.profile.save(update_fields=["most_events_a_month"])
    first = (timezone.localtime() + timedelta(days=40)).replace(day=1, hour=20, minute=0, second=0, microsecond=0)
    event = factories.make_event(starts_at=first)
    url = reverse("events:register", args=[event.pk])
    factories.make_registration(factories.make_event(starts_at=first - timedelta(days=1)), aki)
    assert "目安の1回分" not in signed_in(aki).get(url).content.decode()
    factories.make_registration(factories.make_event(starts_at=first + timedelta(days=20)), aki)
    assert "目安の1回分" in signed_in(aki).get(url).content.decode()
    signed_in(aki).post(url, {"mode": "talk"})
    assert not Registration.objects.filter(event=event).exists()


@pytest.mark.parametrize("typed", ["0", "32", "-1", "二回", "9" * 40, "\x00"])
def test_a_limit_that_is_none_is_explained(typed, aki, signed_in):
    answer = signed_in(aki).post(reverse("members:limits"), {"most_events_a_month": typed})
    assert answer.status_code == 422
    aki.profile.refresh_from_db()
    assert aki.profile.most_events_a_month is None


def test_limits_are_saved_and_taken_back(aki, signed_in):
    client, url = signed_in(aki), reverse("members:limits")
    client.post(url, {"most_events_a_month": "2", "quiet_evening_after": "on"})
    aki.profile.refresh_from_db()
    assert (aki.profile.most_events_a_month, aki.profile.quiet_evening_after) == (2, True)
    client.post(url, {"most_events_a_month": ""})
    aki.profile.refresh_from_db()
    assert (aki.profile.most_events_a_month, aki.profile.quiet_evening_after) == (None, False)
