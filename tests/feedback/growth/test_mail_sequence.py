"""The mails of five weeks, hour by hour: once, at their hour, and to nobody for whom they would be too much."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail as django_mail

from events.evening.flows.closing import close_event
from events.hosting.flows.event import call_off_event
from events.models import Attendance, Event, Group, Round, Seat
from events.registration.choices import Presence
from events.registration.flows.follow_up import send_follow_ups
from events.registration.flows.reminder import send_reminders
from feedback.growth.choices import DIGEST_MAIL, DRAFT_MAIL, StepState
from feedback.growth.flows.mail_sequence import send_sequence_mails
from feedback.growth.flows.step import decide, settle
from feedback.growth.rules.mail_sequence import (
    LettersWritten,
    MailTiming,
    due_at,
    is_due,
    is_step_day,
    starts_between,
    wants_word_of_drafts,
)
from feedback.letters.flows.letter import release_letters, save_draft, write_letter
from feedback.ties.flows.network import note_evenings
from kouryu.clock import TOKYO
from members.mail.choices import MailState
from members.mail.flows import preferences as wishes
from members.mail.flows.delivery import deliver_due
from members.mail.kinds import KINDS, weekly_kinds
from members.mail.limits import OPTIONAL
from members.models import OutgoingMail, Suspension, User
from tests import factories

pytestmark = pytest.mark.long

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = FRIDAY = datetime(2027, 3, 5, 19, tzinfo=TOKYO)  # when the evening begins
DRAFTS = MailTiming(days=2, at=time(20), within=3 * DAY)


# --- the rules


@pytest.mark.parametrize(
    ("starts_at", "due"),
    [
        (FRIDAY, datetime(2027, 3, 7, 20, tzinfo=TOKYO)),
        (FRIDAY.replace(hour=23, minute=30), datetime(2027, 3, 7, 20, tzinfo=TOKYO)),
        (FRIDAY.replace(hour=7), datetime(2027, 3, 7, 20, tzinfo=TOKYO)),
        (FRIDAY.replace(hour=0, minute=10), datetime(2027, 3, 7, 20, tzinfo=TOKYO)),
    ],
)
def test_days_count_by_the_date_in_tokyo(starts_at, due):
    assert due_at(DRAFTS, starts_at) == due
    for now, wanted in [(due - HOUR / 60, False), (due, True), (due + 3 * DAY - HOUR, True), (due + 3 * DAY, False)]:
        assert is_due(DRAFTS, starts_at, now=now) == wanted
    since, until = starts_between(DRAFTS, due)
    assert since <= starts_at <= until


@pytest.mark.parametrize(
    ("may_write", "has_company", "has_draft", "has_given", "wanted"),
    [
        (True, True, False, False, True),
        (True, True, True, True, True),
        (True, True, False, True, False),
        (True, False, False, False, False),
        (False, True, True, False, False),
    ],
)
def test_who_has_something_to_finish_or_to_begin(may_write, has_company, has_draft, has_given, wanted):
    assert wants_word_of_drafts(LettersWritten(may_write, has_company, has_draft, has_given)) == wanted


@pytest.mark.parametrize(
    ("hour", "day", "is_it"), [(7, 5, False), (8, 5, True), (19, 5, True), (20, 5, False), (12, 6, False)]
)
def test_a_steps_day_is_from_eight_to_twenty(hour, day, is_it):
    now = datetime(2027, 3, day, hour, 30, tzinfo=TOKYO) if hour != 20 else datetime(2027, 3, day, 20, tzinfo=TOKYO)
    assert is_step_day(FRIDAY.date(), now=now, since=time(8), until=time(20)) == is_it


# --- five weeks of eleven people


# What each gets: somebody who writes the same to many is asked for words of their own.
SAW = {
    "silent": "話が止まったとき、最初の問いをそっと置いていました。",
    "writer": "だれかが話し終えるまで、口をはさまずに聴いていました。",
    "drafter": "むずかしい仕組みを、台所のたとえで話していました。",
    "resting": "時間が足りなくなると、順番をゆずっていました。",
    "stopping": "困っている人に、自分の失敗から話しかけていました。",
    "busy": "出た案を紙に書いて、みんなに見せてくれました。",
    "mover": "おわりに、きょう決まったことを短くまとめていました。",
}

CAST = {
    "silent": "came, wrote nothing, decided nothing",
    "writer": "wrote to all that night; decided a step on Tuesday for the 15th",
    "drafter": "left a letter half written; decided a step for the 15th and did it before",
    "resting": "came; rests from Monday on",
    "stopping": "came; stopped the mails about drafts from the first mail that offered it",
    "absent": "had a seat and did not come",
    "left": "came; closed the account on Saturday",
    "suspended": "came; is kept out from Saturday on",
    "mover": "had a seat at an evening that was moved from Friday to Saturday, and came",
    "off": "had a seat at an evening that was called off",
    "busy": "came on Friday and on Saturday, and was written to after both",
}


# Those at which something can be due or happens, and some at which nothing may.
HOURS, HOURS_OF_QUIET_WEEKS = {7, 8, 19, 20, 21, 23}, {8, 20}


class Journey:
    """The site from Thursday on. Every sweep runs hour by hour, and at once again whenever it found something to do."""

    def __init__(self) -> None:
        made = FRIDAY - 8 * DAY
        self.people = {name: factories.make_member(name, now=made) for name in CAST}
        self.host = factories.make_member("ren", now=made, roles=("host",))
        self.friday, self.moved, self.off = (self._event(FRIDAY, made) for _ in range(3))
        self._event(FRIDAY + 50 * DAY, made)  # there is always an evening that suits
        for name in ("silent", "writer", "drafter", "resting", "stopping", "absent", "left", "suspended", "busy"):
            self._seat(self.friday, name, made)
        for name in ("mover", "busy"):
            self._seat(self.moved, name, made)
        self._seat(self.off, "off", made)
        self.script = {
            FRIDAY - 20 * HOUR: self.move_and_call_off,
            FRIDAY + HOUR: self.close_friday,
            FRIDAY + 2 * HOUR: self.write,
            FRIDAY + DAY: self.lose_two,
            FRIDAY + DAY + HOUR: self.close_saturday,
            FRIDAY + 2 * DAY: self.stop,
            FRIDAY + 3 * DAY: lambda now: wishes.take_rest(by=self.people["resting"], now=now),
            FRIDAY + 4 * DAY: self.decide,
            FRIDAY + 6 * DAY: self.do,
        }

    def travel(self) -> None:
        for hours in range(-24, 35 * 24):
            now = FRIDAY + hours * HOUR
            if now.hour not in (HOURS if abs(hours - 432) > 240 else HOURS_OF_QUIET_WEEKS):
                continue
            self.script.get(now, lambda now: None)(now)
            if self.sweep(now):
                assert not self.sweep(now), "a sweep that runs twice writes nothing more"

    def sweep(self, now: datetime) -> int:
        done = [send_reminders(now=now), send_follow_ups(now=now), release_letters(now), send_sequence_mails(now=now)]
        return sum(done) + deliver_due(lambda: now)

    # --- what happens

    def move_and_call_off(self, now: datetime) -> None:
        self.moved.starts_at, self.moved.ends_at = FRIDAY + DAY, FRIDAY + DAY + HOUR
        self.moved.save(update_fields=["starts_at", "ends_at"])
        call_off_event(event_id=self.off.pk, by=self.host, reason="会場の都合", now=now)

    def close_friday(self, now: datetime) -> None:
        self._sat_together(self.friday, *(set(CAST) - {"absent", "mover", "off"}))
        close_event(event_id=self.friday.pk, by=self.host, now=now)

    def close_saturday(self, now: datetime) -> None:
        self._sat_together(self.moved, "mover", "busy")
        close_event(event_id=self.moved.pk, by=self.host, now=now)
        self._write("mover", "busy", self.moved, now)
        self._write("busy", "mover", self.moved, now)

    def write(self, now: datetime) -> None:
        for name in ("silent", "resting", "busy", "stopping", "drafter"):
            self._write("writer", name, self.friday, now)
        self._write("busy", "writer", self.friday, now)
        self._write("resting", "writer", self.friday, now)
        save_draft(**self._letter("drafter", "writer", self.friday), now=now)

    def lose_two(self, now: datetime) -> None:
        User.objects.filter(pk=self.people["left"].pk).update(is_active=False)
        Suspension.objects.create(member=self.people["suspended"], starts_at=now, reason="勧誘")

    def stop(self, now: datetime) -> None:
        wishes.switch_off(member_id=self.people["stopping"].pk, kind=DRAFT_MAIL, now=now)

    def decide(self, now: datetime) -> None:
        for name in ("writer", "drafter"):
            decide(by=self.people[name], text="本を送る", on=FRIDAY.date() + 10 * DAY, now=now)

    def do(self, now: datetime) -> None:
        step = self.people["drafter"].next_steps.get()
        settle(by=step.member, step_id=step.pk, state=StepState.DONE, now=now)

    # --- what came of it

    def table(self) -> str:
        """Which mails went: a line per person, in the order of leaving."""
        reminders = [kind for kind in KINDS.values() if kind.is_reminder]
        sent = OutgoingMail.objects.filter(state=MailState.SENT).exclude(kind__in=reminders).order_by("sent_at")
        lines = defaultdict(list)
        for mail in sent:
            name = mail.key.rpartition("/")[0] if mail.key.startswith("letter") else "/".join(mail.key.split("/")[:2])
            name = name.replace(f"/{mail.to_id}", "")
            lines[mail.to_id].append(f"{mail.sent_at.astimezone(TOKYO):%a %d %b %H:%M} {name}")
        rows = [f"| {what} | {'<br>'.join(lines[self.people[name].pk]) or 'none'} |" for name, what in CAST.items()]
        return "\n".join(["| who | which mails went, besides reminders |", "|---|---|", *rows])

    # --- how it is made

    def _event(self, starts_at: datetime, made: datetime) -> Event:
        return factories.make_event(self.host, now=made, starts_at=starts_at, capacity=20)

    def _seat(self, event: Event, name: str, made: datetime) -> None:
        factories.make_registration(event, self.people[name], registered_at=made, changed_at=made)

    def _sat_together(self, event: Event, *names: str) -> None:
        drawn = Round.objects.create(event=event, number=1, drawn_at=event.starts_at, published_at=event.starts_at)
        group = Group.objects.create(round=drawn, number=1)
        for name in names:
            registration = event.registrations.get(member=self.people[name])
            Attendance.objects.create(registration=registration, presence=Presence.PRESENT, recorded_at=event.starts_at)
            Seat.objects.create(round=drawn, group=group, member=self.people[name])

    def _write(self, giver: str, receiver: str, event: Event, now: datetime) -> None:
        write_letter(**self._letter(giver, receiver, event), now=now)

    def _letter(self, giver: str, receiver: str, event: Event) -> dict[str, Any]:
        to = {"by": self.people[giver], "receiver_id": self.people[receiver].pk, "event_id": event.pk}
        return {**to, "picks": ["open-ask"], "saw": SAW[receiver], "would_count": ""}


DOC = Path(settings.BASE_DIR) / "docs" / "mail-sequence.md"


def test_five_weeks_of_mails_are_those_of_the_table(db):
    journey = Journey()
    journey.travel()
    table = journey.table()
    assert table in DOC.read_text(), f"docs/mail-sequence.md should hold:\n{table}"
    assert len(django_mail.outbox) == OutgoingMail.objects.filter(state=MailState.SENT).count()
    _no_week_holds_more_than_three()
    _none_left_at_night()


def _no_week_holds_more_than_three() -> None:
    left = defaultdict(list)
    for member, at in OutgoingMail.objects.filter(state="sent", kind__in=weekly_kinds()).values_list("to", "sent_at"):
        left[member].append(at)
    for moments in left.values():
        for first in moments:
            assert sum(first <= other < first + 7 * DAY for other in moments) <= OPTIONAL.a_week


def _none_left_at_night() -> None:
    quiet = OutgoingMail.objects.filter(state="sent", kind__in=weekly_kinds()).values_list("sent_at", flat=True)
    assert all(7 <= at.astimezone(TOKYO).hour < 22 for at in quiet)


# --- a worker that is killed


def test_a_worker_killed_between_writing_and_sending_costs_no_mail_and_makes_no_second(db):
    """The lease of the dead one runs out; the mail goes again under the same Message-ID, and the sweep adds none."""
    aki, mio = factories.make_member("あき", now=FRIDAY - 8 * DAY), factories.make_member("みお", now=FRIDAY - 8 * DAY)
    event = factories.make_evening([[aki, mio]], now=FRIDAY, starts_at=FRIDAY, state="closed", closed_at=FRIDAY + HOUR)
    now = datetime(2027, 3, 7, 20, tzinfo=TOKYO)
    assert [send_sequence_mails(now=now), send_sequence_mails(now=now)] == [2, 0]
    deliver_due(lambda: now)
    # Killed after the server took them and before that could be noted.
    OutgoingMail.objects.update(state=MailState.SENDING, claimed_until=now, sent_at=None)
    assert send_sequence_mails(now=now + HOUR) == 0
    deliver_due(lambda: now + HOUR)
    arrivals = [message.message()["Message-ID"] for message in django_mail.outbox]
    assert (len(arrivals), len(set(arrivals))) == (4, 2)
    keys = {f"ladder/drafts/{event.pk}/{member.pk}" for member in (aki, mio)}
    assert set(OutgoingMail.objects.filter(state=MailState.SENT).values_list("key", flat=True)) == keys


# --- the letter of the month


@pytest.mark.parametrize("met_before", [True, False])
def test_a_dot_that_became_a_line_is_worth_a_letter_and_nothing_is_not(db, met_before):
    made = FRIDAY - 30 * DAY
    aki, mio = factories.make_member("あき", now=made), factories.make_member("みお", now=made)
    starts = [FRIDAY - 20 * DAY, FRIDAY] if met_before else [FRIDAY]
    for start in starts:
        factories.make_evening([[aki, mio]], now=made, starts_at=start, state="closed", closed_at=start + HOUR)
    note_evenings(FRIDAY + DAY)
    now = datetime(2027, 4, 4, 20, tzinfo=TOKYO)
    send_sequence_mails(now=now)
    letters = OutgoingMail.objects.filter(kind=DIGEST_MAIL, key__contains="/digest/")
    assert letters.count() == (2 if met_before else 0)
    assert all("点が線になりました" in mail.text and "みお" not in mail.text for mail in letters.filter(to=aki))
