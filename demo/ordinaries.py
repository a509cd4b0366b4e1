"""What people of the demo's year take for granted, and who finds it a wonder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from events.models import Event, Group
from feedback.mirror.flows import ordinary
from feedback.mirror.queries import ordinary as ordinaries
from kouryu.refusal import Refused
from members.models import User

Act = Callable[[datetime], None]
SAME_NIGHT = timedelta(minutes=70)
BEFORE = timedelta(hours=3)
THINGS = [
    "数字は、かならずふたりで読み合わせる",
    "会議は、結論を先に言ってから始める",
    "引きつぎは、紙一枚にまとめて手渡す",
    "はじめての人には、道具の場所から教える",
    "終わったら、うまくいかなかったことから話す",
    "お客さまの名前は、一度で覚える",
]
WHYS = [
    "うちの職場では、ひとりで見て終わりです。その手間がうらやましいです。",
    "私の仕事では、経緯から話しはじめるのがふつうで、とても新鮮でした。",
    "こちらでは口で伝えるだけなので、あとで食いちがいます。まねしてみます。",
]


def after(evening: Event) -> Iterator[tuple[timedelta, Act]]:
    """What follows this evening, and how long after it. Chance of its own, so that the year stays as it is."""
    yield SAME_NIGHT, lambda now: _say(evening, Random(evening.pk), now)


def _say(evening: Event, dice: Random, now: datetime) -> None:
    """One person of each group had noted something three hours before; another one of it says why it is rare."""
    for group in Group.objects.filter(round__event=evening, round__number=1).order_by("pk"):
        people = list(User.objects.filter(group_seats__group=group).order_by("pk"))
        if len(people) < 2:
            continue
        owner, giver = dice.sample(people, 2)
        with suppress(Refused):  # who left early or blocks the other
            ordinary.note(by=owner, event_id=evening.pk, words=[dice.choice(THINGS)], now=evening.starts_at - BEFORE)
            noted = ordinaries.noted_by(owner, evening)[0]
            ordinary.say_wonder(by=giver, ordinary_id=noted.pk, words=dice.choice(WHYS), now=now)
