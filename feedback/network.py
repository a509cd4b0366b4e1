"""Reads about who has met whom: the ledger of what happened, and what the network pages draw."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from events.choices import EventState, Presence
from events.models import Event, Seat
from feedback.choices import TalkState
from feedback.models import Acquaintance, Help, Introduction, Talk
from feedback.rules.network import Deed, DeedKind, Standing, State, standing_of
from kouryu.prepared import prepared
from members.models import User

# --- the ledger


def deeds_of(member_id: int) -> dict[int, list[Deed]]:
    """Everything that happened between this member and others, by the other's id. Read from where it was written
    down: the seats of closed evenings, talks that were held, help that was noted, introductions to which both
    agreed. The same four queries for any number of people.
    """
    deeds: dict[int, list[Deed]] = defaultdict(list)
    for other, deed in (*_meetings(member_id), *_help(member_id), *_talks(member_id), *_introductions(member_id)):
        deeds[other].append(deed)
    return dict(deeds)


def people_of(event: Event) -> list[int]:
    """Who may have met somebody at this evening: everybody who was there, in order."""
    there = event.registrations.filter(attendance__presence=Presence.PRESENT)
    return list(there.order_by("member_id").values_list("member_id", flat=True))


def _meetings(member_id: int) -> list[tuple[int, Deed]]:
    """One deed per person and evening, however many rounds they sat together."""
    return [(other, Deed(at, DeedKind.MET)) for other, at, _event in _evenings_beside.ask(member_id=member_id)]


@prepared
def _evenings_beside(member_id: int) -> QuerySet[Seat]:
    mine = seats_taken().filter(member=member_id, round__event__state=EventState.CLOSED)
    beside = seats_taken().filter(group__in=mine.values("group")).exclude(member=member_id)
    return beside.values_list("member_id", "round__event__starts_at", "round__event_id").distinct()


def seats_taken() -> QuerySet[Seat]:
    """Seats that were shown, of people who were there."""
    return Seat.objects.seen().filter(
        member__registrations__event_id=F("round__event_id"),
        member__registrations__attendance__presence=Presence.PRESENT,
    )


def _help(member_id: int) -> list[tuple[int, Deed]]:
    return [
        (helped if helper == member_id else helper, Deed(at, DeedKind.HELPED))
        for helper, helped, at in _help_around.ask(member_id=member_id)
    ]


@prepared
def _help_around(member_id: int) -> QuerySet[Help]:
    rows = Help.objects.filter(Q(helper=member_id) | Q(helped=member_id))
    return rows.values_list("helper_id", "helped_id", "noted_at")


def _talks(member_id: int) -> list[tuple[int, Deed]]:
    return [
        (second if first == member_id else first, Deed(at, DeedKind.TALKED))
        for first, second, at in _talks_held.ask(member_id=member_id)
    ]


@prepared
def _talks_held(member_id: int) -> QuerySet[Talk]:
    rows = Talk.objects.filter(Q(tie__first=member_id) | Q(tie__second=member_id), state=TalkState.HELD)
    return rows.values_list("tie__first_id", "tie__second_id", "held_at")


def _introductions(member_id: int) -> list[tuple[int, Deed]]:
    """To whoever brought two people together, both are introduced onwards; to each other, they are connected."""
    deeds = []
    for introducer, one, other, at in _introductions_around.ask(member_id=member_id):
        if member_id == introducer:
            deeds += [(one, Deed(at, DeedKind.INTRODUCED)), (other, Deed(at, DeedKind.INTRODUCED))]
            continue
        deeds.append((introducer, Deed(at, DeedKind.INTRODUCED)))
        deeds.append((other if member_id == one else one, Deed(at, DeedKind.CONNECTED)))
    return deeds


@prepared
def _introductions_around(member_id: int) -> QuerySet[Introduction]:
    formed = Introduction.objects.formed()
    rows = formed.filter(Q(introducer=member_id) | Q(one=member_id) | Q(other=member_id))
    return rows.values_list("introducer_id", "one_id", "other_id", "formed_at")


# --- the picture


@dataclass(frozen=True)
class Bond:
    """Two people whom a member brought together."""

    one_id: int
    other_id: int


@dataclass(frozen=True)
class Contact:
    """Somebody whom a member has met, and what has become of it."""

    member_id: int
    standing: Standing


@dataclass(frozen=True)
class Network:
    """A member's network at one moment, in the order of first meeting."""

    contacts: list[Contact]
    bonds: list[Bond]

    @property
    def lines(self) -> list[Contact]:
        return [contact for contact in self.contacts if contact.standing.state > State.DOT]


def network_of(member: User, moment: datetime) -> Network:
    """Whom `member` had met at `moment` and what had become of it, as far as they still see these people today.

    Computed from the ledger, since what is stored knows only today. The same eight queries for any number of people.
    """
    seen = _seen_by(member)
    contacts = []
    for person_id, deeds in deeds_of(member.pk).items():
        standing = _standing_at(moment, deeds)
        if person_id in seen and standing is not None:
            contacts.append(Contact(person_id, standing))
    contacts.sort(key=lambda contact: (contact.standing.met_at, contact.member_id))
    formed = Introduction.objects.formed().filter(introducer=member, formed_at__lte=moment).order_by("formed_at", "pk")
    bonds = (Bond(*row) for row in formed.values_list("one_id", "other_id"))
    return Network(contacts, [bond for bond in bonds if {bond.one_id, bond.other_id} <= seen])


def has_new_line(member: User, *, since: datetime, now: datetime) -> bool:
    """Has anybody whom `member` met, and still sees, become a line or more since that moment?"""
    seen = _seen_by(member)
    return any(
        _is_line_at(now, deeds) and not _is_line_at(since, deeds)
        for person_id, deeds in deeds_of(member.pk).items()
        if person_id in seen
    )


def _seen_by(member: User) -> set[int]:
    """Those whom `member` has met and still sees."""
    return {row.other_id(member.pk) for row in Acquaintance.objects.of(member).only("first_id", "second_id")}


def _standing_at(moment: datetime, deeds: list[Deed]) -> Standing | None:
    return standing_of([deed for deed in deeds if deed.at <= moment])


def _is_line_at(moment: datetime, deeds: list[Deed]) -> bool:
    standing = _standing_at(moment, deeds)
    return standing is not None and standing.state > State.DOT
