"""Reads about who has met whom: the ledger of what happened, and what the network pages draw."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import CharField, F, Q, QuerySet, Value

from events.event.choices import EventState
from events.models import Event, Seat
from events.registration.choices import Presence
from feedback.models import Acquaintance, Help, Introduction, Talk
from feedback.ties.choices import NetworkState, TalkState
from feedback.ties.rules.network import AcquaintanceSummary, Interaction, InteractionKind, summary_of
from members.models import User

# --- the ledger


@dataclass(frozen=True)
class Ledger:
    """What happened between one member and others, by the other's id; and whom the member brought together."""

    meetings: list[MetAtEvening]
    interactions: dict[int, list[Interaction]]
    bonds: list[Bond]


class MetAtEvening(NamedTuple):
    """The member met somebody at an evening, in whichever of its rounds.

    People who left or were blocked since are among them: what happened is not undone. Whoever names people leaves
    them out.
    """

    person_id: int
    event_id: int
    starts_at: datetime
    ends_at: datetime
    state: str  # of the evening
    industry: str | None  # that the person tells today


@dataclass(frozen=True)
class Bond:
    """Two people whom a member brought together."""

    one_id: int
    other_id: int
    formed_at: datetime


def interactions_of(member_id: int) -> dict[int, list[Interaction]]:
    """Everything that happened between this member and others, by the other's id."""
    return ledger_of(member_id).interactions


def ledger_of(member_id: int) -> Ledger:
    """Read from where it was written down: the seats of closed evenings, talks that were held, help that was noted,
    introductions to which both agreed. The same two queries for any number of people.
    """
    interactions: dict[int, list[Interaction]] = defaultdict(list)
    bonds = []
    meetings = [MetAtEvening(*row) for row in _seats_beside(member_id)]
    for meeting in meetings:
        if meeting.state == EventState.CLOSED:
            interactions[meeting.person_id].append(Interaction(meeting.starts_at, InteractionKind.MET))
    for kind, one, other, third, at in _between(member_id):
        for person, interaction in _interactions_from(member_id, InteractionKind(kind), (one, other, third), at):
            interactions[person].append(interaction)
        if kind == InteractionKind.INTRODUCED and one == member_id:
            bonds.append(Bond(other, third, at))
    bonds.sort(key=lambda bond: (bond.formed_at, bond.one_id, bond.other_id))
    return Ledger(meetings, dict(interactions), bonds)


def people_of(event: Event) -> list[int]:
    """The members who may have met somebody at this evening: all who were there, in order."""
    there = event.registrations.filter(attendance__presence=Presence.PRESENT)
    return list(there.order_by("member_id").values_list("member_id", flat=True))


def _seats_beside(member_id: int) -> QuerySet[Seat]:
    """As `MetAtEvening`: one row per person and evening."""
    of_event = (f"round__event__{field}" for field in ("starts_at", "ends_at", "state"))
    met = Seat.encounters.of(member_id)
    return met.values_list("member_id", "round__event_id", *of_event, "member__profile__industry").distinct()


def _between(member_id: int) -> QuerySet:
    """Help, talks and introductions with this member, in one query: what it was, the people of it, and when.

    An introduction has three people, the introducer first; of two the second stands in both places.
    """
    help_noted = Help.objects.filter(Q(helper=member_id) | Q(helped=member_id))
    held = Talk.objects.filter(Q(tie__first=member_id) | Q(tie__second=member_id), state=TalkState.HELD)
    formed = Introduction.objects.formed().filter(Q(introducer=member_id) | Q(one=member_id) | Q(other=member_id))
    return _told(formed, InteractionKind.INTRODUCED, "introducer", "one", "other", "formed_at").union(
        _told(help_noted, InteractionKind.HELPED, "helper", "helped", "helped", "noted_at"),
        _told(held, InteractionKind.TALKED, "tie__first", "tie__second", "tie__second", "held_at"),
        all=True,
    )


def _told(rows: QuerySet, kind: InteractionKind, one: str, other: str, third: str, at: str) -> QuerySet:
    what = Value(kind.value, output_field=CharField())
    return rows.order_by().values_list(what, F(one), F(other), F(third), F(at))


def _interactions_from(
    member_id: int, kind: InteractionKind, people: tuple[int, int, int], at: datetime
) -> list[tuple[int, Interaction]]:
    """What one row tells of `member_id`. To whoever brought two people together, both are introduced onwards; to each
    other, they are connected.
    """
    first, one, other = people
    if member_id == first:
        return [(person, Interaction(at, kind)) for person in {one, other}]
    if kind != InteractionKind.INTRODUCED:
        return [(first, Interaction(at, kind))]
    return [
        (first, Interaction(at, kind)),
        (other if member_id == one else one, Interaction(at, InteractionKind.CONNECTED)),
    ]


# --- the picture


@dataclass(frozen=True)
class Contact:
    """Somebody whom a member has met, and what has become of it."""

    member_id: int
    summary: AcquaintanceSummary


@dataclass(frozen=True)
class Network:
    """A member's network at one moment, in the order of first meeting."""

    contacts: list[Contact]
    bonds: list[Bond]

    @property
    def lines(self) -> list[Contact]:
        """Those who are more than a dot."""
        return [contact for contact in self.contacts if contact.summary.state > NetworkState.DOT]


@dataclass(frozen=True)
class History:
    """The ledger of one member, and whom of it they still see today."""

    ledger: Ledger
    seen: set[int]

    def at(self, moment: datetime) -> Network:
        """Whom the member had met at `moment` and what had become of it, as far as they still see these people.

        Computed from the ledger, since what is stored knows only today.
        """
        contacts = []
        for person_id in self.seen & self.ledger.interactions.keys():
            summary = _summary_at(moment, self.ledger.interactions[person_id])
            if summary is not None:
                contacts.append(Contact(person_id, summary))
        contacts.sort(key=lambda contact: (contact.summary.met_at, contact.member_id))
        formed = [bond for bond in self.ledger.bonds if bond.formed_at <= moment]
        return Network(contacts, [bond for bond in formed if {bond.one_id, bond.other_id} <= self.seen])


def history_of(member: User) -> History:
    """What became of the member's meetings, in three queries for any number of people."""
    ledger = ledger_of(member.pk)
    if not ledger.interactions:
        return History(ledger, set())
    pairs = Acquaintance.objects.of(member.pk).values_list("first_id", "second_id")
    return History(ledger, {person for pair in pairs for person in pair} - {member.pk})


def has_new_line(member: User, *, since: datetime, now: datetime) -> bool:
    """Whether anybody whom `member` met, and still sees, has become a line or more since that moment."""
    history = history_of(member)
    return any(
        _is_line_at(now, interactions) and not _is_line_at(since, interactions)
        for person_id, interactions in history.ledger.interactions.items()
        if person_id in history.seen
    )


def _summary_at(moment: datetime, interactions: list[Interaction]) -> AcquaintanceSummary | None:
    return summary_of([interaction for interaction in interactions if interaction.at <= moment])


def _is_line_at(moment: datetime, interactions: list[Interaction]) -> bool:
    summary = _summary_at(moment, interactions)
    return summary is not None and summary.state > NetworkState.DOT
