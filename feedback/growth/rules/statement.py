"""A month's statement: when it is told, and when it comes with the offer to pay less or to rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from math import floor

from feedback.growth.limits import STATEMENTS
from feedback.mirror.rules.month import Month


class NoOffer(StrEnum):
    """Why a statement makes no offer."""

    NOT_PAYING = "offer-not-paying"
    NEW = "offer-new"
    ACTIVE = "offer-active"
    DONE = "offer-done"


@dataclass(frozen=True)
class OfferFacts:
    """`was_active`: an evening attended or a letter given or received, in the month or the one before."""

    has_paid_days_now: bool
    has_paid_days_in_both: bool  # in the month and in the one before
    joined_at: datetime
    was_active: bool
    offered_in_period: bool


@dataclass(frozen=True)
class PaidDays:
    """A period that was paid for: its days, half-open, how much, and for how many months."""

    starts_on: date
    ends_on: date
    yen: int
    months: int


def share_of(month: Month, paid: Iterable[PaidDays]) -> int:
    """What of these payments falls to the month, in whole yen: of each the part of one month, for the days it covers.

    So a year paid at once counts a twelfth in each of its months, and two periods that meet within a month, of the same
    plan, come to one month's part.
    """
    return floor(sum((_part_of(month, one) for one in paid), Fraction()) + Fraction(1, 2))


def _part_of(month: Month, paid: PaidDays) -> Fraction:
    first, end = month.first_day, month.next.first_day
    covered = min(paid.ends_on, end) - max(paid.starts_on, first)
    return Fraction(paid.yen, paid.months) * max(0, covered.days) / (end - first).days


def month_to_tell(now: datetime, *, within: timedelta) -> Month | None:
    """The month whose statement is due now: the last one, from the morning of the first and for a few days."""
    month = Month.of(now).previous
    starts_at = month.ends_at + STATEMENTS.told_from
    return month if starts_at <= now < starts_at + within else None


def why_no_offer(facts: OfferFacts, month: Month) -> NoOffer | None:
    """The first reason against an offer, or None: two whole paid months without a sign of life, once a period."""
    if not facts.has_paid_days_now:
        return NoOffer.NOT_PAYING
    if not facts.has_paid_days_in_both or facts.joined_at >= month.previous.begins_at:
        return NoOffer.NEW
    if facts.was_active:
        return NoOffer.ACTIVE
    return NoOffer.DONE if facts.offered_in_period else None
