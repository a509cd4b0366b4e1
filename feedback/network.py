"""Reads about who has met whom: the ledger of what happened, and what the network pages draw."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import F, Q

from events.choices import EventState, Presence
from events.models import Event, Seat
from feedback.models import Help
from feedback.rules.network import Deed, DeedKind

# --- the ledger


def deeds_of(member_id: int) -> dict[int, list[Deed]]:
    """Everything that happened between this member and others, by the other's id. Read from where it was written
    down: the seats of closed evenings, and what members noted. The same few queries for any number of people.
    """
    deeds: dict[int, list[Deed]] = defaultdict(list)
    for other, deed in (*_meetings(member_id), *_help(member_id)):
        deeds[other].append(deed)
    return dict(deeds)


def people_of(event: Event) -> list[int]:
    """Who shared a group of this evening with somebody, or could have: everybody who was there, in order."""
    there = event.registrations.filter(attendance__presence=Presence.PRESENT)
    return list(there.order_by("member_id").values_list("member_id", flat=True))


def _meetings(member_id: int) -> list[tuple[int, Deed]]:
    """One deed per person and evening, however many rounds they sat together."""
    mine = _seats_taken().filter(member=member_id, round__event__state=EventState.CLOSED)
    beside = _seats_taken().filter(group__in=mine.values("group")).exclude(member=member_id)
    rows = beside.values_list("member_id", "round__event__starts_at", "round__event_id").distinct()
    return [(other, Deed(at, DeedKind.MET)) for other, at, _event in rows]


def _seats_taken():
    """Seats that were shown, of people who were there."""
    return Seat.objects.seen().filter(
        member__registrations__event_id=F("round__event_id"),
        member__registrations__attendance__presence=Presence.PRESENT,
    )


def _help(member_id: int) -> list[tuple[int, Deed]]:
    rows = Help.objects.filter(Q(helper=member_id) | Q(helped=member_id))
    return [
        (helped if helper == member_id else helper, Deed(at, DeedKind.HELPED))
        for helper, helped, at in rows.values_list("helper_id", "helped_id", "noted_at")
    ]
