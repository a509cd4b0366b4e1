"""The waiting list: who is offered a freed seat, until when, and whether an offer is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from events.registration.limits import OFFERS
from events.registration.rules.registration import RegistrationWindow, SeatCounts
from events.registration.rules.waking import after_waking, waking_time


class NoAnswer(StrEnum):
    """Why an offer can no longer be answered."""

    NO_OFFER = "no-offer"
    EXPIRED = "offer-expired"
    CALLED_OFF = "offer-called-off"
    OVERLAPPING_SEAT = "offer-overlapping-seat"


class NoTaking(StrEnum):
    """Why somebody in line cannot take a free seat without an offer."""

    NOT_IN_LINE = "taking-not-in-line"
    TOO_EARLY = "taking-too-early"
    STARTED = "taking-started"
    NOT_OPEN = "taking-not-open"
    NO_LEADER = "taking-no-leader"
    FULL = "taking-full"
    OVERLAPPING_SEAT = "taking-overlapping-seat"


@dataclass(frozen=True)
class HeldSeat:
    """An offer: until when, and how it was answered (empty: not yet)."""

    expires_at: datetime
    answer: str = ""


def may_offer(window: RegistrationWindow, now: datetime) -> bool:
    """Whether a free seat is offered to those in line (`next_in_line` says to whom).

    The event takes place, and enough waking time is left before its start for somebody to answer.
    """
    if not window.is_published or window.is_called_off or window.is_closed:
        return False
    return waking_time(now, window.starts_at) >= OFFERS.shortest


def offer_deadline(window: RegistrationWindow, now: datetime, offer_for: timedelta) -> datetime:
    """Until when the seat is held: `offer_for` of waking time, but near the start half of what is left of it.

    Half, so that whoever comes next in line has time to answer too; never less than `OFFERS.shortest`. Ask only where
    a seat `may_offer` be offered: then the deadline is never later than the start.
    """
    left = waking_time(now, window.starts_at)
    return after_waking(now, min(offer_for, max(OFFERS.shortest, left / 2)))


def is_first_come(window: RegistrationWindow, now: datetime) -> bool:
    """Whether it is so near the start that a free seat goes to whoever takes it first."""
    return window.starts_at - OFFERS.shortest <= now < window.starts_at


def is_open(offer: HeldSeat, now: datetime) -> bool:
    """May it still be answered? A passed deadline is over, even before the sweeper has written it down."""
    return not offer.answer and now < offer.expires_at


def why_not_accept(
    offer: HeldSeat | None, window: RegistrationWindow, *, has_overlapping_seat: bool, now: datetime
) -> NoAnswer | None:
    """The first reason against taking the seat, or None.

    There must be an open offer of an event that still takes place; and nobody sits in two rooms at once, which is
    asked only here, because offering locks the event alone.
    """
    if reason := why_not_decline(offer, window, now=now):
        return reason
    if has_overlapping_seat:
        return NoAnswer.OVERLAPPING_SEAT
    return None


def why_not_decline(offer: HeldSeat | None, window: RegistrationWindow, *, now: datetime) -> NoAnswer | None:
    """The first reason against giving the seat back, or None. An event that has begun waits for no answer."""
    if offer is None:
        return NoAnswer.NO_OFFER
    if window.is_called_off:
        return NoAnswer.CALLED_OFF
    if not is_open(offer, now) or now >= window.starts_at:
        return NoAnswer.EXPIRED
    return None


def why_not_take(
    counts: SeatCounts,
    window: RegistrationWindow,
    *,
    is_waiting: bool,
    has_leader: bool,
    has_overlapping_seat: bool,
    now: datetime,
) -> NoTaking | None:
    """The first reason why somebody cannot take a free seat without an offer, or None.

    They wait in line; the event takes place, has not begun, and its host may lead it; it is so near that nothing is
    offered any more; a seat is free; and they do not sit elsewhere at that time.
    """
    if not is_waiting:
        return NoTaking.NOT_IN_LINE
    if not window.is_published or window.is_called_off or window.is_closed:
        return NoTaking.NOT_OPEN
    if now >= window.starts_at:
        return NoTaking.STARTED
    if not has_leader:
        return NoTaking.NO_LEADER
    if not is_first_come(window, now):
        return NoTaking.TOO_EARLY
    if not counts.free_for(is_first_timer=False):
        return NoTaking.FULL
    return NoTaking.OVERLAPPING_SEAT if has_overlapping_seat else None
