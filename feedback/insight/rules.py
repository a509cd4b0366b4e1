"""The rules of numbers: what may be counted and shown, when questions are asked, what an archive costs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import log, sqrt

from events.event.limits import SHOWN
from events.event.rules.figures import shown
from feedback.growth.rules.bounds import Bounds

FEWEST_OF = 2 * SHOWN.fewest  # of fewer people the bounds of both sides would meet


FEWEST_PICKS = 60  # two for each strength: with fewer, a spread says nothing


MEMBERS_FOR_HALVES = SHOWN.fewest


class TargetVerdict(StrEnum):
    HELD = "held"
    NOT_HELD = "not-held"
    TOO_FEW = "too-few"
    NO_TARGET = "no-target"


class Unit(StrEnum):
    SHARE = "share"
    CHARACTERS = "characters"
    PLAIN = "plain"
    PER_THOUSAND = "per-thousand"
    POINTS = "points"  # of five


@dataclass(frozen=True)
class Target:
    """`at_least` or `below`, whichever is given; neither where nothing is hoped for yet."""

    unit: Unit
    at_least: float | None = None
    below: float | None = None


# The measures of the product and what is hoped of each. The most picked strength may be twelve in a hundred itself.
TARGETS = {
    "first-words": Target(Unit.SHARE, at_least=0.85),
    "length": Target(Unit.CHARACTERS, at_least=40),
    "scene": Target(Unit.SHARE, at_least=0.70),
    "my-industry": Target(Unit.SHARE, at_least=0.50),
    "discovery": Target(Unit.SHARE, at_least=0.40),
    "fits": Target(Unit.SHARE, at_least=0.70),
    "most-picked": Target(Unit.SHARE, below=0.1200001),
    "rarest-family": Target(Unit.SHARE, at_least=0.08),
    "entropy": Target(Unit.PLAIN, at_least=0.9),
    "halves": Target(Unit.PLAIN, at_least=0.4),
    "steps-set": Target(Unit.SHARE, at_least=0.40),
    "steps-done": Target(Unit.SHARE, at_least=0.55),
    "knowing-30": Target(Unit.POINTS),
    "using-30": Target(Unit.POINTS),
    "knowing-90": Target(Unit.POINTS, at_least=0.4),
    "using-90": Target(Unit.POINTS, at_least=0.4),
    "second-contact": Target(Unit.SHARE, at_least=0.25),
    "second-evening": Target(Unit.SHARE, at_least=0.50),
    "hidden": Target(Unit.PER_THOUSAND, below=20),
    "reported": Target(Unit.PER_THOUSAND, below=3),
    "regretted": Target(Unit.PER_THOUSAND, below=3),
}


GROUP_TARGET = 0.75  # no group of members below this share of first words


def share_between(number: int, total: int) -> Bounds | None:
    """The share, or its bounds where those meant or all the others are fewer than five; None of too few."""
    if total < FEWEST_OF:
        return None
    if number < SHOWN.fewest:
        return Bounds(0, (SHOWN.fewest - 1) / total)
    if total - number < SHOWN.fewest:
        return Bounds((total - SHOWN.fewest + 1) / total, 1)
    return Bounds(number / total, number / total)


def verdict(bounds: Bounds | None, target: Target) -> TargetVerdict:
    """From the published bounds alone."""
    if bounds is None:
        return TargetVerdict.TOO_FEW
    if target.at_least is not None:
        return _judge(holds=bounds.low >= target.at_least, fails=bounds.high < target.at_least)
    if target.below is None:
        return TargetVerdict.NO_TARGET
    below = target.below
    return _judge(holds=bounds.high < below, fails=bounds.low >= below)


def group_shares(groups: Mapping[str, tuple[int, int]]) -> dict[str, float]:
    """The share of those with (first) among all (with second) for each group where it may be said.

    With the share of everybody known, a hidden group must not be found by subtraction: both columns hide as tables
    of a known total do, and a group is shown where both of its cells are.
    """
    have = shown({name: first for name, (first, _) in groups.items()})
    have_not = shown({name: second for name, (_, second) in groups.items()})
    return {
        name: first / (first + second)
        for name, (first, second) in groups.items()
        if have[name] is not None and have_not[name] is not None
    }


def reactions_between(numbers: Mapping[str, int]) -> dict[str, Bounds | None]:
    """The share of each reaction among all; those that hide are too few to be told."""
    total = sum(numbers.values())
    table = shown(numbers)
    return {name: Bounds(number / total, number / total) if number else None for name, number in table.items()}


def spread(
    picks: Sequence[str], families: Mapping[str, Collection[str]]
) -> tuple[Bounds | None, Bounds | None, Bounds | None]:
    """The share of the most picked strength, that of the rarest family, and the normalised entropy of all strengths.

    Entropy by Shannon, divided by its highest value for that many strengths: 1 means that all are picked alike.
    """
    total = len(picks)
    if total < FEWEST_PICKS:
        return None, None, None
    counted = Counter(picks)
    known = sum(len(keys) for keys in families.values())
    most = counted.most_common(1)[0][1]
    rarest = min(sum(counted[key] for key in keys) for keys in families.values())
    entropy = -sum(number / total * log(number / total) for number in counted.values()) / log(known)
    return share_between(most, total), share_between(rarest, total), Bounds(entropy, entropy)


def has_scene(saw: str) -> bool:
    """Does it name a situation and what was done? By its form only: a time or place word, and a verb in the past.

    A rough measure of a whole month, never of one letter.
    """
    return bool(_SITUATION.search(saw) and _BEHAVIOUR.search(saw))


_SITUATION = re.compile(
    "とき|時に|時、|際に|場面|あいだ|間に|なかで|中で|あと|後に|まえ|前に|最初|最後|はじめ|途中|たら"
)


_BEHAVIOUR = re.compile("ました|ていた|ていました|てくれた|た。|た$")


def halves(picked_by: Mapping[int, Collection[str]], known: Sequence[str]) -> float | None:
    """How alike two halves of the givers see one member: the correlation of what they picked; None where one half
    has nothing to compare. Every second giver by id belongs to one half, so that it is the same at every look.
    """
    givers = sorted(picked_by)
    sides = [Counter(key for giver in givers[side::2] for key in picked_by[giver]) for side in (0, 1)]
    return correlation([sides[0][key] for key in known], [sides[1][key] for key in known])


def correlation(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Pearson's, or None where one of the two does not vary."""
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread_x, spread_y = sum((x - mean_x) ** 2 for x in xs), sum((y - mean_y) ** 2 for y in ys)
    if not spread_x or not spread_y:
        return None
    together = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return together / sqrt(spread_x * spread_y)


def _judge(*, holds: bool, fails: bool) -> TargetVerdict:
    if holds:
        return TargetVerdict.HELD
    return TargetVerdict.NOT_HELD if fails else TargetVerdict.TOO_FEW


class NoExport(StrEnum):
    """Why the archive is not made now."""

    ENOUGH_TODAY = "export-enough-today"


def why_not_export(made_today: int, most: int) -> NoExport | None:
    """So many within a day: reading everything of somebody is work for the database."""
    return NoExport.ENOUGH_TODAY if made_today >= most else None


class NoImpression(StrEnum):
    """Why no answer is taken."""

    NOT_THERE = "impression-not-there"
    NOT_OVER = "impression-not-over"
    CLOSED = "impression-closed"
    NOTHING_SAID = "impression-nothing-said"


@dataclass(frozen=True)
class ImpressionFacts:
    """What is asked about: the host is not asked, whose own answer would unveil those of the others."""

    was_there: bool
    is_host: bool
    ends_at: datetime
    closes_at: datetime


def why_not_answer(evening: ImpressionFacts, now: datetime) -> NoImpression | None:
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
    if now < closes_at or sum(numbers.values()) < SHOWN.fewest:
        return None
    return shown(numbers)
