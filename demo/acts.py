"""What happens around the evenings of the demo's year, noun by noun: after each of them, and before its last moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from demo import between, impressions, introductions, months, ordinaries, reactions, steps, ties, turning_points
from events.models import Event

Act = Callable[[datetime], None]


def after(evening: Event) -> Iterator[tuple[timedelta, Act]]:
    """What people do once an evening was closed, and how long after it."""
    for noun in (ties, between, steps, ordinaries, impressions, reactions, introductions):
        yield from noun.after(evening)


def before(end: datetime) -> Iterator[tuple[datetime, Act]]:
    """What is to be found on the last day, and when it happens."""
    for noun in (introductions, turning_points, months):
        yield from noun.before(end)
