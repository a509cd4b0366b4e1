"""The numbers of groups, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class PastCompanyLimits:
    """How long past company counts."""

    recent: timedelta = timedelta(days=90)
    long_ago: timedelta = timedelta(days=365)


@dataclass(frozen=True)
class ProbingLimits:
    """How often groups are made, so that nobody finds out who never sits with whom."""

    draws: int = 12  # an evening
    small_draws: int = 3  # of a company that sits in one room: its draw shows at once whether it can
    reopenings: int = 3  # a round that members saw becomes a proposal again, by a move or a new draw
    corrected: int = 10  # check-ins taken back or changed once there are groups: proposals follow each of them
    variants: int = 3  # plans that one company can get; more would show who is never seated together


@dataclass(frozen=True)
class SignalsLimits:
    """What members and hosts write while an evening runs."""

    word: int = 200  # characters
    note: int = 2000  # characters


PAST_COMPANY = PastCompanyLimits()
PROBING = ProbingLimits()
SIGNALS = SignalsLimits()
