"""Checking in: what happens at the door on the evening."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events.evening.queries.desk import corrections_of
from events.groups.flows.repairing import attendance_changed
from events.groups.queries import evening_of
from events.groups.rules.probing import why_not_correct
from events.models import Attendance, Event, Registration
from events.registration.choices import Presence
from events.registration.flows.seats import lock_event
from events.registration.rules.closing import why_not_note
from kouryu.refusal import Refused
from members.audit import audit
from members.models import User


@transaction.atomic
def check_in(*, event_id: int, registration_id: int, by: User, now: datetime) -> Registration:
    """Note that this person is there. Twice, or after they joined by themselves, changes nothing."""
    return _note(event_id, registration_id, Presence.PRESENT, by, now)


@transaction.atomic
def excuse(*, event_id: int, registration_id: int, by: User, now: datetime) -> Registration:
    """Note that this person sent word: ill, or something came up. No reason is kept."""
    return _note(event_id, registration_id, Presence.EXCUSED, by, now)


@transaction.atomic
def note_leaving(*, event_id: int, registration_id: int, by: User, now: datetime) -> Registration:
    """Note that this person was there and has gone: they sit in no talk that is still to begin. Noting it twice, or
    of somebody who never came, changes nothing.
    """
    registration = _open_registration(event_id, registration_id, now)
    here = Attendance.objects.filter(registration=registration, presence=Presence.PRESENT, left_at=None)
    if here.update(left_at=now):
        attendance_changed(registration.event)
        audit.record("attendance.leave", registration, by=by, now=now)
    return registration


@transaction.atomic
def undo_check_in(*, event_id: int, registration_id: int, by: User, now: datetime) -> Registration:
    """Take back what the door noted, as long as the event is not closed. Once there are groups, only so often."""
    registration = _open_registration(event_id, registration_id, now)
    _check_corrections(registration.event)
    removed, _ = Attendance.objects.filter(registration=registration).delete()
    if removed:
        attendance_changed(registration.event)
        audit.record("attendance.undo", registration, by=by, now=now)
    return registration


def _note(event_id: int, registration_id: int, presence: Presence, by: User, now: datetime) -> Registration:
    registration = _open_registration(event_id, registration_id, now)
    attendance = Attendance.objects.filter(registration=registration).first()
    if attendance and attendance.presence == presence and attendance.left_at is None:
        return registration
    if attendance:
        _check_corrections(registration.event)
    Attendance.objects.update_or_create(
        registration=registration,
        defaults={"presence": presence, "recorded_at": now, "recorded_by": by, "left_at": None},
    )
    attendance_changed(registration.event)
    changed = ("presence",) if attendance else ()
    audit.record("attendance.note", registration, by=by, now=now, why=presence, fields=changed)
    return registration


def _check_corrections(event: Event) -> None:
    if event.rounds.exists() and (often := why_not_correct(corrections_of(event))):
        raise Refused(often)


def _open_registration(event_id: int, registration_id: int, now: datetime) -> Registration:
    event = lock_event(event_id)
    registration = event.registrations.select_related("member").get(pk=registration_id)
    if reason := why_not_note(evening_of(event), registration.state, now=now):
        raise Refused(reason)
    return registration
