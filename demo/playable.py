"""The evening of the demo that its host can start at once, and another one after it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from demo.stage import TOKYO
from demo.words import OFFERS, TOPICS
from events.event.choices import EventState
from events.event.rules.event import Plan as EventPlan
from events.hosting.flows import event
from events.hosting.queries import hosting as queries_of_events
from events.models import Event
from events.registration.choices import Mode
from events.registration.flows import registration
from kouryu.refusal import Refused
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
    return Event.objects.filter(is_playable=True, state=EventState.PUBLISHED, ends_at__gt=now).exists()


def refresh(now: datetime) -> Event:
    """Publish another evening to play through, after the last one is over."""
    latest = Event.objects.filter(is_playable=True).order_by("pk").last()
    tomorrow = now.astimezone(TOKYO).replace(hour=20, minute=0, second=0, microsecond=0) + timedelta(days=1)
    plan = replace(queries_of_events.plan_of(latest), starts_at=tomorrow, registration_closes_at=tomorrow, minutes=60)
    dice = Random(latest.pk)
    return add_playable(host=latest.host, plan=plan, dice=dice, now=now)


def add_playable(*, host: User, plan: EventPlan, dice: Random, now: datetime) -> Event:
    """Publish an evening that its host can start at once, with nine people in it."""
    planned = event.plan_event(by=host, plan=plan, now=now, is_playable=True)
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
