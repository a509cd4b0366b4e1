"""Do two people write to each other every time they meet, and the same at the same time? Facts in, an answer out.

Nothing is forbidden about it, and nothing in the mirror changes: a giver counts once per strength however often they
write. It is only shown to moderators, once, as a case of low priority.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Written:
    """One of the two letters of an evening."""

    picks: frozenset[str]
    written_at: datetime


@dataclass(frozen=True)
class Exchange:
    """One evening at which the two sat in one group: what each wrote to the other, if they did."""

    event: int
    there: Written | None
    back: Written | None


def is_mutual(exchange: Exchange) -> bool:
    """Did both write?"""
    return exchange.there is not None and exchange.back is not None


def is_same_at_once(exchange: Exchange, within: timedelta) -> bool:
    """Did both pick the very same strengths, not longer than `within` apart?"""
    there, back = exchange.there, exchange.back
    if there is None or back is None:
        return False
    return there.picks == back.picks and abs(there.written_at - back.written_at) <= within


def is_a_habit(exchanges: Sequence[Exchange], rounds: int) -> bool:
    """Did both write at each of the latest `rounds` evenings that they shared? `exchanges` has the latest first."""
    return len(exchanges) >= rounds and all(is_mutual(exchange) for exchange in exchanges[:rounds])
