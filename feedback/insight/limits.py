"""The numbers of published figures, of impressions and of one's own data, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class FiguresLimits:
    """What is published about a month."""

    frozen_after: timedelta = timedelta(days=4)  # its letters have `first_words_within` to arrive
    look_back_months: int = 12  # how many months a site that was away catches up with
    first_words_within: timedelta = timedelta(hours=72)  # of the evening
    step_within: timedelta = timedelta(days=14)
    second_evening_within: timedelta = timedelta(days=45)
    second_contact_within: timedelta = timedelta(days=30)
    givers_for_halves: int = 10  # the mirror shows numbers from there on


@dataclass(frozen=True)
class ImpressionsLimits:
    """The questions after an evening."""

    within: timedelta = timedelta(days=7)  # then its host sees the sums


@dataclass(frozen=True)
class ExportsLimits:
    """Taking one's own data."""

    a_day: int = 3


FIGURES = FiguresLimits()
IMPRESSIONS = ImpressionsLimits()
EXPORTS = ExportsLimits()
