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


@dataclass(frozen=True)
class RetentionLimits:
    """How long rows stay of which nobody asks any more (`feedback.insight.retention`)."""

    mails: timedelta = timedelta(days=400)  # a year, and what its last days still ask
    sign_ups_unproved: timedelta = timedelta(days=30)
    staff_notes: timedelta = timedelta(days=3 * 365)
    looks: timedelta = timedelta(days=2 * 365)
    judged_texts: timedelta = timedelta(days=365)
    words_about_marks: timedelta = timedelta(days=365)  # after the mark is over
    signs: timedelta = timedelta(days=90)
    rooms: timedelta = timedelta(days=30)
    links: timedelta = timedelta(days=30)
    event_invitations: timedelta = timedelta(days=365)
    invitation_addresses: timedelta = timedelta(days=365)
    waiting_accounts: timedelta = timedelta(days=365)  # since anybody came back to them
    lists: timedelta = timedelta(days=365)
    lost_factors: timedelta = timedelta(days=365)
    ended_blocks: timedelta = timedelta(days=2 * 365)


RETENTION = RetentionLimits()
FIGURES = FiguresLimits()
IMPRESSIONS = ImpressionsLimits()
EXPORTS = ExportsLimits()
