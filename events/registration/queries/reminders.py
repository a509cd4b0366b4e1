"""Reminders that are due and not written yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef

from events.event.choices import EventState
from events.models import Event, Registration
from events.registration.limits import REMINDERS
from events.registration.rules.reminder import Reminder, due_at, is_due
from members.models import OutgoingMail, Suspension


def due(now: datetime) -> Iterator[tuple[Event, Reminder]]:
    """The coming events of which somebody is to be reminded now. One query.

    None of an evening that nobody may lead: first its owners hand it to another host, or call it off.
    """
    coming = Event.objects.led().filter(
        state=EventState.PUBLISHED, starts_at__gt=now, starts_at__lte=now + REMINDERS.furthest_ahead
    )
    coming = coming.order_by("starts_at", "pk")
    for event in coming:
        for what in Reminder:
            if is_due(what, event.starts_at, now=now):
                yield event, what


def missing(event: Event, what: Reminder, now: datetime) -> list[Registration]:
    """Seats whose holders are to be reminded and are not yet. Two queries, whatever the number of seats."""
    seats = (
        event.registrations.confirmed()
        .filter(changed_at__lte=due_at(what, event.starts_at))
        .exclude(Exists(Suspension.objects.open_at(now).filter(member=OuterRef("member"))))
        .select_related("member")
        .order_by("pk")
    )
    wanted = {key_of(event, what, seat): seat for seat in seats if what not in seat.member.muted_mail}
    written = set(OutgoingMail.objects.filter(key__in=wanted).values_list("key", flat=True))
    return [seat for key, seat in wanted.items() if key not in written]


def key_of(event: Event, what: Reminder, seat: Registration) -> str:
    """Which mail this is. The start is part of it: of an event that was moved people are reminded anew."""
    return f"reminder/{what}/{event.pk}/{int(event.starts_at.timestamp())}/{seat.member_id}"
