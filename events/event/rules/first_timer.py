"""First-timers: who is new here, and until when seats are kept for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

SEATS_TO_GIVE_UP = 2


@dataclass(frozen=True)
class Past:
    """What a member's earlier events say about whether they are new."""

    attended: int = 0
    seats_given_up: int = 0  # late or without word, illness aside


def is_first_timer(past: Past) -> bool:
    """Who was never at an event, and has not given up two seats. It is asked when they register, and that answer
    stays with the registration.
    """
    return past.attended == 0 and past.seats_given_up < SEATS_TO_GIVE_UP


def seats_kept(seats: int, until: datetime | None, *, first_timers_seated: int, now: datetime) -> int:
    """How many seats still wait for first-timers: every first-timer with a seat fills one, and the hour ends it."""
    if until is None or now >= until:
        return 0
    return max(0, seats - first_timers_seated)
