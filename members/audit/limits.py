"""The numbers of the record of acts, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class BooksLimits:
    """Whether the record is whole."""

    overdue_after: timedelta = timedelta(days=1)  # what a sweep left undone while it ran: a dead server is back by then
    swept_within: timedelta = timedelta(hours=2)  # where no beat runs (a simulation): by then all sweeps were called
    mails_looked_back_for: timedelta = timedelta(days=14)
    mail_stuck_after: timedelta = timedelta(hours=1)  # a lease lasts under a minute: by then another worker has it
    between_tries: timedelta = timedelta(seconds=10)  # of one mail: less than any pause, or a lease that ran out


@dataclass(frozen=True)
class RefusedPagesLimits:
    """Lines about pages that somebody may not open."""

    an_hour: int = 60  # about one member


BOOKS = BooksLimits()
REFUSED_PAGES = RefusedPagesLimits()
