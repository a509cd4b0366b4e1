"""The calendar files: what a calendar program makes of them, and what they must not tell."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from events.registration import calendar
from events.registration.choices import RegistrationState
from events.registration.flows.registration import register, withdraw
from members.models import OutgoingMail
from tests import factories

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
HOSTILE = "、".join(["長い題名;と,区切り\\と\n改行"] * 3)


def entry(text: str):
    (found,) = Calendar.from_ical(text).walk("VEVENT")
    return found


@pytest.fixture
def seat(aki):
    return factories.make_registration(factories.make_event(now=NOW, title="業界の夜"), aki)


def test_it_points_to_the_event_page_and_never_to_the_room(seat, settings):
    found = entry(calendar.invitation(seat, now=NOW))
    page = settings.SITE_URL + seat.event.get_absolute_url()
    assert (str(found["url"]), str(found["summary"])) == (page, "業界の夜")
    assert page in found["description"]
    assert seat.event.room_url not in calendar.invitation(seat, now=NOW)


def test_it_keeps_the_time_in_tokyo(seat):
    text = calendar.invitation(seat, now=NOW)
    found = entry(text)
    assert (found.decoded("dtstart"), found.decoded("dtend")) == (seat.event.starts_at, seat.event.ends_at)
    assert "DTSTART;TZID=Asia/Tokyo:" in text
    (zone,) = Calendar.from_ical(text).walk("VTIMEZONE")
    assert zone["tzid"] == "Asia/Tokyo"
    assert zone.to_tz().utcoffset(datetime(2026, 7, 1)) == timedelta(hours=9)  # noqa: DTZ001  (asked of the zone)


def test_it_names_nobody_but_the_reader(seat, settings):
    others = [factories.make_member("ほか"), seat.event.host]
    factories.make_registration(seat.event, others[0], wants_to_talk="ひみつの話")
    text = calendar.invitation(seat, now=NOW).replace("\r\n ", "")
    assert f"mailto:{seat.member.email}" in text
    hidden = {"ひみつの話", *(member.called_name for member in others), *(member.email for member in others)}
    assert {word for word in hidden if word in text} == set()
    assert seat.member.email not in calendar.download(seat, now=NOW)


@pytest.mark.parametrize(
    ("make", "method", "status"),
    [
        (calendar.invitation, "REQUEST", "CONFIRMED"),
        (calendar.cancellation, "CANCEL", "CANCELLED"),
        (calendar.download, "PUBLISH", "CONFIRMED"),
    ],
)
def test_method_and_status(seat, make, method, status):
    text = make(seat, now=NOW)
    assert (Calendar.from_ical(text)["method"], entry(text)["status"]) == (method, status)


def test_text_is_escaped_and_lines_are_folded(seat):
    seat.event.title = HOSTILE
    text = calendar.invitation(seat, now=NOW)
    assert str(entry(text)["summary"]) == HOSTILE
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert "\n" not in text.replace("\r\n", "")


def test_the_same_uid_and_a_growing_sequence_over_a_members_changes(aki):
    event = factories.make_event(now=NOW)
    for _ in range(2):
        register(member=aki, event_id=event.pk, now=NOW)
        withdraw(member=aki, event_id=event.pk, now=NOW)
    files = [entry(mail.calendar) for mail in OutgoingMail.objects.order_by("pk")]
    assert len({str(found["uid"]) for found in files}) == 1
    sequences = [int(found["sequence"]) for found in files]
    assert sequences == sorted(set(sequences))


def test_a_moved_event_outranks_what_went_before(seat):
    before = int(entry(calendar.invitation(seat, now=NOW))["sequence"])
    seat.event.calendar_sequence += 1
    assert int(entry(calendar.invitation(seat, now=NOW))["sequence"]) == before + 1


def test_an_event_on_site_tells_the_place(aki):
    event = factories.make_event(now=NOW, format="onsite", place="清澄白河 1-2-3")
    seat = factories.make_registration(event, aki)
    assert str(entry(calendar.download(seat, now=NOW))["location"]) == "清澄白河 1-2-3"


def test_the_download_is_for_those_with_a_seat(aki, mio, signed_in):
    event = factories.make_event()
    factories.make_registration(event, aki)
    factories.make_registration(event, mio, state=RegistrationState.WAITING)
    url = reverse("events:calendar", args=[event.pk])
    answer = signed_in(aki).get(url)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="kouryu-{event.pk}.ics"'
    assert entry(answer.content.decode())
    assert signed_in(mio).get(url).status_code == 404


def test_the_uid_tells_no_number(aki):
    """The number of a registration would count everybody's."""
    registration = factories.make_registration(factories.make_event(now=NOW), aki)
    uid = str(entry(calendar.download(registration, now=NOW))["uid"])
    assert re.fullmatch(r"registration-[A-Za-z0-9_-]{22}@.+", uid)
