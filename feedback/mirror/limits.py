"""The numbers of the mirror and of ordinary things, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta


@dataclass(frozen=True)
class MirrorLimits:
    """From how many people on the mirror says what, and how it weighs what they wrote."""

    open_at: int = 3  # givers
    absence_at: int = 5  # givers; with fewer, "nobody saw it" says nothing
    numbers_at: int = 10  # givers
    many_givers: int = 3  # of one strength
    times_usual: int = 2  # "many" means: surely more than so many times as often as usual
    abroad_industries: int = 3
    abroad_givers: int = 3
    on_a_card: int = 5  # strengths on the card that somebody makes of it
    fades_after: timedelta = timedelta(days=730)
    faded_weight: float = 0.5  # of an older letter
    half_year: timedelta = timedelta(days=182)  # the two halves that a mirror of many letters compares


@dataclass(frozen=True)
class BaseRatesLimits:
    """How often each strength is picked by anybody: computed every night."""

    computed_at: time = time(4)  # in Tokyo
    smoothing: int = 300  # pairs: below about so many the usual share stays near 2/30
    same_picks_from: int = 10  # letters of one giver
    same_picks_share: float = 0.6  # one strength in more of them than this makes a same picker
    same_picks_weight: float = 0.5  # of a letter of a same picker


@dataclass(frozen=True)
class OrdinariesLimits:
    """What a member takes for granted, and what another says is rare."""

    an_evening: int = 3
    words: int = 80  # characters of each
    why_at_least: int = 5  # characters of why it is rare
    why_at_most: int = 200  # characters


MIRROR = MirrorLimits()
BASE_RATES = BaseRatesLimits()
ORDINARIES = OrdinariesLimits()
