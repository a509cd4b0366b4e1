"""Entering the room: the one click that records that somebody was there."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events.groups.flows.repairing import attendance_changed
from events.models import Attendance, Registration
from events.registration.choices import Presence
from events.registration.flows.seats import lock_event
from events.registration.queries import registration as queries
from events.registration.rules.video_room import why_not_enter
from kouryu.refusal import Refused
from members.audit import audit
from members.models import User


@transaction.atomic
def join_room(*, member: User, event_id: int, now: datetime) -> Attendance:
    """Record that the member is there; a second click, or a host who was quicker, changes nothing.

    Refused outside the hours of the room. Whoever has no confirmed seat gets `Registration.DoesNotExist`.
    """
    # The event first, as everywhere: its host may be closing it at this moment.
    event = lock_event(event_id)
    registration = event.registrations.confirmed().get(member=member)
    if reason := why_not_enter(queries.video_room_hours_of(event), now):
        raise Refused(reason)
    return _be_present(registration, by=member, now=now)


def _be_present(registration: Registration, *, by: User, now: datetime) -> Attendance:
    attendance, created = Attendance.objects.get_or_create(
        registration=registration,
        defaults={"presence": Presence.PRESENT, "recorded_at": now, "recorded_by": by},
    )
    if not created and attendance.presence == Presence.PRESENT and attendance.left_at is None:
        return attendance
    if not created:  # they had sent word that they could not come, or had left, and came
        attendance.presence, attendance.recorded_at, attendance.recorded_by = Presence.PRESENT, now, by
        attendance.left_at = None
        attendance.save(update_fields=["presence", "recorded_at", "recorded_by", "left_at"])
    attendance_changed(registration.event)
    audit.record("room.join", registration, by=by, now=now)
    return attendance
