"""The numbers of cases, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class ReportsLimits:
    """Telling moderators of something."""

    words: int = 1000  # characters of what the reporter adds
    urgent_begun_within: timedelta = timedelta(hours=2)  # what moderators promise; nothing enforces it
    begun_within: timedelta = timedelta(days=1)  # of any other


@dataclass(frozen=True)
class CasesLimits:
    """Working on a case, and deciding it."""

    taken_for: timedelta = timedelta(hours=24)  # then another may take over: a case cannot wait for somebody ill


REPORTS = ReportsLimits()
CASES = CasesLimits()
