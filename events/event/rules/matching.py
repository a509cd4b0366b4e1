"""How many members fit, said so that nobody learns about one person by asking twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from events.event.limits import COUNTS
from events.event.rules.eligibility import Candidate, Conditions, needs_invitation, why_not_join


class NoCount(StrEnum):
    """Why nothing is counted."""

    TOO_OFTEN = "count-too-often"


class Matching(StrEnum):
    """The answer in words."""

    BY_INVITATION = "by-invitation"  # whoever is invited: nothing to count
    HARDLY_ANY = "hardly-any"  # nobody, or so few that they are not told from nobody
    FEW = "few"
    ENOUGH = "enough"
    BY_AFFINITY = "by-affinity"  # nothing else is asked: a group is counted by itself


@dataclass(frozen=True)
class Estimate:
    """About how many; `about` is a multiple of ten, and 0 means fewer than ten or so."""

    matching: Matching
    about: int = 0


def count(candidates: Mapping[Candidate, int], conditions: Conditions) -> int:
    """How many of these candidates fit; `candidates` says how often each occurs."""
    return sum(number for candidate, number in candidates.items() if why_not_join(candidate, conditions) is None)


def estimate(number: int, offset: int) -> Estimate:
    """The number in steps of ten. `offset`, 0 to 9, is drawn for each question and stays the same for it.

    It moves the borders of the steps: two questions that differ in one person may give the same answer, and two
    that differ in nobody another one, so nothing can be concluded from a step between them (random rounding). The
    mean is right. Below five the answer is always "hardly any": one question can be asked in many ways, and what
    differed between them would tell one person from nobody. From five on it may be, from nine on it never is.
    """
    if number - offset // 2 < COUNTS.fewest_told:
        return Estimate(Matching.HARDLY_ANY)
    about = (number + offset) // COUNTS.step * COUNTS.step
    return Estimate(Matching.ENOUGH if about >= COUNTS.enough else Matching.FEW, about)


def countable(conditions: Conditions) -> Conditions | None:
    """What can be counted of these conditions; None where an invitation decides. Invited people are never counted:
    an address could be tried by its number. A group that members put themselves into is never counted together with
    another fact: two counts that differ in one known person would tell whether that person is in it (decision 0070).
    """
    if needs_invitation(conditions):
        return None
    return replace(conditions, asked=tuple(one for one in conditions.asked if one.kind not in {"invited", "affinity"}))


class Leftover(StrEnum):
    """How many of those who have registered would no longer fit."""

    UNTOLD = "untold"  # too few, or all but too few
    SOME = "some"
    MANY = "many"  # half of them or more


def leftover(unfit: int, registered: int, offset: int) -> Leftover:
    """In words, and only where both those who fit and those who do not are enough to hide in.

    The border moves with the question, as in `estimate`: a host who asks twice, with conditions that differ in one
    person, cannot tell that person from the border.
    """
    if min(unfit, registered - unfit) < COUNTS.fewest_told + offset // 2:
        return Leftover.UNTOLD
    return Leftover.MANY if unfit * 2 >= registered else Leftover.SOME
