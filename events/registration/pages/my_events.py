"""The reader's own events: those ahead, those they help with, and those behind them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import (
    Count,
    Exists,
    OuterRef,
    QuerySet,
    Subquery,
)

from events.event.choices import EventState, Right
from events.models import Event, Registration
from events.registration.choices import Presence, RegistrationState
from members.models import User


@dataclass(frozen=True)
class MyEvent:
    """One of the reader's own events."""

    event: Event
    state: str
    place: int | None
    was_there: bool
    has_leader: bool
    double_seat: Event | None = None  # another of the reader's seats at this time


def my_events(member: User, *, now: datetime) -> dict[str, list[MyEvent] | list[Event]]:
    """What the reader has a seat in or waits for, or helps with, soonest first; and where they were, latest first."""
    coming: list[MyEvent] = []
    past: list[MyEvent] = []
    for row in _registrations_of(member):
        is_coming = row.event.state == EventState.PUBLISHED and row.event.ends_at > now
        (coming if is_coming else past).append(_my_event(row))
    helping = Event.objects.run_by(member, Right.CHECK_IN).filter(co_hosts__member=member).order_by("starts_at", "pk")
    return {
        "coming": _with_double_seats(coming),
        "helping": list(helping),
        "past": [one for one in reversed(past) if one.state == RegistrationState.CONFIRMED],
    }


def _registrations_of(member: User) -> QuerySet[Registration]:
    """Each with `place` in line and `has_leader`, soonest first."""
    ahead = Registration.objects.in_line_up_to(OuterRef("queue_number")).filter(event=OuterRef("event"))
    ahead = ahead.order_by().values("event")
    return (
        member.registrations.live()
        .exclude(event__state=EventState.DRAFT)
        .select_related("event", "attendance")
        .annotate(
            place=Subquery(ahead.annotate(number=Count("pk")).values("number")),
            has_leader=Exists(Event.objects.led().filter(pk=OuterRef("event"))),
        )
        .order_by("event__starts_at", "pk")
    )


def _with_double_seats(coming: list[MyEvent]) -> list[MyEvent]:
    """Each with another seat of the reader's at its time, if a change of the time put one there."""
    seats = [one.event for one in coming if one.state == RegistrationState.CONFIRMED]
    return [
        replace(one, double_seat=next((seat for seat in seats if seat.overlaps(one.event)), None))
        if one.state == RegistrationState.CONFIRMED
        else one
        for one in coming
    ]


def _my_event(row: Registration) -> MyEvent:
    attendance = getattr(row, "attendance", None)
    return MyEvent(
        event=row.event,
        state=row.state,
        place=row.place if row.state == RegistrationState.WAITING else None,
        was_there=attendance is not None and attendance.presence == Presence.PRESENT,
        has_leader=row.has_leader,
    )
