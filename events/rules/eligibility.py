"""Does this member fit what an event asks of those who join?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NotEligible(StrEnum):
    """Why a member does not fit; `…_UNTOLD` means that they may, once they have told us."""

    INDUSTRY_UNTOLD = "industry-untold"
    INDUSTRY = "industry"
    OCCUPATION_UNTOLD = "occupation-untold"
    OCCUPATION = "occupation"
    WORK_STATUS_UNTOLD = "work-status-untold"
    WORK_STATUS = "work-status"
    YEARS_AT_COMPANY_UNTOLD = "years-at-company-untold"
    YEARS_AT_COMPANY = "years-at-company"
    THEME_UNTOLD = "theme-untold"
    THEME = "theme"
    NOT_FIRST_TIMER = "not-first-timer"


@dataclass(frozen=True)
class Candidate:
    """What a member has told about themselves; an empty value means not told."""

    industry: str = ""
    occupation: str = ""
    work_status: str = ""
    years_at_company: str = ""
    themes: frozenset[str] = frozenset()
    events_attended: int = 0


@dataclass(frozen=True)
class Conditions:
    """What an event asks for. An empty set asks nothing; of a filled one, any one value is enough."""

    industries: frozenset[str] = frozenset()
    occupations: frozenset[str] = frozenset()
    work_statuses: frozenset[str] = frozenset()
    years_at_company: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    first_timers_only: bool = False


UNTOLD = "untold"  # the answer "I would rather not say" is no answer


def why_not_join(candidate: Candidate, conditions: Conditions) -> NotEligible | None:
    """The first condition that the member does not meet, or None. All conditions must hold.

    Industry, occupation, work status, years at one company, theme, first time: in this order. Who has not told
    their industry is in no industry set and so fits no industry condition; the same goes for the others.
    """
    if reason := _why_not(candidate.industry, conditions.industries, NotEligible.INDUSTRY_UNTOLD, NotEligible.INDUSTRY):
        return reason
    if reason := _why_not(
        candidate.occupation, conditions.occupations, NotEligible.OCCUPATION_UNTOLD, NotEligible.OCCUPATION
    ):
        return reason
    if reason := _why_not(
        candidate.work_status, conditions.work_statuses, NotEligible.WORK_STATUS_UNTOLD, NotEligible.WORK_STATUS
    ):
        return reason
    if reason := _why_not(
        candidate.years_at_company,
        conditions.years_at_company,
        NotEligible.YEARS_AT_COMPANY_UNTOLD,
        NotEligible.YEARS_AT_COMPANY,
    ):
        return reason
    if conditions.themes and not candidate.themes:
        return NotEligible.THEME_UNTOLD
    if conditions.themes and not conditions.themes & candidate.themes:
        return NotEligible.THEME
    if conditions.first_timers_only and candidate.events_attended:
        return NotEligible.NOT_FIRST_TIMER
    return None


def _why_not(told: str, asked: frozenset[str], untold: NotEligible, unmet: NotEligible) -> NotEligible | None:
    if not asked or told in asked:
        return None
    return unmet if told and told != UNTOLD else untold
