"""Turning points: whether one may be kept as it is written, and who may be asked to stand behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from feedback.growth.limits import TURNING_POINTS


class NoTurningPoint(StrEnum):
    """What is wrong with a turning point."""

    TITLE_MISSING = "turning-title-missing"
    TITLE_LONG = "turning-title-long"
    WORDS_LONG = "turning-words-long"
    MONTH_AHEAD = "turning-month-ahead"
    MONTH_EARLY = "turning-month-early"
    ENOUGH = "turning-enough"


class NoAsking(StrEnum):
    """Why somebody is not asked. One answer for all causes that lie with them."""

    NOT_MET = "asking-not-met"  # a stranger, oneself, blocked, or gone
    ENOUGH = "asking-enough"


@dataclass(frozen=True)
class Asking:
    """What the asker knows anyway. `asked` counts everybody they asked here, whatever came of it."""

    have_met: bool
    was_asked_here: bool
    asked: int
    most: int


def why_not_keep(title: str, words: str, month: date, today: date) -> NoTurningPoint | None:
    """The first fault, or None. `month` is the first day of the month in which it happened."""
    if not title:
        return NoTurningPoint.TITLE_MISSING
    if len(title) > TURNING_POINTS.title:
        return NoTurningPoint.TITLE_LONG
    if len(words) > TURNING_POINTS.words:
        return NoTurningPoint.WORDS_LONG
    if month > today:
        return NoTurningPoint.MONTH_AHEAD
    return NoTurningPoint.MONTH_EARLY if month < TURNING_POINTS.earliest else None


def why_not_another(kept: int, *, most: int) -> NoTurningPoint | None:
    """The reason why no further one is kept, or None."""
    return NoTurningPoint.ENOUGH if kept >= most else None


def why_not_ask(asking: Asking) -> NoAsking | None:
    """The first reason, or None. Asking somebody again is no fault: nothing happens, and nothing shows why."""
    if not asking.have_met:
        return NoAsking.NOT_MET
    if asking.was_asked_here:
        return None
    return NoAsking.ENOUGH if asking.asked >= asking.most else None
