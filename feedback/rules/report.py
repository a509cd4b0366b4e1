"""May this be reported by this member, and how soon does somebody have to look?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from feedback.choices import ReportReason, Urgency

WORDS_AT_MOST = 1000


class NoReport(StrEnum):
    """Why a report is not taken in."""

    NOT_VISIBLE = "report-not-visible"  # for this member it does not exist
    ONESELF = "report-oneself"
    WORDS_LONG = "report-words-long"


@dataclass(frozen=True)
class Concern:
    """A member's wish to report something that they can see."""

    about_oneself: bool
    words: str


def why_not_report(concern: Concern) -> NoReport | None:
    """Nobody themselves, and not at any length. Reporting again is no fault: it shows the first report."""
    if concern.about_oneself:
        return NoReport.ONESELF
    if len(concern.words) > WORDS_AT_MOST:
        return NoReport.WORDS_LONG
    return None


# What may be going on at this moment, and grows with every day, comes first.
URGENCY = {
    ReportReason.SOLICITATION: Urgency.URGENT,
    ReportReason.DATING: Urgency.URGENT,
    ReportReason.PUT_DOWN: Urgency.HIGH,
    ReportReason.PRYING: Urgency.HIGH,
    ReportReason.NUISANCE: Urgency.HIGH,
    ReportReason.SCREENED: Urgency.HIGH,  # somebody waits for a letter that they wrote
    ReportReason.OTHER: Urgency.NORMAL,
    ReportReason.MUTUAL: Urgency.LOW,
}


def urgency_of(reasons: Iterable[ReportReason]) -> Urgency:
    """The urgency of the gravest of these reasons."""
    return min((URGENCY[reason] for reason in reasons), default=Urgency.NORMAL)
