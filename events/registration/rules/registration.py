"""Registration: whether a member may register or withdraw, and which seat is theirs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from events.event.rules.eligibility import NotEligible


class NoRegistration(StrEnum):
    """Why nobody, or this member, can register."""

    NOT_PUBLISHED = "not-published"
    CALLED_OFF = "called-off"
    CLOSED = "closed"
    STARTED = "started"
    NOT_OPEN_YET = "registration-not-open-yet"
    REGISTRATION_CLOSED = "registration-closed"
    NO_LEADER = "no-leader"
    OWN_EVENT = "own-event"
    NAME_MISSING = "name-missing"
    ALREADY_REGISTERED = "already-registered"
    OVERLAPPING_SEAT = "overlapping-seat"
    OPENS_LATER_FOR_YOU = "registration-opens-later-for-you"
    BACK_AND_FORTH = "registration-back-and-forth"


class NoWithdrawal(StrEnum):
    """Why a registration cannot be taken back."""

    NOT_REGISTERED = "not-registered"
    STARTED = "withdrawal-after-start"


class SeatOrLine(StrEnum):
    """What a newcomer gets."""

    SEAT = "seat"
    LINE = "line"


@dataclass(frozen=True)
class RegistrationWindow:
    """When an event lets people in."""

    starts_at: datetime
    registration_closes_at: datetime
    registration_opens_at: datetime | None = None
    is_published: bool = True
    is_called_off: bool = False
    is_closed: bool = False


@dataclass(frozen=True)
class Newcomer:
    """What a registration asks about the member; an overlapping seat is one of another event."""

    is_host: bool = False
    has_name: bool = True  # a called name: what the others in the group call this person
    is_registered: bool = False
    has_overlapping_seat: bool = False
    not_eligible: NotEligible | None = None
    opens_at: datetime | None = None  # for this member: later than for others where marks delay it
    went_often_today: bool = False  # came to this event and withdrew again and again: each time is a mail


@dataclass(frozen=True)
class SeatCounts:
    """All that seating may look at, read while the event row is locked."""

    capacity: int
    taken: int  # confirmed, or offered and not yet answered
    waiting: int
    next_queue_number: int = 1  # one behind whoever came last
    highest_seat: int = 0  # the highest seat number that somebody holds
    is_first_come: bool = False  # so near the start that a free seat no longer waits for those in line
    kept: int = 0  # seats that still wait for first-timers
    first_timers_waiting: int = 0

    def free_for(self, *, is_first_timer: bool) -> int:
        """How many seats such a member may have; none below zero, though seats may be kept that nobody has freed."""
        return max(0, self.capacity - self.taken - (0 if is_first_timer else self.kept))

    @property
    def has_gap(self) -> bool:
        """Whether somebody gave back a seat below the highest."""
        return self.highest_seat != self.taken


def why_not_register(
    window: RegistrationWindow, newcomer: Newcomer, now: datetime, *, has_leader: bool
) -> NoRegistration | NotEligible | None:
    """The first reason against a registration, or None.

    The event must be open: published, not called off, not closed, not started, between its two times. Its host
    needs no seat. A member has a called name, registers once, not while seated elsewhere at that time, must meet the
    conditions, may have to wait a little longer than others, and cannot come and go without end.
    """
    if reason := why_registration_is_closed(window, now, has_leader=has_leader):
        return reason
    if newcomer.is_host:
        return NoRegistration.OWN_EVENT
    if not newcomer.has_name:
        return NoRegistration.NAME_MISSING
    if newcomer.is_registered:
        return NoRegistration.ALREADY_REGISTERED
    if newcomer.has_overlapping_seat:
        return NoRegistration.OVERLAPPING_SEAT
    if newcomer.not_eligible:
        return newcomer.not_eligible
    if newcomer.opens_at and now < newcomer.opens_at:
        return NoRegistration.OPENS_LATER_FOR_YOU
    return NoRegistration.BACK_AND_FORTH if newcomer.went_often_today else None


def seat_for_newcomer(counts: SeatCounts, *, is_first_timer: bool = False) -> SeatOrLine:
    """A seat if one is free and nobody waits for it: until shortly before the start it belongs to those in line.

    For a seat that is kept for first-timers, only first-timers wait.
    """
    if not counts.free_for(is_first_timer=is_first_timer):
        return SeatOrLine.LINE
    ahead = counts.first_timers_waiting if is_first_timer and counts.kept else counts.waiting
    return SeatOrLine.LINE if ahead and not counts.is_first_come else SeatOrLine.SEAT


def next_in_line(counts: SeatCounts, line: Sequence[bool]) -> list[int]:
    """Which places in line (from 0) a free seat goes to. `line` says of each, in order, whether they are first-timers.

    First come first, but a seat that is kept passes over those whom it is not kept for; they keep their places.
    """
    free, kept, places = counts.capacity - counts.taken, counts.kept, []
    for place, is_first_timer in enumerate(line):
        if free <= 0:
            break
        if not is_first_timer and free <= kept:
            continue
        places.append(place)
        free -= 1
        kept = max(0, kept - is_first_timer)
    return places


def lowest_free_seats(taken: Collection[int], capacity: int, count: int = 1) -> list[int]:
    """The numbers of the seats to give out next; ask only for as many as `capacity` leaves free."""
    return sorted(set(range(1, capacity + 1)).difference(taken))[:count]


def why_not_withdraw(window: RegistrationWindow, *, is_registered: bool, now: datetime) -> NoWithdrawal | None:
    """The first reason against taking a registration back, or None: it can be done until the start."""
    if not is_registered:
        return NoWithdrawal.NOT_REGISTERED
    if now >= window.starts_at:
        return NoWithdrawal.STARTED
    return None


def why_registration_is_closed(window: RegistrationWindow, now: datetime, *, has_leader: bool) -> NoRegistration | None:
    """The first reason why nobody at all can register now, or None. `has_leader`: its host may lead the event."""
    if window.is_called_off:
        return NoRegistration.CALLED_OFF
    if window.is_closed:
        return NoRegistration.CLOSED
    if not window.is_published:
        return NoRegistration.NOT_PUBLISHED
    if now >= window.starts_at:
        return NoRegistration.STARTED
    if now >= window.registration_closes_at:
        return NoRegistration.REGISTRATION_CLOSED
    if window.registration_opens_at and now < window.registration_opens_at:
        return NoRegistration.NOT_OPEN_YET
    return None if has_leader else NoRegistration.NO_LEADER
