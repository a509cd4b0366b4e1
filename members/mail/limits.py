"""The numbers of the outbox, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta


@dataclass(frozen=True)
class OptionalMailLimits:
    """Mails that a member may refuse; reminders of seats come besides."""

    week: timedelta = timedelta(days=7)
    a_week: int = 3  # that reach a member within any week


@dataclass(frozen=True)
class QuietHoursLimits:
    """The night in Tokyo, in which only mails that cannot wait leave, and nobody is expected to answer."""

    begin: time = time(22)
    end: time = time(7)


@dataclass(frozen=True)
class OutboxLimits:
    """Mails that wait and are tried again."""

    kept_for: timedelta = timedelta(days=3)  # what could not leave within this time is dropped, never late by years
    # A try that failed is repeated after the first, then after twice as long each time, at most after the longest.
    first_pause: timedelta = timedelta(minutes=1)
    longest_pause: timedelta = timedelta(hours=1)
    # After each try of which nobody knows the outcome.
    pauses_in_doubt: tuple[timedelta, ...] = (timedelta(minutes=15), timedelta(hours=2))
    leave_alone_for: timedelta = timedelta(seconds=20)  # less than SWEEP_EVERY, so that each sweep of beat looks again
    # What a mail said, after it left: while a member may still ask about it (an order is due within two weeks, a
    # decision can be asked to be looked at again as long). Members read this number on the page about their data.
    words_kept_for: timedelta = timedelta(days=30)


OPTIONAL = OptionalMailLimits()
QUIET_HOURS = QuietHoursLimits()
OUTBOX = OutboxLimits()
