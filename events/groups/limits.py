"""The numbers of groups, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class PastCompanyLimits:
    """How long past company counts, and how much it keeps two people apart."""

    recent: timedelta = timedelta(days=90)
    long_ago: timedelta = timedelta(days=365)
    weight_recent: float = 3  # times the 20 points of past company
    weight_before: float = 2
    weight_long_ago: float = 1
    weight_tonight: float = 50  # as dear as a pair that meets twice within one plan


@dataclass(frozen=True)
class ProbingLimits:
    """How often groups are made, so that nobody finds out who never sits with whom."""

    draws: int = 12  # an evening
    small_draws: int = 3  # of a company that sits in one room: its draw shows at once whether it can
    reopenings: int = 3  # a round that members saw becomes a proposal again, by a move or a new draw
    corrected: int = 10  # check-ins taken back or changed once there are groups: proposals follow each of them
    variants: int = 3  # plans that one company can get; more would show who is never seated together


PAST_COMPANY = PastCompanyLimits()
PROBING = ProbingLimits()
