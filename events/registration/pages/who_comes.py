"""Who comes to an event, as its page tells a reader: no names, and no number that tells of one person."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from events.event.limits import BATCHES
from events.event.queries import counts
from events.event.rules.steps import Steps
from events.models import Event
from events.registration.choices import RegistrationState
from events.registration.sql import Known, known_of
from kouryu.drawings import family_of
from members.accounts.choices import Role
from members.accounts.taxonomies import career_themes, industries
from members.models import User


@dataclass(frozen=True)
class Topic:
    """What somebody wants to talk about. Whose it is, the page tells nobody; a link reports it by its row."""

    text: str
    registration: int
    writer: int


@dataclass(frozen=True)
class WhoComes:
    """The others, in numbers that change in steps and in words without names."""

    people: list[tuple[str, int, str]] | None  # industry, number, hue; None while too few to tell without naming
    topics: list[Topic]
    common_ground: str  # a theme of the reader's that enough of the others chose, or ""
    waits_with_topics: bool  # the reader runs the event, and reads what people wrote once nobody can register
    is_withheld: bool = False  # told to those who come, and to nobody else


# An event for a group that members put themselves into: an industry of one who comes would say of somebody that they
# are in it, to readers who have nothing to do with the event.
WITHHELD = WhoComes(people=None, topics=[], common_ground="", waits_with_topics=False, is_withheld=True)


def who_comes(member: User, themes: frozenset[str], event: Event, known: list[Known], *, now: datetime) -> WhoComes:
    """What this member reads of those whom `known_of` found; `themes` are the member's own."""
    counted, texts = _counted(event, known, now)
    is_run_by_me = is_run_by(event, member)
    waits_with_topics = is_run_by_me and now < event.registration_closes_at
    return WhoComes(
        people=_people(counted.table("industries")) if counted.batches else None,
        topics=[] if waits_with_topics else _topics(event, known, texts),
        common_ground="" if is_run_by_me else _common_ground(member, themes, counted),
        waits_with_topics=waits_with_topics,
    )


def wishes_for_host(event: Event, *, now: datetime) -> list[Topic] | None:
    """What people want to talk about, for who runs the event: shuffled, without industry, all that is shown together.

    None until registration has closed: before, each new wish would stand beside a new name.
    """
    if now < event.registration_closes_at:
        return None
    known = known_of(event)
    wishes = _wishes_of(known)
    count = counts.wishes_of(event)
    return _topics(event, known, counts.look(count, wishes, counts.texts_as_they_are(wishes), now=now))


def is_run_by(event: Event, member: User) -> bool:
    """Does the reader see at the desk who comes? They could put a name to what changes on the page.

    An event that was not read for this reader (a preview) is shown to nobody but those who run it.
    """
    return event.host_id == member.pk or Role.OWNER in member.roles or getattr(event, "is_helped", True)


def _counted(event: Event, known: list[Known], now: datetime) -> tuple[Steps, Steps]:
    """The members with a seat who are counted, and whose wish is shown. Offers are not: nobody has taken them yet."""
    confirmed = [row for row in known if row.state == RegistrationState.CONFIRMED]
    wishes = _wishes_of(confirmed)
    reads = {
        counts.seats_of(event): counts.read_seats({row.member_id: row.industry for row in confirmed}),
        counts.wishes_of(event): lambda: (wishes, counts.texts_as_they_are(wishes)),
    }
    seats, shown = counts.look_at_all(reads, now=now).values()
    return seats, shown


def _wishes_of(known: list[Known]) -> dict[int, str]:
    """What those with a seat want to talk about, by member."""
    confirmed = (row for row in known if row.state == RegistrationState.CONFIRMED)
    return {row.member_id: row.wants_to_talk for row in confirmed if row.wants_to_talk}


def _people(numbers: Mapping[str, int]) -> list[tuple[str, int, str]]:
    """Industries by number, in the order of the classification; who told none is counted in none."""
    named = [(str(entry), numbers[code]) for code, entry in industries().items() if numbers.get(code)]
    return [(name, number, family_of(place)) for place, (name, number) in enumerate(named)]


def _topics(event: Event, known: list[Known], counted: Steps) -> list[Topic]:
    """What people want to talk about, without names and in an order that does not tell who came first."""
    shown = counted.table("texts")
    topics = [
        Topic(row.wants_to_talk, row.registration_id, row.member_id)
        for row in known
        if row.wants_to_talk and counts.digest_of(row.member_id, row.wants_to_talk) in shown
    ]
    return sorted(topics, key=lambda topic: hashlib.sha256(f"{event.pk}/{topic.text}".encode()).digest())


def _common_ground(member: User, mine: frozenset[str], counted: Steps) -> str:
    """The theme that most of the others share with me; never of so few that it points at somebody.

    Private themes are not in the count, and how many the others are is not told: a number that grows by three with
    three newcomers would say of each of them what they chose.
    """
    numbers = counted.table("themes")
    me = int(member.pk in counted.people)
    shared = [(numbers.get(key, 0) - me, str(theme)) for key, theme in career_themes().items() if key in mine]
    number, name = max(shared, default=(0, ""), key=lambda found: found[0])
    return name if number >= BATCHES.fewest else ""
