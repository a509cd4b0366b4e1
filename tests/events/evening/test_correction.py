"""After closing, the desk notes that somebody was there: mark, follow-up and encounters go by it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.evening.flows.attendance import correct_attendance
from events.event.choices import EventState
from events.models import Attendance, Event
from events.registration.choices import MarkKind, Presence, RegistrationState, Sparing
from events.registration.flows.mark import mark_absences
from events.registration.queries.marks import record_of
from events.registration.queries.registration import follow_ups_due
from events.registration.rules.closing import NoCorrection, why_not_correct_afterwards
from feedback.models import Acquaintance
from feedback.ties.flows.network import note_evenings
from kouryu.refusal import Refused
from members.desk import flows as desk
from members.desk.choices import Purpose, StaffAct
from members.models import AuditEntry
from tests import factories

NOW = timezone.now()
WHY = "進行役に確かめました。受付の押し忘れでした。"


@pytest.mark.parametrize(
    ("state", "registration", "held", "wanted", "reason"),
    [
        ("closed", "confirmed", "", "present", None),
        ("closed", "confirmed", "", "excused", None),
        ("closed", "confirmed", "excused", "present", None),
        ("closed", "confirmed", "present", "present", NoCorrection.SAME),
        ("closed", "confirmed", "present", "excused", NoCorrection.WAS_THERE),
        ("published", "confirmed", "", "present", NoCorrection.NOT_CLOSED),
        ("called-off", "confirmed", "", "present", NoCorrection.NOT_CLOSED),
        ("closed", "withdrawn", "", "present", NoCorrection.NO_SEAT),
        ("closed", "waiting", "", "present", NoCorrection.NO_SEAT),
    ],
)
def test_why_not_correct_afterwards(state, registration, held, wanted, reason):
    assert why_not_correct_afterwards(state, registration, held, wanted) == reason


@pytest.fixture
def evening(aki, mio, ren):
    """Closed an hour ago; あき sat with the others and nobody checked them in."""
    evening = factories.make_evening([[aki, mio, ren]], now=NOW - timedelta(hours=3))
    Attendance.objects.filter(registration__event=evening, registration__member=aki).delete()
    Event.objects.filter(pk=evening.pk).update(state=EventState.CLOSED, closed_at=NOW - timedelta(hours=1))
    evening.refresh_from_db()
    return evening


@pytest.fixture
def opened(aki, fumi):
    desk.look(member=aki, by=fumi, purpose=Purpose.QUESTION, now=NOW)
    return fumi


def correct(aki, evening, by, presence=Presence.PRESENT):
    return correct_attendance(member=aki, event_id=evening.pk, presence=presence, by=by, why=WHY, now=NOW)


def test_the_mark_for_the_empty_seat_weighs_nothing_any_more(aki, evening, opened):
    registration = evening.registrations.get(member=aki)
    factories.make_mark(registration, kind=MarkKind.NO_SHOW)
    before = record_of(aki, NOW)
    correct(aki, evening, opened)
    after = record_of(aki, NOW)
    assert before.points > 0
    assert (after.points, after.seats_given_up) == (0, 0)
    registration.mark.refresh_from_db()
    assert registration.mark.spared_for == Sparing.CORRECTED
    assert mark_absences(now=NOW) == 0


def test_a_late_withdrawal_before_stays_a_mark(aki, evening, opened):
    mark = factories.make_mark(evening.registrations.get(member=aki), kind=MarkKind.LATE_WITHDRAWAL)
    correct(aki, evening, opened)
    mark.refresh_from_db()
    assert mark.points > 0


def test_the_follow_up_goes_by_what_really_happened(aki, evening, opened):
    due = {row.member: outcome for row, outcome in follow_ups_due(NOW + timedelta(hours=20))}
    assert due[aki] == "absent"
    correct(aki, evening, opened)
    due = {row.member: outcome for row, outcome in follow_ups_due(NOW + timedelta(hours=20))}
    assert due[aki] == "attended"


def test_whom_they_sat_with_becomes_somebody_they_met(aki, mio, ren, evening, opened):
    note_evenings(NOW)
    assert not Acquaintance.objects.of(aki.pk).exists()
    correct(aki, evening, opened)
    assert Acquaintance.objects.of(aki.pk).count() == 2


def test_an_act_leaves_its_reason_and_a_line(aki, evening, opened):
    correct(aki, evening, opened, Presence.EXCUSED)
    note = aki.staff_notes.get()
    assert (note.act, note.words, note.by) == (StaffAct.CORRECT_ATTENDANCE, WHY, opened)
    line = AuditEntry.objects.get(verb="attendance.correct")
    assert (line.by, line.why) == (opened, "excused")


def test_without_an_open_page_or_a_reason_nothing_changes(aki, evening, fumi):
    with pytest.raises(Refused):
        correct(aki, evening, fumi)
    desk.look(member=aki, by=fumi, purpose=Purpose.QUESTION, now=NOW)
    with pytest.raises(Refused):
        correct_attendance(member=aki, event_id=evening.pk, presence=Presence.PRESENT, by=fumi, why="短", now=NOW)
    assert not Attendance.objects.filter(registration__member=aki).exists()


def test_the_way_through_the_pages(aki, evening, opened, signed_in):
    browser = signed_in(opened)
    url = reverse("events:correct_attendance", args=[aki.pk, evening.pk])
    assert url in browser.get(reverse("members:desk_member", args=[aki.pk])).content.decode()
    short = browser.post(url, {"presence": "present", "why": "短"})
    assert short.status_code == 422
    assert browser.post(url, {"presence": "absent", "why": WHY}).status_code == 422
    assert browser.post(url, {"presence": "present", "why": WHY}).status_code == 302
    again = browser.post(url, {"presence": "excused", "why": WHY})
    assert again.status_code == 422
    assert "取り消せません" in again.content.decode()
    assert url not in browser.get(reverse("members:desk_member", args=[aki.pk])).content.decode()


def test_another_evening_is_not_found(aki, mio, opened, signed_in):
    other = factories.make_event()
    factories.make_registration(other, mio, state=RegistrationState.CONFIRMED)
    assert signed_in(opened).get(reverse("events:correct_attendance", args=[aki.pk, other.pk])).status_code == 404
