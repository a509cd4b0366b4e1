"""Which next steps people of the demo's year decide, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from events.models import Event, Group
from feedback.growth.choices import StepState
from feedback.growth.flows import step
from members.models import User

STEPS = [
    ("聞いた進めかたを、自分の会議で一度ためす", "月曜の朝の会議で"),
    ("教わった本を、はじめの章だけ読む", "通勤の電車で"),
    ("自分の仕事を、専門用語なしで300字に書く", ""),
    ("となりの部署の人に、ひとつ聞いてみる", "昼休みに"),
]
Act = Callable[[datetime], None]


def after(evening: Event) -> Iterator[tuple[timedelta, Act]]:
    """Some decide a step two days later; a fortnight on, most of them have done it or let it go."""
    dice = Random(evening.pk)
    yield timedelta(days=2), lambda now: _decide(evening, dice, now)
    yield timedelta(days=16), lambda now: _settle(evening, dice, now)


def _decide(evening: Event, dice: Random, now: datetime) -> None:
    for group in Group.objects.filter(round__event=evening).order_by("pk"):
        members = list(User.objects.get_queryset().filter(group_seats__group=group).order_by("pk"))
        for member in members[:2]:
            text, when_where = dice.choice(STEPS)
            on = timezone.localdate(now) + timedelta(days=dice.randint(3, 20))
            step.decide(by=member, text=text, when_where=when_where, on=on, event_id=evening.pk, now=now)


def _settle(evening: Event, dice: Random, now: datetime) -> None:
    for group in Group.objects.filter(round__event=evening).order_by("pk"):
        for member in User.objects.get_queryset().filter(group_seats__group=group).order_by("pk"):
            for open_step in member.next_steps.open().filter(event=evening):
                state = dice.choice([StepState.DONE, StepState.DONE, StepState.LET_GO])
                step.settle(by=member, step_id=open_step.pk, state=state, now=now)
