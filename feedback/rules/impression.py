"""May somebody answer the three questions after an evening, and when may their sums be seen?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from events.rules.figures import FEWEST_SHOWN, shown


class NoImpression(StrEnum):
    """Why no answer is taken."""

    NOT_THERE = "impression-not-there"
    NOT_OVER = "impression-not-over"
    CLOSED = "impression-closed"
    NOTHING_SAID = "impression-nothing-said"


@dataclass(frozen=True)
class Evening:
    """What is asked about: the host is not asked, whose own answer would unveil those of the others."""

    was_there: bool
    is_host: bool
    ends_at: datetime
    closes_at: datetime


def why_not_answer(evening: Evening, now: datetime) -> NoImpression | None:
    """The first reason, or None: those who were there, from the end of the evening until the questions close."""
    if not evening.was_there or evening.is_host:
        return NoImpression.NOT_THERE
    if now < evening.ends_at:
        return NoImpression.NOT_OVER
    return NoImpression.CLOSED if now >= evening.closes_at else None


def distribution(numbers: Mapping[str, int], *, closes_at: datetime, now: datetime) -> dict[str, int | None] | None:
    """How often each answer was given, None where it stays hidden; None altogether before the questions have closed
    and below five answers. The total is known, so a second cell hides where subtraction would find the first.
    """
    if now < closes_at or sum(numbers.values()) < FEWEST_SHOWN:
        return None
    return shown(numbers)
