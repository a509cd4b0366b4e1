"""Who was there: the one click that enters the room, and what the desk corrects after closing."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events.evening.signals import attendance_corrected
from events.groups.flows.repairing import attendance_changed
from events.models import Attendance, Registration
from events.registration.choices import Presence
from events.registration.flows.mark import spare_what_was_corrected
from events.registration.flows.seats import lock_event
from events.registration.queries import registration as registrations
from events.registration.rules.closing import why_not_correct_afterwards
from events.registration.rules.video_room import why_not_enter
from kouryu.refusal import Refused, get_or_gone
from members.accounts.locks import lock_member
from members.audit import audit
from members.desk.choices import StaffAct
from members.desk.flows import keep_reason
from members.models import User


@transaction.atomic
def join_room(*, member: User, event_id: int, now: datetime) -> Attendance:
    """Record that the member is there; a second click, or a host who was quicker, changes nothing.

    Refused outside the hours of the room. Whoever has no confirmed seat gets `Registration.DoesNotExist`.
    """
    lock_member(member.pk)
    event = lock_event(event_id)  # its host may be closing it at this moment
    registration = event.registrations.confirmed().get(member=member)
    if reason := why_not_enter(registrations.video_room_hours_of(event), now):
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


@transaction.atomic
def correct_attendance(
    *, member: User, event_id: int, presence: Presence, by: User, why: str, now: datetime
) -> Registration:
    """Note after closing that somebody was there, or had sent word, with the reason among the member's notes.

    The mark for an empty seat then weighs nothing, the follow-up by what really happened goes out while its days last,
    and whom they sat with becomes somebody they met. Refused as `why_not_correct_afterwards` says.
    """
    event = lock_event(event_id)
    registration = get_or_gone(event.registrations.select_related("event", "attendance"), member=member)
    attendance = getattr(registration, "attendance", None)
    held = attendance.presence if attendance else ""
    if reason := why_not_correct_afterwards(event.state, registration.state, held, presence):
        raise Refused(reason)
    keep_reason(StaffAct.CORRECT_ATTENDANCE, member=member, by=by, words=why, now=now)
    Attendance.objects.update_or_create(
        registration=registration,
        defaults={"presence": presence, "recorded_at": now, "recorded_by": by, "left_at": None},
    )
    spare_what_was_corrected(registration)
    audit.record("attendance.correct", registration, by=by, now=now, why=presence, fields=["presence"])
    attendance_corrected.send(sender=Attendance, event_id=event.pk)
    return registration
