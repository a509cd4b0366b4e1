"""Who is offered a freed seat, until when, and is an offer still open?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from events.rules.registration import Doors, Room


class NoAnswer(StrEnum):
    """Why an offer can no longer be answered."""

    NO_OFFER = "no-offer"
    EXPIRED = "offer-expired"
    CALLED_OFF = "offer-called-off"
    OVERLAPPING_SEAT = "offer-overlapping-seat"


@dataclass(frozen=True)
class HeldSeat:
    """An offer: until when, and how it was answered (empty: not yet)."""

    expires_at: datetime
    answer: str = ""


def seats_to_offer(room: Room, doors: Doors, now: datetime) -> int:
    """How many of those in line, first come first, are offered a seat now. None once the event has started."""
    if not doors.is_published or doors.is_called_off or doors.is_closed or now >= doors.starts_at:
        return 0
    return max(0, min(room.capacity - room.taken, room.waiting))


def offer_deadline(doors: Doors, now: datetime, offer_for: timedelta) -> datetime:
    """Until when the seat is held: `offer_for`, but not beyond the close of registration.

    A seat that comes free after that close is held until the start at most, since an empty chair helps nobody.
    """
    end = doors.registration_closes_at if now < doors.registration_closes_at else doors.starts_at
    return min(now + offer_for, end, doors.starts_at)


def is_open(offer: HeldSeat, now: datetime) -> bool:
    """May it still be answered? A passed deadline is over, even before the sweeper has written it down."""
    return not offer.answer and now < offer.expires_at


def why_not_accept(
    offer: HeldSeat | None, doors: Doors, *, has_overlapping_seat: bool, now: datetime
) -> NoAnswer | None:
    """The first reason against taking the seat, or None.

    There must be an open offer of an event that still takes place; and nobody sits in two rooms at once, which is
    asked only here, because offering locks the event alone.
    """
    if reason := why_not_decline(offer, doors, now=now):
        return reason
    if has_overlapping_seat:
        return NoAnswer.OVERLAPPING_SEAT
    return None


def why_not_decline(offer: HeldSeat | None, doors: Doors, *, now: datetime) -> NoAnswer | None:
    """The first reason against giving the seat back, or None."""
    if offer is None:
        return NoAnswer.NO_OFFER
    if doors.is_called_off:
        return NoAnswer.CALLED_OFF
    if not is_open(offer, now):
        return NoAnswer.EXPIRED
    return None
