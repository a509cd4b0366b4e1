"""Reads about what tied members could give each other."""

from __future__ import annotations

from collections.abc import Sequence

from events.models import Registration, Seat
from members.models import User


def offers_of(member: User, ids: Sequence[int]) -> dict[int, str]:
    """What these people last wrote that they can talk about, where `member` could read it. Two queries."""
    written = registrations_of(evenings_together(member, ids))
    return {person: next((row.can_offer for row in rows if row.can_offer), "") for person, rows in written.items()}


def evenings_together(member: User, ids: Sequence[int]) -> dict[int, list[Seat]]:
    """The seats of these people in groups of `member`, by person, the latest evening first."""
    seats = Seat.encounters.of(member).filter(member__in=ids)
    found: dict[int, list[Seat]] = {}
    for seat in seats.select_related("round__event", "group").order_by("-round__event__starts_at", "round__number"):
        found.setdefault(seat.member_id, []).append(seat)
    return found


def registrations_of(evenings: dict[int, list[Seat]]) -> dict[int, list[Registration]]:
    """What these people wrote at evenings where the reader sat with them, the latest first: nothing else was for
    the reader's eyes.
    """
    shared = {(person, seat.round.event_id) for person, seats in evenings.items() for seat in seats}
    rows = Registration.objects.filter(member__in=evenings, event__in={event for _person, event in shared})
    found: dict[int, list[Registration]] = {}
    for row in rows.order_by("-event__starts_at"):
        if (row.member_id, row.event_id) in shared:
            found.setdefault(row.member_id, []).append(row)
    return found
