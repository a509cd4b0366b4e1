"""The numbers of letters and of picks without a name, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta


@dataclass(frozen=True)
class LettersLimits:
    """What a letter may hold, when and how often one is written."""

    a_day: int = 12  # people that one member gives to on one day in Tokyo
    arrives_at: time = time(7)  # in Tokyo, on a morning after the evening
    within: timedelta = timedelta(days=14)  # after the end of the evening
    picks: int = 3  # strengths in one letter
    saw_at_least: int = 15  # characters of what was seen
    saw_at_most: int = 300  # characters
    would_count: int = 300  # characters of how it would count in the giver's industry
    thanks: int = 100  # characters of the line beside a thank-you


@dataclass(frozen=True)
class OwnStrengthsLimits:
    """The strengths that a member sees in themselves."""

    picks: int = 5


@dataclass(frozen=True)
class AnonymousPicksLimits:
    """Picks that are left without a name."""

    candidates: int = 3  # people who could have left a set, before it is released
    kept_for: timedelta = timedelta(days=365)  # one that was not released by then is forgotten, and its giver told


@dataclass(frozen=True)
class MutualPairsLimits:
    """When two who write to each other become a notice to moderators."""

    rounds: int = 4  # evenings on end at which both wrote
    same_picks_within: timedelta = timedelta(minutes=10)


@dataclass(frozen=True)
class ScreenedLimits:
    """What a letter, and a new phrase for the list, is held against."""

    same_text_share: float = 0.85  # of the letters of a text, to as many people as the next line says
    same_text_people: int = 3
    latest: int = 100  # letters of one giver that a new one is held against
    term_share: float = 0.02  # of the letters tried on: beyond it a second moderator has to agree to a phrase
    term_tried_on: int = 300  # the latest letters, on which a new phrase is tried


LETTERS = LettersLimits()
OWN_STRENGTHS = OwnStrengthsLimits()
ANONYMOUS_PICKS = AnonymousPicksLimits()
MUTUAL_PAIRS = MutualPairsLimits()
SCREENED = ScreenedLimits()
