"""The numbers of cards, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class WebhooksLimits:
    """What comes from Stripe."""

    tolerance: timedelta = timedelta(minutes=5)  # between the signature's moment and ours: an older one may be replayed
    largest: int = 512 * 1024  # bytes
    claimed_for: timedelta = timedelta(minutes=5)  # longer than a task may run with one event
    again_after: timedelta = timedelta(minutes=1)  # a failure; twice as long after each further one
    again_at_most: timedelta = timedelta(hours=1)
    at_once: int = 200  # events in one sweep
    looked_back_for: timedelta = timedelta(days=4)  # Stripe itself tries for three days
    kept_for: timedelta = timedelta(days=90)  # longer than Stripe lists them, so that none is taken for a new one


@dataclass(frozen=True)
class CallsLimits:
    """What we ask Stripe."""

    answer_within: timedelta = timedelta(seconds=10)
    tries: int = 2  # more after the first, for what got lost on its way


CALLS = CallsLimits()
WEBHOOKS = WebhooksLimits()
