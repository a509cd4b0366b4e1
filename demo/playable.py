"""The evening of the demo that its host can start at once, and another one after it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from demo.models import Playable
from demo.words import OFFERS, TOPICS
from events.event.choices import EventState
from events.event.models import IN_CALENDARS
from events.event.rules.event import EventPlan
from events.hosting.flows import event
from events.hosting.queries import hosting
from events.models import Event
from events.registration.choices import Mode
from events.registration.flows import registration
from events.registration.flows.seats import lock_event
from events.registration.flows.waitlist import end_offers_by_the_start
from kouryu.clock import TOKYO
from kouryu.refusal import Refused
from members.audit import audit
from members.models import User

PLAYING = (
    "letters-0",
    "letters-1",
    "letters-2",
    "letters-3",
    "letters-8",
    "member01",
    "member02",
    "member04",
    "member05",
)


def has_playable(now: datetime) -> bool:
    """Whether there is an evening that the host can start at once, or that is running."""
    return Event.objects.filter(playable__isnull=False, state=EventState.PUBLISHED, ends_at__gt=now).exists()


def refresh(now: datetime) -> Event:
    """Publish another evening to play through, after the last one is over."""
    latest = Playable.objects.select_related("event__host").order_by("pk").last().event
    tomorrow = now.astimezone(TOKYO).replace(hour=20, minute=0, second=0, microsecond=0) + timedelta(days=1)
    plan = replace(hosting.plan_of(latest), starts_at=tomorrow, registration_closes_at=tomorrow, minutes=60)
    dice = Random(latest.pk)
    return add_playable(host=latest.host, plan=plan, dice=dice, now=now)


def add_playable(*, host: User, plan: EventPlan, dice: Random, now: datetime) -> Event:
    """Publish an evening that its host can start at once, with nine people in it."""
    planned = event.plan_event(by=host, plan=plan, now=now)
    Playable.objects.create(event=planned)
    event.publish_event(event_id=planned.pk, by=host, now=now)
    addresses = [f"{key}@example.jp" for key in PLAYING]
    for member in User.objects.select_related("profile").filter(email__in=addresses).order_by("pk"):
        with suppress(Refused):  # who played with marks may have to wait a while, as on the page
            registration.register(
                member=member,
                event_id=planned.pk,
                wants_to_talk=dice.choice(TOPICS),
                can_offer=dice.choice(OFFERS),
                mode=Mode.TALK,
                now=now,
            )
    return planned


@transaction.atomic
def start_now(*, event_id: int, by: User, now: datetime) -> Event:
    """Move a playable evening to this moment and tell everybody, as any other move of an evening would.

    Nothing changes once it has begun or is over, nor where the evening is not a playable one.
    """
    started = lock_event(event_id)
    is_playable = Playable.objects.filter(event=started).exists()
    if not is_playable or started.state != EventState.PUBLISHED or started.starts_at <= now:
        return started
    length = started.ends_at - started.starts_at
    started.starts_at = started.registration_closes_at = started.terms_changed_at = now
    started.ends_at = now + length
    started.version += 1
    started.note_calendar_change(now)
    times = ["starts_at", "ends_at", "registration_closes_at", "terms_changed_at"]
    started.save(update_fields=[*times, "version", *IN_CALENDARS])
    end_offers_by_the_start(started)
    audit.record("event.start-now", started, by=by, now=now, fields=["ends_at", "starts_at"])
    event.tell_of_change(started, moves=True, now=now)
    return started
