"""Reads of the host's desk on the evening: who is there, and what was corrected."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from events.groups.queries import evening_of
from events.models import Event, Registration
from events.registration.choices import RegistrationState
from events.registration.rules.closing import why_not_note
from members.models import AuditEntry


def can_draw(event: Event, now: datetime) -> bool:
    """Is it time to draw groups? Whether enough people are there is said when the host tries."""
    return why_not_note(evening_of(event), RegistrationState.CONFIRMED, now=now) is None


def people_at_desk(event: Event) -> QuerySet[Registration]:
    """Everybody with a seat, in the order of their called names, with what the door noted."""
    return (
        event.registrations.confirmed()
        .select_related("member__profile")
        .annotate(presence=Coalesce("attendance__presence", Value("")), left_at=F("attendance__left_at"))
        .order_by("member__profile__called_name", "pk")
    )


# A line that takes back or changes what the door had noted; the first note of somebody has no field.
CORRECTION = Q(verb="attendance.undo") | Q(verb="attendance.note", fields=["presence"])


def corrections_of(event: Event) -> int:
    """How often something that the door had noted was taken back or changed, by anybody."""
    lines = AuditEntry.objects.filter(
        object_type=AuditEntry.type_of(Registration), object_id__in=event.registrations.values("pk")
    )
    return lines.filter(CORRECTION).count()
