"""The file that seats members in Zoom's rooms: addresses of those who agreed, and how many that leaves out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from events.models import Event, Registration, Round, Seat
from kouryu.tables import is_formula
from members.models import Suspension


@dataclass(frozen=True)
class ZoomRound:
    """What the page says about a round before anybody takes its file."""

    pk: int
    number: int
    shared: int
    left_out: int


def rounds_of(event: Event, *, now: datetime) -> list[ZoomRound]:
    """Every drawn round, proposals too: Zoom wants its rooms before the evening begins. Two queries."""
    rounds = event.rounds.prefetch_related(Prefetch("seats", queryset=_of_those_who_come(now).select_related("member")))
    return [_counted(drawn) for drawn in rounds]


def seats_in(drawn: Round, *, now: datetime) -> list[tuple[str, str]]:
    """Name of the room and address, group by group, as Zoom reads them."""
    seats = _of_those_who_come(now).filter(round=drawn).select_related("group", "member")
    seats = seats.order_by("group__number", "pk")
    return [(f"Group {seat.group.number}", seat.member.email) for seat in seats if _may_go(seat)]


def _of_those_who_come(now: datetime) -> QuerySet[Seat]:
    """Not of whoever gave their seat back, or was suspended, after the groups were drawn."""
    comes = Registration.objects.confirmed().filter(event=OuterRef("round__event"), member=OuterRef("member"))
    suspended = Suspension.objects.open_at(now).filter(member=OuterRef("member"))
    return Seat.objects.filter(Exists(comes)).exclude(Exists(suspended))


def _counted(drawn: Round) -> ZoomRound:
    seats = list(drawn.seats.all())
    shared = sum(map(_may_go, seats))
    return ZoomRound(drawn.pk, drawn.number, shared, len(seats) - shared)


def _may_go(seat: Seat) -> bool:
    """An address that a spreadsheet would run is left out: with an apostrophe before it, it is none."""
    person = seat.member
    return person.shares_address and person.is_active and not is_formula(person.email)
