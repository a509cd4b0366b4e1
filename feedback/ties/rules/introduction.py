"""Introductions: whether a member may introduce two of their ties, and what each of the three sees.

Nobody learns who said no, or that somebody did: until the seventh day a "no" looks like silence, and on it both end
in the same words. What a row looks like to somebody is therefore a function of their own answer, of the clock, and of
whether it led to a tie; never of the other one's answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from feedback.ties.limits import INTRODUCTIONS

# What elsewhere lures somebody to a stranger is here what the sentence is for; to a guru it still is a lure.
_INTRODUCING = re.compile(
    r"紹介(?:したい|したく|させて|します)|会わせ|会って(?:ほし|欲し|いただ|もら|みて)|introduce"
    r"|should meet|you to meet",
    re.IGNORECASE,
)
_GURU = re.compile(r"師匠|メンター|めんたー|教祖|mentor|upline", re.IGNORECASE)


class NoIntroduction(StrEnum):
    """Why an introduction is not made."""

    SAME_PERSON = "introduction-same-person"
    EMPTY = "introduction-empty"
    LONG = "introduction-long"
    NO_CONSENT = "introduction-no-consent"
    WAITING = "introduction-waiting"
    ENOUGH_AT_ONCE = "introduction-enough-at-once"


class IntroductionPhase(StrEnum):
    """How an introduction looks to one of the three."""

    ASKED = "asked"  # my answer is awaited
    WAITING = "waiting"  # I answered, or I introduced
    FORMED = "formed"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class IntroductionProposal:
    """What the introducer wants, and what they have waiting. Nothing about the two with each other is here."""

    is_same_person: bool
    to_one: str
    to_other: str
    has_consent: bool  # to the check of their words
    waits_already: bool  # an introduction of the same two by this introducer
    open_now: int
    most_at_once: int


def is_its_purpose(found: str) -> bool:
    """Whether this find of an invitation only says that somebody should be met."""
    return bool(_INTRODUCING.search(found)) and not _GURU.search(found)


def why_not_introduce(wish: IntroductionProposal) -> NoIntroduction | None:
    """The first reason against it, or None.

    Two different people, one sentence to each, a few at once. That the two are tied already, or that one of them
    blocks the other, is no reason: the answer would tell of it. Such an introduction waits and lapses.
    """
    if wish.is_same_person:
        return NoIntroduction.SAME_PERSON
    if not wish.has_consent:
        return NoIntroduction.NO_CONSENT
    if not wish.to_one or not wish.to_other:
        return NoIntroduction.EMPTY
    if max(len(wish.to_one), len(wish.to_other)) > INTRODUCTIONS.words:
        return NoIntroduction.LONG
    if wish.waits_already:
        return NoIntroduction.WAITING
    return NoIntroduction.ENOUGH_AT_ONCE if wish.open_now >= wish.most_at_once else None


def look(*, is_formed: bool, answered: bool, lapses_at: datetime, now: datetime) -> IntroductionPhase:
    """How it looks to one of the three; for the introducer `answered` is true, as nothing is asked of them."""
    if is_formed:
        return IntroductionPhase.FORMED
    if now >= lapses_at:
        return IntroductionPhase.LAPSED
    return IntroductionPhase.WAITING if answered else IntroductionPhase.ASKED


@dataclass(frozen=True)
class IntroductionAnswers:
    """The two answers, True: gladly, False: not, None: none yet; and what has happened to the three since."""

    one: bool | None
    other: bool | None
    still_tied: bool  # the introducer with both
    strangers: bool  # the two have no tie yet, and neither blocks the other
    lapses_at: datetime


def forms(answers: IntroductionAnswers, now: datetime) -> bool:
    """Do the two get a tie? Only on two consents in time, and only while everything that they saw still holds."""
    if now >= answers.lapses_at or not answers.still_tied or not answers.strangers:
        return False
    return answers.one is True and answers.other is True
