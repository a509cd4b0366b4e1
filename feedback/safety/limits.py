"""The numbers of what moderators read beside a report, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class EvidenceLimits:
    """What led to a report about a person."""

    looks_back_for: timedelta = timedelta(days=90)
    notes: int = 20  # the latest


EVIDENCE = EvidenceLimits()
