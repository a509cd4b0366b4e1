"""What people of the demo's year answer to the three questions after an evening."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from events.models import Event
from events.registration.choices import Presence
from feedback.insight import flows as impression
from feedback.insight.choices import Degree
from kouryu.refusal import Refused
from members.models import User

Act = Callable[[datetime], None]
NEXT_DAY = timedelta(hours=20)


def after(evening: Event) -> Iterator[tuple[timedelta, Act]]:
    """Those who were there answer the next day. Chance of its own, so that the year stays as it is."""
    yield NEXT_DAY, lambda now: _answer(evening, Random(evening.pk), now)


def _answer(evening: Event, dice: Random, now: datetime) -> None:
    """Everybody who was there; the host's page shows sums from five equal answers on, and hides what they tell of."""
    there = User.objects.filter(
        registrations__event=evening, registrations__attendance__presence=Presence.PRESENT
    ).order_by("pk")
    people = list(there)
    answers = [_spread(len(people), dice) for _ in range(3)]
    for member, at_home, was_heard, would_return in zip(people, *answers, strict=True):
        with suppress(Refused):
            impression.answer_questions(
                by=member,
                event_id=evening.pk,
                at_home=at_home,
                was_heard=was_heard,
                would_return=would_return,
                now=now,
            )


def _spread(people: int, dice: Random) -> list[Degree]:
    """Half of them "yes", the others nearly so, or not."""
    answers = [Degree.YES] * (people - people // 2)
    answers += [(Degree.RATHER, Degree.LITTLE)[place % 2] for place in range(people // 2)]
    dice.shuffle(answers)
    return answers
