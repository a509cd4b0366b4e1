"""What a calendar program and a second, strict reader make of our files while an evening is moved and called off.

khal keeps a calendar in a folder, as on a member's own machine; vobject shares no code with the library that writes
our files.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import vobject
from django.conf import settings

from events.hosting.flows.event import call_off_event, change_event
from events.hosting.queries.hosting import plan_of
from events.models import Event, Offer
from events.registration.choices import RegistrationState
from events.registration.flows.registration import register, withdraw
from events.registration.flows.waitlist import accept_offer, decline_offer
from events.registration.queries import feed
from members.models import OutgoingMail, User
from members.standing.queries import in_standing, with_standing
from tests import factories

pytestmark = pytest.mark.long

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
START = datetime(2026, 12, 2, 11, tzinfo=UTC)  # 20:00 in Tokyo
PROPERTY = re.compile(r'[A-Z-]+(;[A-Z-]+=("[^"]*"|[^";:,]+))*:.*', re.ASCII | re.DOTALL)


class Khal:
    """A khal with one empty calendar and settings of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.config = home, home / "config"
        (home / "calendar").mkdir()
        self.config.write_text(
            f"[calendars]\n[[mine]]\npath = {home / 'calendar'}\ntype = calendar\n"
            f"[sqlite]\npath = {home / 'khal.db'}\n"
            "[locale]\nlocal_timezone = Asia/Tokyo\ndefault_timezone = Asia/Tokyo\n"
            "timeformat = %H:%M\ndateformat = %m-%d\nlongdateformat = %Y-%m-%d\n"
            "datetimeformat = %m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
        )

    def take(self, file: str) -> None:
        """Import a file as a member would who opens the attachment."""
        path = self.home / "attachment.ics"
        path.write_bytes(file.encode())
        self._run("import", "--batch", "-a", "mine", str(path))

    def shows(self) -> list[str]:
        """Every entry of the next weeks: day, time, title, and whether it is called off."""
        shown = "{start-date-long} {start-time}-{end-time} {title} {status}"
        lines = self._run("list", "--format", shown, "--day-format", "", "2026-11-20", "40d").splitlines()
        return [line.strip() for line in lines if line.strip() and line != "No events"]

    def _run(self, *words: str) -> str:
        program = Path(sys.executable).with_name("khal")
        command = [str(program), "-c", str(self.config), *words]
        environment = {"LC_ALL": "C.UTF-8", "HOME": str(self.home), "PATH": "/usr/bin:/bin"}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout


@pytest.fixture
def khal(tmp_path: Path) -> Khal:
    return Khal(tmp_path)


@pytest.fixture
def event(ren: User) -> Event:
    small = {"capacity": 3, "group_size": 3, "promises": ["no-recording"]}
    return factories.make_event(ren, now=NOW, starts_at=START, title="業界の夜", **small)


def last_file(member: User) -> str:
    """The file in the mail that reached this member last."""
    return OutgoingMail.objects.filter(to=member).order_by("-pk")[0].calendar


def move(event: Event, ren: User, *, later: timedelta) -> None:
    event.refresh_from_db()
    begin = event.starts_at + later
    plan = replace(plan_of(event), starts_at=begin, registration_closes_at=begin)
    change_event(event_id=event.pk, by=ren, plan=plan, seen_version=event.version, now=NOW)


def strictly_read(file: str) -> vobject.base.Component:
    """Read a file with every demand of RFC 5545 on lines, and what RFC 5546 demands of its method."""
    assert file.endswith("\r\n")
    assert "\n" not in file.replace("\r\n", "")
    lines = file.encode().split(b"\r\n")[:-1]
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()  # no character is cut in two, although the standard would allow it
    for line in file.replace("\r\n ", "").split("\r\n")[:-1]:
        assert PROPERTY.fullmatch(line), line
    calendar = vobject.readOne(file)
    calendar.validate(raiseException=True)
    assert (calendar.version.value, calendar.vtimezone.tzid.value) == ("2.0", "Asia/Tokyo")
    entry = calendar.vevent
    assert {"uid", "dtstamp", "dtstart", "sequence"} <= set(entry.contents)
    if calendar.method.value in {"REQUEST", "CANCEL"}:
        assert [len(entry.contents[name]) for name in ("organizer", "attendee")] == [1, 1]
    return calendar


def test_a_seat_moved_and_called_off(khal: Khal, event: Event, aki: User, ren: User) -> None:
    register(member=aki, event_id=event.pk, now=NOW)
    khal.take(last_file(aki))
    assert khal.shows() == ["2026-12-02 20:00-21:00 業界の夜 CONFIRMED"]

    move(event, ren, later=timedelta(days=2, minutes=30))
    khal.take(last_file(aki))
    assert khal.shows() == ["2026-12-04 20:30-21:30 業界の夜 CONFIRMED"]

    call_off_event(event_id=event.pk, by=ren, reason="進行役が熱を出しました。", now=NOW)
    khal.take(last_file(aki))
    assert khal.shows() == ["2026-12-04 20:30-21:30 業界の夜 CANCELLED"]


def test_a_seat_given_back_and_taken_again(khal: Khal, event: Event, aki: User) -> None:
    register(member=aki, event_id=event.pk, now=NOW)
    khal.take(last_file(aki))
    withdraw(member=aki, event_id=event.pk, now=NOW)
    khal.take(last_file(aki))
    assert khal.shows() == ["2026-12-02 20:00-21:00 業界の夜 CANCELLED"]

    register(member=aki, event_id=event.pk, now=NOW)
    khal.take(last_file(aki))
    assert khal.shows() == ["2026-12-02 20:00-21:00 業界の夜 CONFIRMED"]


def test_the_feed_holds_the_seat_and_the_offer(khal: Khal, event: Event, aki: User) -> None:
    register(member=aki, event_id=event.pk, now=NOW)
    held = factories.make_event(now=NOW, starts_at=START + timedelta(days=1), title="案内の夜")
    row = factories.make_registration(held, aki, state=RegistrationState.OFFERED)
    Offer.objects.create(registration=row, made_at=NOW, expires_at=NOW + timedelta(hours=5))
    aki = in_standing(with_standing(User.objects.all(), NOW, NOW.date()).get(pk=aki.pk))
    khal.take(feed.written_for(aki, NOW))
    assert khal.shows() == [
        "2026-12-02 20:00-21:00 業界の夜 CONFIRMED",
        "2026-12-03 20:00-21:00 案内の夜 TENTATIVE",
    ]


def test_every_file_of_a_long_way_is_strictly_valid_and_outranks_the_last(event: Event, aki: User, ren: User) -> None:
    register(member=aki, event_id=event.pk, now=NOW)
    move(event, ren, later=timedelta(days=1))
    withdraw(member=aki, event_id=event.pk, now=NOW)
    others = _full(event)
    register(member=aki, event_id=event.pk, now=NOW)  # in line: nothing for the calendar
    withdraw(member=others[0], event_id=event.pk, now=NOW)
    accept_offer(member=aki, event_id=event.pk, now=NOW)
    move(event, ren, later=timedelta(hours=1))
    call_off_event(event_id=event.pk, by=ren, reason="進行役が熱を出しました。", now=NOW)

    mails = OutgoingMail.objects.filter(to=aki).exclude(calendar="").order_by("pk")
    read = [strictly_read(mail.calendar) for mail in mails]
    assert [calendar.method.value for calendar in read] == [
        "REQUEST", "REQUEST", "CANCEL", "REQUEST", "REQUEST", "CANCEL",
    ]  # fmt: skip
    assert [mail.calendar_method for mail in mails] == [calendar.method.value for calendar in read]
    assert len({calendar.vevent.uid.value for calendar in read}) == 1
    sequences = [int(calendar.vevent.sequence.value) for calendar in read]
    assert sequences == sorted(set(sequences))
    assert read[-2].vevent.dtstart.value == START + timedelta(days=1, hours=1)


@pytest.mark.parametrize(
    ("leave", "method"),
    [
        pytest.param(lambda event, aki: withdraw(member=aki, event_id=event.pk, now=NOW), "", id="leaves the line"),
        pytest.param(lambda event, aki: _declines(event, aki), "", id="declines an offer"),
    ],
)
def test_who_never_had_a_seat_gets_no_file(
    event: Event, aki: User, leave: Callable[[Event, User], object], method: str
) -> None:
    _full(event)
    register(member=aki, event_id=event.pk, now=NOW)
    leave(event, aki)
    assert {mail.calendar for mail in OutgoingMail.objects.filter(to=aki)} == {method}


def test_each_reader_gets_the_words_of_their_own_language(event: Event, aki: User, ren: User, mio: User) -> None:
    for member, language in ((aki, "ja"), (mio, "en"), (ren, "en")):
        member.language = language
        member.save(update_fields=["language"])
    factories.make_registration(event, aki)
    factories.make_registration(event, mio)
    move(event, ren, later=timedelta(hours=1))
    places = [str(vobject.readOne(last_file(member)).vevent.location.value) for member in (aki, mio)]
    assert places == ["オンライン（会のページから入ります）", "Online (you come in from the page of the evening)"]


def test_no_file_names_anybody_else(event: Event, aki: User, ren: User) -> None:
    others = [*_full(event, seats=2), ren]
    register(member=aki, event_id=event.pk, now=NOW)
    move(event, ren, later=timedelta(days=1))
    withdraw(member=aki, event_id=event.pk, now=NOW)
    files = "".join(OutgoingMail.objects.filter(to=aki).values_list("calendar", flat=True)).replace("\r\n ", "")
    assert files.count(f"mailto:{aki.email}") == 3
    hidden = {word for other in others for word in (other.email, other.called_name)} | {event.room_url}
    assert {word for word in hidden if word in files} == set()
    assert settings.SITE_URL + event.get_absolute_url() in files


def _full(event: Event, seats: int = 3) -> list[User]:
    others = [factories.make_member() for _ in range(seats)]
    for other in others:
        register(member=other, event_id=event.pk, now=NOW)
    return others


def _declines(event: Event, aki: User) -> None:
    seated = event.registrations.filter(state=RegistrationState.CONFIRMED).first()
    withdraw(member=seated.member, event_id=event.pk, now=NOW)
    decline_offer(member=aki, event_id=event.pk, now=NOW)
