"""What the flows of registrations share: the locks, and the change of state of a registration that stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Case, IntegerField, When

from events.models import Event, Registration
from events.registration.choices import REGISTRATION_MOVES, SEATED, RegistrationState
from events.registration.rules.registration import lowest_free_seats


def lock_event(event_id: int) -> Event:
    """The event, its seats and its line as they are until this transaction ends."""
    return Event.objects.select_for_update(no_key=True).get(pk=event_id)


def move(registration: Registration, to: RegistrationState, *, now: datetime, seat: int | None = None) -> None:
    """Write the registration's new state; `seat` for the two states that hold one."""
    _set(registration, to, seat, now)
    changed = ["state", "seat_number", "agreed_at", "changed_at", "seat_given_up_at", "calendar_sequence"]
    registration.save(update_fields=changed)


def move_in_line(moves: Mapping[Registration, int | None], to: RegistrationState, *, now: datetime) -> None:
    """Write the new state of many at once, each with its seat or none: into an offer, or out of one that passed."""
    for registration, seat in moves.items():
        _set(registration, to, seat, now)
    seats = Case(*(When(pk=one.pk, then=seat) for one, seat in moves.items()), output_field=IntegerField())
    rows = Registration.objects.filter(pk__in=[one.pk for one in moves])
    rows.update(state=to, seat_number=seats if to in SEATED else None, changed_at=now)


def free_seats(event: Event, count: int = 1) -> list[int]:
    """The lowest numbers that nobody holds; ask only for as many as are free."""
    taken = event.registrations.seated().values_list("seat_number", flat=True)
    return lowest_free_seats([number for number in taken if number is not None], event.capacity, count)


def _set(registration: Registration, to: RegistrationState, seat: int | None, now: datetime) -> None:
    was = RegistrationState(registration.state)
    if to not in REGISTRATION_MOVES[was]:
        raise ValueError(f"a registration does not move from {was} to {to}")
    if RegistrationState.CONFIRMED in (was, to):
        registration.calendar_sequence += 1
    if was == RegistrationState.CONFIRMED:
        registration.seat_given_up_at = now
    registration.state = to
    registration.seat_number = seat
    registration.changed_at = now
