"""Reads about intentions and ties: facts for the rules, people for the pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from events.models import Event
from feedback.letters.queries import encounter as encounters
from feedback.models import Intention, Tie
from feedback.ties.choices import CONTACT_KINDS
from feedback.ties.limits import TIES
from feedback.ties.rules.tie import Choice, is_locked
from members.models import User


def choice_of(
    holder: User, person_id: int, event: Event, intention: Intention | None, *, wants_contact: bool, now: datetime
) -> Choice:
    """The facts for `why_not_choose`; `intention` is what the holder chose about this person before."""
    meeting = encounters.encounter(holder, person_id, event, None, now)
    together = meeting.have_met
    wishes = Intention.objects.filter(holder=holder, event=event, kind__in=CONTACT_KINDS).exclude(person=person_id)
    return Choice(
        is_oneself=meeting.is_oneself,
        were_together=together,
        starts_at=event.starts_at,
        closes_at=meeting.closes_at,
        locked_at=intention.locks_at if intention else None,
        wants_contact=wants_contact,
        wishes_spent=wishes.count(),
        most_wishes=TIES.wishes_an_evening,
        is_settled=intention is not None and intention.settled_at is not None,
    )


def people_tied(member: User) -> frozenset[int]:
    """The ids of those to whom `member` has a tie that holds."""
    pairs = Tie.objects.open_of(member).values_list("first_id", "second_id")
    return frozenset(pk for pair in pairs for pk in pair) - {member.pk}


def ties_since(member: User, since: datetime, now: datetime) -> QuerySet[Tie]:
    """The ties of `member` that formed since then and hold."""
    return Tie.objects.listed_of(member).filter(formed_at__gt=since).annotate(news_at=F("formed_at"))


@dataclass(frozen=True)
class MyChoice:
    """What a member chose about somebody after an evening; only ever for that member's own pages."""

    kind: str  # "" for nothing yet
    label: str
    is_locked: bool
    is_taken_back: bool
    is_tied: bool  # a tie between the two holds


def my_choice(holder: User, person: User, event: Event, now: datetime) -> MyChoice:
    """Two queries. Whether the other one chose, and what, is nowhere in it: only a tie that both know of."""
    intention = Intention.objects.filter(holder=holder, person=person, event=event).first()
    is_tied = Tie.objects.listed_between(holder, person).exists()
    if intention is None:
        return MyChoice("", "", is_locked=False, is_taken_back=False, is_tied=is_tied)
    return MyChoice(
        kind=intention.kind,
        label=intention.get_kind_display(),
        is_locked=is_locked(intention.locks_at, now),
        is_taken_back=intention.taken_back_at is not None,
        is_tied=is_tied,
    )


@dataclass(frozen=True)
class Chosen:
    """A choice that stands, in words."""

    label: str
    is_locked: bool


def my_choices(holder: User, event: Event, now: datetime) -> dict[int, Chosen]:
    """What `holder` chose about the people of this evening and has not taken back, by their ids."""
    rows = Intention.objects.filter(holder=holder, event=event, taken_back_at=None)
    return {row.person_id: Chosen(row.get_kind_display(), is_locked(row.locks_at, now)) for row in rows}
