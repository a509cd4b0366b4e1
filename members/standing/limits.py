"""The numbers of decisions about a member, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class ReasonsLimits:
    """Why something was decided about a member."""

    at_least: int = 10  # characters: the member reads it, a word is no reason
    at_most: int = 1000  # characters


@dataclass(frozen=True)
class SuspensionsLimits:
    """Shutting somebody out."""

    longest: timedelta = timedelta(days=366)  # nobody is put out for ever by one person's click


@dataclass(frozen=True)
class DecisionsLimits:
    """What was reported and decided about somebody."""

    kept_for: timedelta = timedelta(days=3 * 365)  # from the decision: until then somebody may dispute it


DECISIONS = DecisionsLimits()
REASONS = ReasonsLimits()
SUSPENSIONS = SuspensionsLimits()
