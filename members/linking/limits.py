"""The numbers of signing in with the service's own accounts, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class ServiceLimits:
    """What the service says of its own accounts; how far ahead it may be is `ORDERS.farthest_ahead`."""

    claim_counts_for: timedelta = timedelta(hours=1)  # from its answer: time for the code that proves an address
    call_window: timedelta = timedelta(minutes=5)  # between the moment in a signed call and ours, either way
    calls_kept_for: timedelta = timedelta(days=1)  # their ids: a call of then is late by itself
    longest_call: int = 4096  # bytes
    call_id: int = 64  # characters
    subject: int = 191  # characters, as many as allauth keeps
    known_for: timedelta = timedelta(minutes=10)  # where its pages are, so that not each sign-in asks


SERVICE = ServiceLimits()
