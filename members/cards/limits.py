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


@dataclass(frozen=True)
class CheckoutsLimits:
    """Pages on which somebody pays."""

    looked_at_after: timedelta = timedelta(seconds=20)  # by then its notice has usually come
    looked_at_for: timedelta = timedelta(hours=26)  # Stripe closes them after a day


@dataclass(frozen=True)
class CardRenewalsLimits:
    """What is charged by itself, and what is told of it before."""

    notice_days: int = 7  # before a charge
    notice_days_of_a_year: int = 30  # before one for a year or longer
    a_year: int = 12  # months

    def days_before(self, months: int) -> int:
        """How many days before a charge for so many months its member is told."""
        return self.notice_days_of_a_year if months >= self.a_year else self.notice_days

    def notice(self, months: int) -> timedelta:
        """The same as a length of time."""
        return timedelta(days=self.days_before(months))


@dataclass(frozen=True)
class CardFailuresLimits:
    """A charge that failed: Stripe tries again on the same days."""

    told_after_days: tuple[int, ...] = (1, 4, 8)
    told_within: timedelta = timedelta(days=2)  # after a longer outage a mail of the first day would be stale


CALLS = CallsLimits()
CARD_FAILURES = CardFailuresLimits()
CARD_RENEWALS = CardRenewalsLimits()
CHECKOUTS = CheckoutsLimits()
WEBHOOKS = WebhooksLimits()
