"""Wishes to go on, and thanks for help, in the demo's year."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from events.models import Event, Group
from feedback.models import Tie
from feedback.ties.choices import CONTACT_KINDS, IntentionKind
from feedback.ties.flows import network, tie
from kouryu.refusal import Refused
from members.models import User

Act = Callable[[datetime], None]
TWO_WEEKS = timedelta(days=15)


def after(evening: Event) -> Iterator[tuple[timedelta, Act]]:
    """What follows this evening, and how long after it: choices the same night, thanks for help two weeks later.

    Chance of its own for each evening: the rest of the year stays as it is.
    """
    dice = Random(evening.pk)
    yield timedelta(minutes=40), lambda now: _choose(evening, dice, now)
    yield TWO_WEEKS, lambda now: _note_help(evening, dice, now)


def _choose(evening: Event, dice: Random, now: datetime) -> None:
    """Most would like to go on with most of those they met; here and there once was enough."""
    for group in Group.objects.filter(round__event=evening).order_by("pk"):
        people = list(User.objects.filter(group_seats__group=group).order_by("pk"))
        for holder in people:
            for person in people:
                kind = dice.choice(CONTACT_KINDS) if dice.random() < 0.7 else IntentionKind.ONLY_THIS
                if holder != person and dice.random() < 0.75:
                    _intend(holder, person, evening, kind, now)


def _intend(holder: User, person: User, evening: Event, kind: IntentionKind, now: datetime) -> None:
    with suppress(Refused):  # enough wishes for this evening, or not there after all: as it would be on the page
        tie.choose_intention(by=holder, person_id=person.pk, event_id=evening.pk, kind=kind, now=now)


def _note_help(evening: Event, dice: Random, now: datetime) -> None:
    for one in Tie.objects.filter(event=evening, ended_at=None).select_related("first", "second").order_by("pk"):
        if dice.random() < 0.4:
            with suppress(Refused):
                network.note_help(by=one.first, helper_id=one.second_id, now=now)
