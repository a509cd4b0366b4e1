"""The numbers of the record of acts, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class ChecksLimits:
    """Whether the record is whole."""

    overdue_after: timedelta = timedelta(days=1)  # what a sweep left undone while it ran: a dead server is back by then


CHECKS = ChecksLimits()
