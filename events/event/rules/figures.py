"""Figures: which numbers about people may be shown, and what is usual for a host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from events.event.limits import HOST_FIGURES, SHOWN


class NoBalance(StrEnum):
    """Why members of missing industries are not invited."""

    NOT_OPEN = "balance-not-open"
    FULL = "balance-full"
    DONE = "balance-done"
    FOR_AN_AFFINITY = "balance-for-an-affinity"


def shown(cells: Mapping[str, int]) -> dict[str, int | None]:
    """The cells of a table whose total is known; None for those that stay hidden.

    Hidden is every cell under five, nobody included. Where those few could be found by subtracting what is shown
    from the total (there is only one, or so few people in all of them, or all of them just below five), the smallest
    of the others is hidden too (complementary suppression).
    """
    hidden = {name for name, number in cells.items() if number < SHOWN.fewest}
    rest = [number for name, number in cells.items() if name not in hidden]
    if hidden and rest and _can_be_found([cells[name] for name in hidden]):
        # With its equals: which of two was chosen would tell that they are equal.
        hidden |= {name for name, number in cells.items() if number == min(rest)}
    return {name: None if name in hidden else number for name, number in cells.items()}


def _can_be_found(hidden: Sequence[int]) -> bool:
    people = sum(hidden)
    return len(hidden) == 1 or people < SHOWN.fewest or people == len(hidden) * (SHOWN.fewest - 1)


def share(number: int, total: int) -> int | None:
    """How many per cent; None where those meant, or all the others, are fewer than five."""
    if min(number, total - number) < SHOWN.fewest:
        return None
    return round(100 * number / total)


def curve(moments: Sequence[datetime], starts_at: datetime, *, until: datetime) -> list[int]:
    """How many had registered by the start of each of the last fourteen days, oldest first; the last that has begun
    by `until` says how many so far.
    """
    days = [starts_at - timedelta(days=number) for number in range(HOST_FIGURES.weeks * 7, -1, -1)]
    return [sum(moment <= day for moment in moments) for day in days if day - timedelta(days=1) < until]


def usual(curves: Sequence[Sequence[int]]) -> list[float]:
    """The median of complete curves, day by day; empty while there are too few to call anything usual."""
    if len(curves) < HOST_FIGURES.events_for_usual:
        return []
    return [median(numbers) for numbers in zip(*curves, strict=True)]


def why_not_balance(
    *, is_open: bool, seats_left: int, was_done_at: datetime | None, asks_affinity: bool = False
) -> NoBalance | None:
    """The first reason why members of missing industries are not invited, or None.

    Once for an event, while people can register and a seat is free; and never where the mail itself would say that its
    reader is in a group that is asked for.
    """
    if asks_affinity:
        return NoBalance.FOR_AN_AFFINITY
    if was_done_at is not None:
        return NoBalance.DONE
    if not is_open:
        return NoBalance.NOT_OPEN
    return None if seats_left > 0 else NoBalance.FULL
