"""Closing a month: how much of what was paid is earned by its end, and which month may be closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from members.membership.rules import Days, add_months


class NoClose(StrEnum):
    """Why a month is not closed."""

    NOT_OVER = "close-not-over"
    EARLIER_OPEN = "close-earlier-open"


@dataclass(frozen=True)
class BookFigures:
    """One line of a close, in yen with tax: what was paid ahead, what came and went, what became income."""

    opening: int = 0  # paid ahead at the start of the month
    paid: int = 0
    back: int = 0  # refunded, reversed, or moved to another plan
    earned: int = 0

    @property
    def closing(self) -> int:
        """Paid ahead at the end of the month: deferred income."""
        return self.opening + self.paid - self.back - self.earned

    def __add__(self, other: BookFigures) -> BookFigures:
        return BookFigures(
            self.opening + other.opening, self.paid + other.paid, self.back + other.back, self.earned + other.earned
        )


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def month_end(month: date) -> date:
    """The last day of the month that begins then."""
    return add_months(month, 1) - timedelta(days=1)


def earned_by(paid_yen: int, periods: Iterable[Days], day: date) -> int:
    """What of this sum is earned by the end of `day`: each day that it bought the same part, whole yen, all at the end.

    Without any days left it is nothing.
    """
    days = list(periods)
    whole = sum((one.ends_on - one.starts_on).days for one in days)
    over = sum(max((min(one.ends_on, day + timedelta(days=1)) - one.starts_on).days, 0) for one in days)
    return paid_yen * over // whole if whole else 0


def why_not_close(month: date, *, today: date, next_open: date | None) -> NoClose | None:
    """The first reason against closing this month: it still runs, or one before it is open."""
    if today <= month_end(month):
        return NoClose.NOT_OVER
    return None if month == next_open else NoClose.EARLIER_OPEN
