"""The numbers of planning and leading events, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from kouryu.numbers import MONTH


@dataclass(frozen=True)
class ChangesLimits:
    """Changes of a published event that are mailed to everybody."""

    a_day: int = 12  # of one event by one of those who lead it


@dataclass(frozen=True)
class InvitationsLimits:
    """Inviting people by their addresses."""

    at_once: int = 20
    a_day: int = 60  # typed by one host: plenty for an evening, few for finding out who is a member


@dataclass(frozen=True)
class TemplatesLimits:
    """Events kept to start from."""

    most: int = 20
    name: int = 80  # characters


@dataclass(frozen=True)
class ShapesLimits:
    """Shapes that the site offers to start from."""

    ahead: timedelta = timedelta(days=14)  # enough for those who plan their weeks


@dataclass(frozen=True)
class RatesLimits:
    """How it usually goes at events of one host."""

    usual_from: int = 10  # the latest events
    look_back_for: timedelta = timedelta(days=365)
    stay_for: timedelta = timedelta(days=1)


@dataclass(frozen=True)
class GroupActsLimits:
    """How often groups were made, for those who look after hosts."""

    looks_back_for: timedelta = timedelta(days=90)
    evenings: int = 50

    @property
    def months(self) -> int:
        """The length in months, as pages say it."""
        return round(self.looks_back_for / MONTH)


@dataclass(frozen=True)
class CandidatesLimits:
    """Members who could come, for counting."""

    kept_for: timedelta = timedelta(hours=1)


@dataclass(frozen=True)
class BalanceLimits:
    """Inviting members of industries that are missing."""

    mails: int = 30  # at most, in one round
    misses: int = 2  # evenings within `looks_back_for` without a seat in any: somebody keeps missing out
    looks_back_for: timedelta = timedelta(days=90)


CHANGES = ChangesLimits()
INVITATIONS = InvitationsLimits()
TEMPLATES = TemplatesLimits()
SHAPES = ShapesLimits()
RATES = RatesLimits()
GROUP_ACTS = GroupActsLimits()
CANDIDATES = CandidatesLimits()
BALANCE = BalanceLimits()
