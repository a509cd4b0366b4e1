"""The demo's shortened wait: an evening that its host can start at once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events.event.choices import EventState
from events.event.models import IN_CALENDARS
from events.hosting.flows.event import tell_of_change
from events.models import Event
from events.registration.flows.seats import lock_event
from events.registration.flows.waitlist import end_offers_by_the_start
from members.audit import audit
from members.models import User


@transaction.atomic
def start_now(*, event_id: int, by: User, now: datetime) -> Event:
    """Move a playable evening to this moment and tell everybody, as any other move of an event would.

    Nothing changes once it has begun, is over, or was never made to be played through.
    """
    event = lock_event(event_id)
    if not event.is_playable or event.state != EventState.PUBLISHED or event.starts_at <= now:
        return event
    length = event.ends_at - event.starts_at
    event.starts_at = event.registration_closes_at = now
    event.ends_at = now + length
    event.terms_changed_at = now
    event.version += 1
    event.note_calendar_change(now)
    times = ["starts_at", "ends_at", "registration_closes_at", "terms_changed_at"]
    event.save(update_fields=[*times, "version", *IN_CALENDARS])
    end_offers_by_the_start(event)
    audit.record("event.start-now", event, by=by, now=now, fields=["ends_at", "starts_at"])
    tell_of_change(event, moves=True, now=now)
    return event
