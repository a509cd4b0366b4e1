"""Base rates: what is usual in this community, and who always says the same.

A strength that everybody is given says little about anybody. Mirrors are therefore read against the share of pairs
(a giver and a receiver) in which each strength was picked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import attrgetter

from feedback.mirror.rules.mirror import USUAL_RATE
from kouryu.clock import TOKYO


@dataclass(frozen=True)
class Picked:
    """One signed letter that arrived: between whom, and what was picked."""

    giver: int
    receiver: int
    picks: tuple[str, ...]


@dataclass(frozen=True)
class Community:
    """All letters together."""

    pairs: int
    rates: Mapping[str, float]  # by strength, of all the site knows
    same_pickers: Sequence[int]  # givers who always pick the same


def survey(
    letters: Iterable[Picked], *, known: Collection[str], smoothing: float, same_from: int, same_share: float
) -> Community:
    """Count the pairs. `letters` come giver by giver and receiver by receiver, so that only one giver's are held.

    A share is pulled towards 2/30 as by `smoothing` pairs of strangers: while data are few it stays near that.
    """
    pairs, counts, same_pickers = 0, Counter[str](), []
    for giver, theirs in groupby(letters, key=attrgetter("giver")):
        written = list(theirs)
        for _, between in groupby(written, key=attrgetter("receiver")):
            pairs += 1
            counts.update({pick for letter in between for pick in letter.picks})
        if picks_the_same([letter.picks for letter in written], at_least=same_from, share=same_share):
            same_pickers.append(giver)
    rates = {key: (counts[key] + smoothing * USUAL_RATE) / (pairs + smoothing) for key in known}
    return Community(pairs, rates, same_pickers)


def picks_the_same(letters: Sequence[Collection[str]], *, at_least: int, share: float) -> bool:
    """Whether one strength is in more than `share` of this giver's letters, of which there are `at_least`.

    Such picks tell less about the receiver than about the giver; they weigh half, and nobody is told.
    """
    if len(letters) < at_least:
        return False
    counts = Counter(pick for picks in letters for pick in set(picks))
    return max(counts.values(), default=0) > share * len(letters)


def night_of(now: datetime, *, at: time) -> date:
    """The Tokyo day whose nightly computation is due at `now`: today's from `at` on, before that yesterday's."""
    local = now.astimezone(TOKYO)
    return local.date() if local.time() >= at else local.date() - timedelta(days=1)
