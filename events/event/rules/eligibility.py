"""Eligibility: whether a member fits what an event asks of those who join."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from events.event.rules.first_timer import Past, is_first_timer


class NotEligible(StrEnum):
    """Why a member does not fit; `…_UNTOLD` means that they may, once they have told us."""

    INDUSTRY_UNTOLD = "industry-untold"
    INDUSTRY = "industry"
    OCCUPATION_UNTOLD = "occupation-untold"
    OCCUPATION = "occupation"
    WORK_STATUS_UNTOLD = "work-status-untold"
    WORK_STATUS = "work-status"
    POSITION_UNTOLD = "position-untold"
    POSITION = "position"
    YEARS_AT_COMPANY_UNTOLD = "years-at-company-untold"
    YEARS_AT_COMPANY = "years-at-company"
    THEME_UNTOLD = "theme-untold"
    THEME = "theme"
    PREFECTURE_UNTOLD = "prefecture-untold"
    PREFECTURE = "prefecture"
    SHORT_TIME_MEMBER = "short-time-member"
    FEW_EVENTS = "few-events"
    AFFINITY_UNTOLD = "affinity-untold"
    AFFINITY = "affinity"
    NOT_IN_SERIES = "not-in-series"
    PLAN = "plan"
    NOT_FIRST_TIMER = "not-first-timer"
    NOT_INVITED = "not-invited"


class Way(IntEnum):
    """How far a member is from fitting."""

    AN_ANSWER = 1  # they have not told us
    SOME_TIME = 2  # it can come true
    NONE = 3


@dataclass(frozen=True)
class Candidate:
    """What is known of a member; an empty value means not told, and "untold" that they would rather not say."""

    industry: str = ""
    occupation: str = ""
    work_status: str = ""
    position: str = ""
    years_at_company: str = ""
    prefecture: str = ""
    themes: frozenset[str] = frozenset()
    months_as_member: int = 0  # full months since the account was made
    events_attended: int = 0
    seats_given_up: int = 0  # late or without word, illness aside
    affinities: frozenset[str] = frozenset()  # the ids of the groups that they put themselves into
    open_affinities: frozenset[str] = frozenset()  # the ids of those that they could
    series: frozenset[str] = frozenset()  # the ids of those of which they attended an event
    plan: str = ""  # of the period that covers today
    is_invited: bool = False  # to this very event


@dataclass(frozen=True)
class AskedCondition:
    """One condition: of its values, any one is enough; a number means at least so many."""

    kind: str  # a ConditionKind
    values: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Conditions:
    """What an event asks for; nothing means everybody."""

    asked: tuple[AskedCondition, ...] = ()
    any_is_enough: bool = False

    def __bool__(self) -> bool:
        return bool(self.asked)

    def __contains__(self, kind: str) -> bool:
        return any(one.kind == kind for one in self.asked)

    def values_of(self, kind: str) -> frozenset[str]:
        """What is asked of this kind; empty where nothing is."""
        return next((one.values for one in self.asked if one.kind == kind), frozenset())


@dataclass(frozen=True)
class ConditionTest:
    """How one kind of condition is tested, and the reasons that it can give."""

    why_not: Callable[[Candidate, frozenset[str]], NotEligible | None]
    reasons: dict[NotEligible, Way]


def _answer(told: Callable[[Candidate], str], untold: NotEligible, unmet: NotEligible) -> ConditionTest:
    """One answer of the profile, among those asked for."""

    def why_not(candidate: Candidate, values: frozenset[str]) -> NotEligible | None:
        answer = told(candidate)
        if answer in values:
            return None
        return untold if answer in {"", "untold"} else unmet

    return ConditionTest(why_not, {untold: Way.AN_ANSWER, unmet: Way.NONE})


def _at_least(number: Callable[[Candidate], int], unmet: NotEligible) -> ConditionTest:
    """So many; the lowest number counts if there are several."""
    return ConditionTest(
        lambda candidate, values: None if number(candidate) >= min(map(int, values), default=0) else unmet,
        {unmet: Way.SOME_TIME},
    )


def _holds(fact: Callable[[Candidate], bool], unmet: NotEligible) -> ConditionTest:
    """A fact that needs no value."""
    return ConditionTest(lambda candidate, values: None if fact(candidate) else unmet, {unmet: Way.NONE})


def _why_no_theme(candidate: Candidate, values: frozenset[str]) -> NotEligible | None:
    if candidate.themes & values:
        return None
    return NotEligible.THEME if candidate.themes else NotEligible.THEME_UNTOLD


def _why_not_in_affinity(candidate: Candidate, values: frozenset[str]) -> NotEligible | None:
    if candidate.affinities & values:
        return None
    return NotEligible.AFFINITY_UNTOLD if candidate.open_affinities & values else NotEligible.AFFINITY


# Every kind of condition there is, in the order in which reasons are given. Age and gender are not among them: they
# are not collected (docs/decisions/0014).
KINDS: dict[str, ConditionTest] = {
    "industry": _answer(lambda one: one.industry, NotEligible.INDUSTRY_UNTOLD, NotEligible.INDUSTRY),
    "occupation": _answer(lambda one: one.occupation, NotEligible.OCCUPATION_UNTOLD, NotEligible.OCCUPATION),
    "work-status": _answer(lambda one: one.work_status, NotEligible.WORK_STATUS_UNTOLD, NotEligible.WORK_STATUS),
    "position": _answer(lambda one: one.position, NotEligible.POSITION_UNTOLD, NotEligible.POSITION),
    "years-at-company": _answer(
        lambda one: one.years_at_company, NotEligible.YEARS_AT_COMPANY_UNTOLD, NotEligible.YEARS_AT_COMPANY
    ),
    "theme": ConditionTest(_why_no_theme, {NotEligible.THEME_UNTOLD: Way.AN_ANSWER, NotEligible.THEME: Way.NONE}),
    "prefecture": _answer(lambda one: one.prefecture, NotEligible.PREFECTURE_UNTOLD, NotEligible.PREFECTURE),
    "affinity": ConditionTest(
        _why_not_in_affinity, {NotEligible.AFFINITY_UNTOLD: Way.AN_ANSWER, NotEligible.AFFINITY: Way.NONE}
    ),
    "member-since": _at_least(lambda one: one.months_as_member, NotEligible.SHORT_TIME_MEMBER),
    "earlier-events": _at_least(lambda one: one.events_attended, NotEligible.FEW_EVENTS),
    "series": ConditionTest(
        lambda candidate, values: None if candidate.series & values else NotEligible.NOT_IN_SERIES,
        {NotEligible.NOT_IN_SERIES: Way.SOME_TIME},
    ),
    "plan": ConditionTest(
        lambda candidate, values: None if candidate.plan in values else NotEligible.PLAN,
        {NotEligible.PLAN: Way.SOME_TIME},
    ),
    "first-timer": _holds(
        lambda one: is_first_timer(Past(one.events_attended, one.seats_given_up)), NotEligible.NOT_FIRST_TIMER
    ),
    "invited": _holds(lambda one: one.is_invited, NotEligible.NOT_INVITED),
}
WAYS: dict[NotEligible, Way] = {reason: way for kind in KINDS.values() for reason, way in kind.reasons.items()}


def why_not_join(candidate: Candidate, conditions: Conditions) -> NotEligible | None:
    """Why this member does not fit, or None.

    Where all conditions must hold, the reason that is hardest to mend: nobody is asked for an answer only to be
    refused for something else. Where any is enough, the one that is mended most easily. Of equal ones the first
    in the order of `KINDS`. Who has not told their industry is in no industry set and so fits no industry condition;
    the same goes for every other answer.
    """
    reasons = list(_reasons(candidate, conditions))
    if conditions.any_is_enough:
        return min(reasons, key=WAYS.__getitem__, default=None) if len(reasons) == len(conditions.asked) else None
    return max(reasons, key=WAYS.__getitem__, default=None)


def needs_invitation(conditions: Conditions) -> bool:
    """Can nobody come without an invitation? Such an event is invisible to all others."""
    return "invited" in conditions and (not conditions.any_is_enough or len(conditions.asked) == 1)


def excludes_everybody(conditions: Conditions) -> bool:
    """Can nobody ever fit? The first time, and so many times before, are never true at once."""
    return not conditions.any_is_enough and "first-timer" in conditions and "earlier-events" in conditions


def _reasons(candidate: Candidate, conditions: Conditions) -> Iterator[NotEligible]:
    for name, kind in KINDS.items():
        if name in conditions and (reason := kind.why_not(candidate, conditions.values_of(name))):
            yield reason
