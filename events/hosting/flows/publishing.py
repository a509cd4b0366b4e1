"""Publishing a draft at a moment that its host chose."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events.event.choices import EventState
from events.event.queries import leaders
from events.event.rules.event import NoHosting, why_not_publish, why_not_publish_at
from events.hosting import mails
from events.hosting.flows.event import publish_event
from events.hosting.queries import hosting as queries
from events.models import Event
from events.registration.flows.seats import lock_event
from kouryu.refusal import Refused
from kouryu.sweeps import OFTEN, sweep
from members.audit import audit
from members.models import User


@transaction.atomic
def publish_later(*, event_id: int, at: datetime, by: User, now: datetime) -> Event:
    """Let a draft publish itself at that moment. Refuses what `why_not_publish_at` says."""
    event = lock_event(event_id)
    if reason := why_not_publish_at(at, queries.plan_of(event), queries.event_facts_of(event), now=now):
        raise Refused(reason)
    return _wait_until(at, event, by=by, now=now)


@transaction.atomic
def do_not_publish_later(*, event_id: int, by: User, now: datetime) -> Event:
    """The draft waits for nothing; its host publishes it. For an event that waits for nothing it changes nothing."""
    event = lock_event(event_id)
    return event if event.publish_at is None else _wait_until(None, event, by=by, now=now)


@sweep("publish-events", every=OFTEN)
def publish_due_events(*, now: datetime) -> int:
    """Publish each draft whose moment has come, one per transaction; returns how many were due.

    One that cannot be published stays a draft, waits no more, and its host is told why by one mail.
    """
    due = Event.objects.filter(state=EventState.DRAFT, publish_at__lte=now)
    event_ids = list(due.order_by("publish_at", "pk").values_list("pk", flat=True))
    for event_id in event_ids:
        _publish_if_due(event_id, now)
    return len(event_ids)


@transaction.atomic
def _publish_if_due(event_id: int, now: datetime) -> None:
    event = lock_event(event_id)
    if event.state != EventState.DRAFT or event.publish_at is None or event.publish_at > now:
        return  # published, dropped or put off since the list was read
    reason = why_not_publish(queries.plan_of(event), queries.event_facts_of(event), now=now)
    if reason is None and not leaders.has_leader(event):
        reason = NoHosting.NO_LEADER
    if reason is None:
        publish_event(event_id=event_id, by=None, now=now)
        return
    mails.not_published(event, reason, now=now)
    _wait_until(None, event, by=None, now=now)


def _wait_until(at: datetime | None, event: Event, *, by: User | None, now: datetime) -> Event:
    event.publish_at = at
    event.save(update_fields=["publish_at"])
    audit.record("event.publish-later", event, by=by, now=now, fields=["publish_at"])
    return event
