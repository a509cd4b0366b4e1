"""Steps: whether one may be decided or put off, and which day is "next month"."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from feedback.growth.limits import STEPS


class Day(StrEnum):
    """The three quick answers to "by when?", and one's own."""

    TOMORROW = "tomorrow"
    NEXT_WEEK = "next-week"
    NEXT_MONTH = "next-month"
    OWN = "own"


class NoStep(StrEnum):
    """Why a step is not kept, or not changed."""

    NO_WORDS = "step-no-words"
    TOO_LONG = "step-too-long"
    WHEN_WHERE_LONG = "step-when-where-long"
    DAY_MISSING = "step-day-missing"
    DAY_PAST = "step-day-past"
    DAY_FAR = "step-day-far"
    NOT_MET = "step-not-met"
    ENOUGH_OPEN = "step-enough-open"
    SETTLED = "step-settled"


@dataclass(frozen=True)
class StepProposal:
    """A step as somebody wants to decide it; the words are clean."""

    text: str
    when_where: str
    on: date
    met_the_person: bool  # or it is for oneself
    open_steps: int  # that the member has already


def chosen_day(day: Day, own: date | None, today: date) -> date | None:
    """The date behind an answer: a day, a week or a month from `today`; of a shorter month its last day."""
    if day == Day.TOMORROW:
        return today + timedelta(days=1)
    if day == Day.NEXT_WEEK:
        return today + timedelta(weeks=1)
    if day == Day.NEXT_MONTH:
        return _a_month_later(today)
    return own


def _a_month_later(day: date) -> date:
    year, month = (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def why_not_decide(proposal: StepProposal, today: date, *, most_open: int) -> NoStep | None:
    """The first reason against keeping it: the words, the place, the day, the person, how many are open already."""
    if problem := why_not_words(proposal.text):
        return problem
    if len(proposal.when_where) > STEPS.when_where:
        return NoStep.WHEN_WHERE_LONG
    if problem := why_not_day(proposal.on, today):
        return problem
    if not proposal.met_the_person:
        return NoStep.NOT_MET
    if proposal.open_steps >= most_open:
        return NoStep.ENOUGH_OPEN
    return None


def why_not_words(text: str) -> NoStep | None:
    """The first fault of a step's sentence, or None."""
    if not text:
        return NoStep.NO_WORDS
    return NoStep.TOO_LONG if len(text) > STEPS.words else None


def why_not_day(on: date | None, today: date) -> NoStep | None:
    """From today on, a year ahead at most."""
    if on is None:
        return NoStep.DAY_MISSING
    if on < today:
        return NoStep.DAY_PAST
    return NoStep.DAY_FAR if on > today + STEPS.ahead else None
