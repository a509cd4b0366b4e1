"""May a member be put out?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

REASON_AT_LEAST = 10  # characters: the member reads it, a word is no reason
AT_MOST = timedelta(days=366)  # nobody is put out for ever by one person's click


class NoSuspension(StrEnum):
    """Why a suspension cannot be imposed, or there is none to lift."""

    ONESELF = "suspension-oneself"
    REASON_SHORT = "suspension-reason-short"
    UNTIL_PAST = "suspension-until-past"
    UNTIL_FAR = "suspension-until-far"
    NOT_SUSPENDED = "suspension-none"


@dataclass(frozen=True)
class Proposal:
    """A suspension as somebody on the staff proposes it."""

    of_oneself: bool
    until: datetime
    reason: str


def why_not_suspend(proposal: Proposal, now: datetime) -> NoSuspension | None:
    """Nobody puts themselves out; the end lies ahead, within a year; the reason can be read."""
    if proposal.of_oneself:
        return NoSuspension.ONESELF
    if proposal.until <= now:
        return NoSuspension.UNTIL_PAST
    if proposal.until > now + AT_MOST:
        return NoSuspension.UNTIL_FAR
    if len(proposal.reason.strip()) < REASON_AT_LEAST:
        return NoSuspension.REASON_SHORT
    return None
