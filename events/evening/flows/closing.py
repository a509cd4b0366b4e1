"""Closing an evening that is over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events.evening.limits import CLOSING
from events.event.choices import EVENT_MOVES, EventState
from events.groups import queries
from events.models import Event, Word
from events.registration.flows.seats import lock_event
from events.registration.rules.closing import why_not_close
from kouryu.moves import move_to
from kouryu.refusal import Refused
from kouryu.sweeps import OFTEN, sweep
from members.audit import audit
from members.models import User


@transaction.atomic
def close_event(*, event_id: int, by: User | None, now: datetime) -> Event:
    """Make what the door noted final: from now on follow-ups and letters go by it. Closing twice changes nothing.

    `by` is None when the site closes what nobody closed. Refuses before the start.
    """
    event = lock_event(event_id)
    if event.state == EventState.CLOSED:
        return event
    if reason := why_not_close(queries.evening_of(event), now=now):
        raise Refused(reason)
    move_to(event, EventState.CLOSED, EVENT_MOVES)
    event.closed_at = now
    event.save(update_fields=["state", "closed_at"])
    Word.objects.filter(event=event).delete()
    audit.record("event.close", event, by=by, now=now)
    return event


@sweep("close-events", every=OFTEN)
def close_overdue_events(*, now: datetime) -> int:
    """Close each event that nobody closed within three hours, one per transaction; returns how many."""
    overdue = Event.objects.filter(state=EventState.PUBLISHED)
    overdue = overdue.ending_before(now - CLOSING.itself_after)
    event_ids = list(overdue.order_by("ends_at", "pk").values_list("pk", flat=True))
    for event_id in event_ids:
        _close_unless_settled(event_id, now)
    return len(event_ids)


def _close_unless_settled(event_id: int, now: datetime) -> None:
    try:
        close_event(event_id=event_id, by=None, now=now)
    except Refused:
        return  # called off or moved since the list was read: nothing to close
