"""What the tied people of the demo's year write to each other, and when they talk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from events.models import Event
from feedback.models import Talk, Tie
from feedback.ties.choices import TalkKind, TalkState
from feedback.ties.flows import short_note, talk
from kouryu.refusal import Gone, Refused

Act = Callable[[datetime], None]
A_FEW_DAYS, LATER, TWO_WEEKS = timedelta(days=3), timedelta(days=2), timedelta(days=14)
NOTES = (
    "先日のお話、さっそく職場で試してみました。",
    "「待つ」の話、あのあとも考えています。",
    "うちの朝礼でも、同じことが起きていました。",
)
ANSWERS = ("うれしいです。つづきをぜひ聞かせてください。", "こちらも、ちょうど思い出していました。")


def after(evening: Event) -> Iterator[tuple[timedelta, Act]]:
    """What some of those do who are tied since this evening, and how long after it."""
    dice = Random(-evening.pk)
    yield A_FEW_DAYS, lambda now: _write(evening, dice, now)
    yield TWO_WEEKS, lambda now: _say_held(evening, now)


def _write(evening: Event, dice: Random, now: datetime) -> None:
    """A note, an answer, and for some a talk two days later."""
    ties = Tie.objects.filter(event=evening, ended_at=None).select_related("first", "second").order_by("pk")
    for tie in ties:
        if dice.random() < 0.3:
            with suppress(Refused, Gone):  # a seat at that hour, a block since: as it would be on the page
                _converse(tie, dice, now)


def _converse(tie: Tie, dice: Random, now: datetime) -> None:
    one, other = tie.first, tie.second
    for writer in (one, other):
        short_note.agree_to_check(by=writer, now=now)
    short_note.send_note(by=one, to_id=other.pk, words=dice.choice(NOTES), now=now)
    short_note.send_note(by=other, to_id=one.pk, words=dice.choice(ANSWERS), now=now)
    times = [now + LATER, now + LATER + timedelta(days=1)]
    proposed = talk.propose(by=one, to_id=other.pk, kind=TalkKind.TALK, times=times, now=now)
    if dice.random() < 0.8:
        talk.choose_time(by=other, talk_id=proposed.pk, starts_at=proposed.moments[0], now=now)


def _say_held(evening: Event, now: datetime) -> None:
    for agreed in Talk.objects.filter(tie__event=evening, tie__ended_at=None, state=TalkState.AGREED).order_by("pk"):
        with suppress(Refused, Gone):
            talk.say_held(by=agreed.proposer, talk_id=agreed.pk, now=now)
