"""Introductions of the demo's year, and what the two answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import combinations
from random import Random

from events.models import Event
from feedback.models import Introduction, Tie
from feedback.ties.flows import introduction, short_note
from kouryu.refusal import Gone, Refused
from members.models import User

Act = Callable[[datetime], None]
Three = tuple[User, User, User]  # who introduces, and the two
SHOWN = ("letters-8", "letters-3", "member01")  # their page has one of each kind
SENTENCES = (
    "待つことを大事にされている方です。いまのお仕事の話と、きっと重なります。",
    "同じことで迷って、ちがう道を選んだ方です。20分でも話してみませんか。",
    "ことばをさがすのが上手な方です。前に話していた件を、聞いてもらえると思います。",
)
THREE_WEEKS = timedelta(days=20)
LONG_AGO, LATELY = timedelta(days=9), timedelta(days=2)


def after(evening: Event) -> Iterator[tuple[timedelta, Act]]:
    """Three weeks on, somebody who was tied since this evening brings two together; both answer the next day."""
    dice = Random(evening.pk)
    yield THREE_WEEKS, lambda now: _introduce_any(evening, dice, now)
    yield THREE_WEEKS + timedelta(days=1), lambda now: _answer_all(dice, now)


def before(end: datetime) -> Iterator[tuple[datetime, Act]]:
    """For some members: one introduction that led to a tie, one that waits for their answer, one of their own."""
    for place, key in enumerate(SHOWN):
        email = f"{key}@example.jp"
        dice = Random(place)
        moment = end - LONG_AGO + timedelta(minutes=place)
        yield moment, lambda now, email=email, dice=dice: _introduced(email, dice, now)
        moment += timedelta(days=1)
        yield moment, lambda now, email=email: _all_gladly(email, now)
        moment = end - LATELY + timedelta(minutes=place)
        yield moment, lambda now, email=email, dice=dice: _introduced(email, dice, now)
        yield moment, lambda now, email=email, dice=dice: _introduces(email, dice, now)


def _introduce_any(evening: Event, dice: Random, now: datetime) -> None:
    for tie in Tie.objects.holding().filter(event=evening).select_related("first").order_by("pk"):
        if threes := list(_by(tie.first)):
            _introduce(dice.choice(threes), dice, now)
            return


def _answer_all(dice: Random, now: datetime) -> None:
    """Most gladly, some not at all; what is to wait for the shown members is made later."""
    for asked in Introduction.objects.waiting(now).filter(asks=True).order_by("pk"):
        for member in (asked.one, asked.other):
            answer = introduction.agree if dice.random() < 0.8 else introduction.decline
            if dice.random() < 0.8:
                with suppress(Gone):
                    answer(by=member, introduction_id=asked.pk, now=now)


def _introduced(email: str, dice: Random, now: datetime) -> None:
    """A tie of this member introduces them to somebody they do not know yet."""
    member = User.objects.get(email=email)
    for tie in Tie.objects.open_of(member).select_related("first", "second").order_by("pk"):
        threes = [three for three in _by(tie.other(member)) if member in three]
        if threes and _introduce(dice.choice(threes), dice, now):
            return


def _introduces(email: str, dice: Random, now: datetime) -> None:
    threes = list(_by(User.objects.get(email=email)))
    if threes:
        _introduce(dice.choice(threes), dice, now)


def _all_gladly(email: str, now: datetime) -> None:
    member = User.objects.get(email=email)
    for asked in Introduction.objects.waiting(now).asking(member).order_by("pk"):
        for one in (asked.one, asked.other):
            introduction.agree(by=one, introduction_id=asked.pk, now=now)


def _by(introducer: User) -> Iterator[Three]:
    """The pairs whom this member could bring together: tied to both, who are not tied to each other."""
    ties = Tie.objects.open_of(introducer).select_related("first", "second").order_by("pk")
    people = [tie.other(introducer) for tie in ties]
    tied = set(Tie.objects.filter(first__in=people, second__in=people).values_list("first_id", "second_id"))
    for one, other in combinations(sorted(people, key=lambda person: person.pk), 2):
        if (one.pk, other.pk) not in tied:
            yield introducer, one, other


def _introduce(three: Three, dice: Random, now: datetime) -> bool:
    introducer, one, other = three
    short_note.agree_to_check(by=introducer, now=now)
    to_one, to_other = dice.sample(SENTENCES, 2)
    with suppress(Refused):  # enough at once, or the same two again: as it would be on the page
        introduction.introduce(
            by=introducer, one_id=one.pk, other_id=other.pk, to_one=to_one, to_other=to_other, now=now
        )
        return True
    return False
