"""What the flows of registrations share: the event's lock, and every change of a registration's state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Case, IntegerField, When

from events.models import Event, Registration
from events.registration.choices import REGISTRATION_MOVES, SEATED, RegistrationState
from events.registration.rules.registration import lowest_free_seats
from kouryu.moves import move_to


def lock_event(event_id: int) -> Event:
    """The event, its seats and its line as they are until this transaction ends."""
    return Event.objects.select_for_update(no_key=True).get(pk=event_id)


def enter(
    registration: Registration, to: RegistrationState, *, queue_number: int, now: datetime, seat: int | None = None
) -> None:
    """Write a registration that is new, or comes back after it was withdrawn; it goes to the end of the line."""
    _move(registration, to, seat, now)
    registration.queue_number = queue_number
    registration.seat_given_up_at = None
    registration.save()


def move(registration: Registration, to: RegistrationState, *, now: datetime, seat: int | None = None) -> None:
    """Write the new state of a registration that stands; `seat` for the two states that hold one."""
    _move(registration, to, seat, now)
    changed = ["state", "seat_number", "agreed_at", "changed_at", "seat_given_up_at", "calendar_sequence"]
    registration.save(update_fields=changed)


def move_in_line(moves: Mapping[Registration, int | None], to: RegistrationState, *, now: datetime) -> None:
    """Write the new state of many at once, each with its seat or none: into an offer, or out of one that passed."""
    for registration, seat in moves.items():
        _move(registration, to, seat, now)
    seats = Case(*(When(pk=one.pk, then=seat) for one, seat in moves.items()), output_field=IntegerField())
    rows = Registration.objects.filter(pk__in=[one.pk for one in moves])
    rows.update(state=to, seat_number=seats if to in SEATED else None, changed_at=now)


def free_seats(event: Event, count: int = 1) -> list[int]:
    """The lowest numbers that nobody holds; ask only for as many as are free."""
    taken = event.registrations.seated().values_list("seat_number", flat=True)
    return lowest_free_seats([number for number in taken if number is not None], event.capacity, count)


def _move(registration: Registration, to: RegistrationState, seat: int | None, now: datetime) -> None:
    was = registration.state
    move_to(registration, to, REGISTRATION_MOVES)
    if RegistrationState.CONFIRMED in (was, to):
        registration.calendar_sequence += 1
    if was == RegistrationState.CONFIRMED:
        registration.seat_given_up_at = now
    registration.seat_number = seat
    registration.changed_at = now
