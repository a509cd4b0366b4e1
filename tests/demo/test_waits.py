"""Short waits of the demo: rows move back by whole days, and every rule of the site still holds for them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from demo.models import Playable
from demo.site.waits import shorten_waits
from events.event.choices import EventState
from events.invariants import seats as seat_invariants
from events.models import Attendance, Event, Registration
from events.registration.choices import FOLLOW_UP_MAIL, RegistrationState
from feedback.invariants import cases as feedback_invariants
from feedback.letters.choices import LetterState
from feedback.letters.flows.letter import write_letter
from feedback.letters.rules import deliver_at
from feedback.mirror.flows.ordinary import say_wonder
from feedback.models import Acquaintance, Intention, StrengthFeedback, Tie, Wonder
from feedback.ties.choices import IntentionKind
from feedback.ties.flows.network import note_evenings
from feedback.ties.flows.tie import choose_intention
from kouryu.clock import TOKYO
from members.audit import audit
from members.mail.choices import MailState
from members.models import OutgoingMail, Suspension
from tests.factories import make_evening, make_mail, make_ordinary

MINUTES = timedelta(minutes=1)
NOW = datetime(2026, 11, 24, 12, tzinfo=TOKYO)
# When the evening begins; an hour later it is closed.
STARTS = {
    "in the evening": datetime(2026, 11, 25, 20, tzinfo=TOKYO),
    "around midnight": datetime(2026, 11, 25, 23, 30, tzinfo=TOKYO),
    "in the night": datetime(2026, 11, 25, 3, tzinfo=TOKYO),
    "at seven": datetime(2026, 11, 25, 6, 45, tzinfo=TOKYO),
    "at noon": datetime(2026, 11, 25, 12, tzinfo=TOKYO),
}


@pytest.fixture(params=STARTS.values(), ids=STARTS)
def event(request, ren, aki, mio) -> Event:
    """A playable evening that its host has closed this minute; the two sat together."""
    return closed_evening(ren, aki, mio, request.param)


def closed_evening(ren, aki, mio, starts_at: datetime) -> Event:
    closed_at = starts_at + 60 * MINUTES
    event = make_evening([[aki, mio]], now=starts_at, starts_at=starts_at, host=ren)
    Event.objects.filter(pk=event.pk).update(state=EventState.CLOSED, closed_at=closed_at)
    event.refresh_from_db()
    assert event.starts_at == starts_at
    audit.record("event.close", event, by=ren, now=closed_at)
    Playable.objects.create(event=event)
    return event


def write(giver, receiver, event: Event, now: datetime) -> StrengthFeedback:
    return write_letter(
        by=giver,
        receiver_id=receiver.pk,
        event_id=event.pk,
        picks=["listen-through"],
        saw="最後まで口をはさまずに聴いていました。",
        would_count="",
        now=now,
    )


def breaches(now: datetime) -> list[str]:
    """What the checks find, but for what the factories leave out: lines of planning, of seats and of the door."""
    checks = [
        *seat_invariants.CHECKS,
        *feedback_invariants.CHECKS,
    ]
    untold = {
        "registrations_were_made",
        "the_line_has_no_gap",
        "presence_was_noted",
        "who_sits_in_a_group_was_registered",
        "events_stand_as_their_lines_say",
    }
    return [breach for check in checks if check.__name__ not in untold for breach in check(now)]


def test_a_letter_arrives_after_two_minutes_in_a_morning_of_the_site(event, aki, mio):
    written_at = event.closed_at + 5 * MINUTES
    shorten_waits(event.closed_at + MINUTES)
    event.refresh_from_db()
    letter = write(aki, mio, event, written_at)

    shorten_waits(written_at + MINUTES)
    letter.refresh_from_db()
    assert (letter.state, letter.written_at) == (LetterState.SCHEDULED, written_at)  # it can still be changed

    shorten_waits(written_at + 2 * MINUTES)
    letter.refresh_from_db()
    assert (letter.state, letter.released_at) == (LetterState.RELEASED, written_at + 2 * MINUTES)
    assert event.starts_at <= letter.written_at
    assert letter.deliver_at == deliver_at(letter.written_at, event.starts_at) <= written_at + 2 * MINUTES
    assert breaches(written_at + 3 * MINUTES) == []


def test_a_letter_from_before_the_close_arrives_too(event, aki, mio):
    letter = write(aki, mio, event, event.starts_at + 30 * MINUTES)
    shorten_waits(event.closed_at + MINUTES)
    letter.refresh_from_db()
    event.refresh_from_db()
    assert letter.state == LetterState.RELEASED
    assert event.starts_at <= letter.written_at
    assert letter.deliver_at == deliver_at(letter.written_at, event.starts_at)
    assert breaches(event.closed_at + MINUTES) == []


def test_the_evening_moves_once_and_its_meetings_with_it(event):
    before, now = event.starts_at, event.closed_at + MINUTES
    note_evenings(now)  # the site's own sweep may come first
    for minutes in (1, 2, 3):
        shorten_waits(event.closed_at + minutes * MINUTES)
    event.refresh_from_db()
    assert event.starts_at in {before - timedelta(days=1), before - timedelta(days=2)}
    assert event.ends_at - event.starts_at == 60 * MINUTES
    assert deliver_at(event.starts_at, event.starts_at) <= now < deliver_at(before, before)
    assert Acquaintance.objects.get().met_at == event.starts_at
    assert breaches(now) == []


def test_wonders_and_choices_have_their_morning_after_two_minutes(event, aki, mio):
    shorten_waits(event.closed_at + MINUTES)
    ordinary = make_ordinary(mio, event)
    chosen_at = event.closed_at + 5 * MINUTES
    say_wonder(by=aki, ordinary_id=ordinary.pk, words="うちの職場では、ひとりで見て終わりです。", now=chosen_at)
    for holder, person in ((aki, mio), (mio, aki)):
        kind = IntentionKind.CONSULT
        choose_intention(by=holder, person_id=person.pk, event_id=event.pk, kind=kind, now=chosen_at)
    shorten_waits(chosen_at + MINUTES)
    assert not Tie.objects.exists()

    shorten_waits(chosen_at + 2 * MINUTES)
    assert Wonder.objects.get().shows_at <= chosen_at + 2 * MINUTES
    assert Tie.objects.get().formed_at == chosen_at + 2 * MINUTES
    assert set(Intention.objects.values_list("settled_at", flat=True)) == {chosen_at + 2 * MINUTES}
    assert breaches(chosen_at + 3 * MINUTES) == []


def test_words_about_another_evening_of_today_wait_for_their_morning(ren, aki, mio):
    event = closed_evening(ren, aki, mio, STARTS["in the evening"])
    Playable.objects.all().delete()
    letter = write(aki, mio, event, event.closed_at)
    shorten_waits(event.closed_at + 5 * MINUTES)
    letter.refresh_from_db()
    assert (letter.state, letter.written_at) == (LetterState.SCHEDULED, event.closed_at)


def test_a_letter_that_a_suspension_holds_back_does_not_wander(ren, aki, mio):
    event = closed_evening(ren, aki, mio, STARTS["in the evening"])
    shorten_waits(event.closed_at)
    letter = write(aki, mio, event, event.closed_at + MINUTES)
    Suspension.objects.create(member=aki, starts_at=event.closed_at, reason="勧誘")
    for minutes in range(3, 8):
        shorten_waits(event.closed_at + minutes * MINUTES)
    letter.refresh_from_db()
    event.refresh_from_db()
    assert letter.state == LetterState.SCHEDULED
    assert event.starts_at <= letter.written_at == event.closed_at + MINUTES - timedelta(days=1)


def test_an_evening_stays_whose_seat_was_given_up_at_check_in(event, aki):
    registration = Registration.objects.get(member=aki)
    Registration.objects.filter(pk=registration.pk).update(state=RegistrationState.WITHDRAWN, seat_number=None)
    assert Attendance.objects.filter(registration=registration).exists()
    before = event.starts_at
    shorten_waits(event.closed_at + MINUTES)
    event.refresh_from_db()
    assert event.starts_at == before


@pytest.fixture
def at_night() -> datetime:
    return datetime(2026, 11, 25, 23, 30, tzinfo=TOKYO)


def test_mails_of_the_quiet_hours_leave_at_once(aki, at_night):
    morning = datetime(2026, 11, 26, 7, tzinfo=TOKYO)
    quiet = make_mail("quiet", to=aki, now=at_night, kind=FOLLOW_UP_MAIL, send_after=morning)
    retried = make_mail("retried", to=aki, now=at_night, send_after=morning, last_error="451 later")
    shorten_waits(at_night)
    quiet.refresh_from_db()
    retried.refresh_from_db()
    assert (quiet.send_after, retried.send_after) == (at_night, morning)


def test_a_mail_for_which_the_week_has_no_room_yet_waits(aki, at_night):
    morning, last_week = datetime(2026, 11, 26, 7, tzinfo=TOKYO), datetime(2026, 11, 19, 5, tzinfo=TOKYO)
    for key in ("one", "two", "three"):
        mail = make_mail(key, to=aki, now=last_week, kind=FOLLOW_UP_MAIL)
        OutgoingMail.objects.filter(pk=mail.pk).update(state=MailState.SENT, sent_at=last_week)
    fourth = make_mail("fourth", to=aki, now=at_night, kind=FOLLOW_UP_MAIL, send_after=morning)
    shorten_waits(at_night)
    fourth.refresh_from_db()
    assert fourth.send_after == morning
