"""Lotteries: who wins a seat, in an order that anybody can work out again.

Each ticket holds a number of lots; a lot is a number nobody could foresee, and a ticket counts by its smallest. That
is weighted sampling without replacement: the best of w even numbers is spread as u^(1/w), the key of Efraimidis and
Spirakis, "Weighted random sampling with a reservoir", Information Processing Letters 97 (2006), 181-185. Lots make
the same draw with whole numbers only, so that a short script finds the very same order (docs/recompute_draw.py).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from events.registration.limits import LOTS


@dataclass(frozen=True)
class Result:
    """How one lottery ended for a member. A seat offered later and answered, either way, is a win too."""

    at: datetime
    day: date  # in Japan
    is_win: bool


@dataclass(frozen=True, order=True)
class LotteryEntry:
    """What takes part in a draw: a random code that only its holder knows to be theirs, and its lots."""

    code: str
    lots: int


def lots_of(results: Iterable[Result], *, mark_points: int = 0, now: datetime) -> int:
    """How many lots a member's ticket holds.

    Losses of the last 90 days add to it: one a day, three at most, and none from before the latest win.
    Each point of a mark takes one away, but never the last.
    """
    recent = [result for result in results if now - LOTS.losses_count_for <= result.at <= now]
    last_win = max((result.at for result in recent if result.is_win), default=None)
    days = {result.day for result in recent if not result.is_win and (last_win is None or result.at > last_win)}
    return max(1, LOTS.each + LOTS.per_loss * min(len(days), LOTS.losses) - mark_points)


def hash_of(seed: str) -> str:
    """What is published of the seed (hexadecimal) before anybody can apply: its SHA-256."""
    return hashlib.sha256(bytes.fromhex(seed)).hexdigest()


def list_digest(tickets: Iterable[LotteryEntry]) -> str:
    """The SHA-256 of the frozen list: a line `code lots` for each ticket, in the order of the codes."""
    lines = "".join(f"{ticket.code} {ticket.lots}\n" for ticket in sorted(tickets))
    return hashlib.sha256(lines.encode()).hexdigest()


def drawn_order(seed: str, tickets: Sequence[LotteryEntry]) -> list[str]:
    """The codes in the order drawn: by the smallest lot of each.

    The seed was fixed before anybody applied and the list before anybody knew the seed; the lots hang on both.
    """
    key = hashlib.sha256(bytes.fromhex(seed) + bytes.fromhex(list_digest(tickets))).digest()
    return [ticket.code for ticket in sorted(tickets, key=lambda ticket: _smallest_lot(key, ticket))]


def is_draw_due(applications_until: datetime, ends_at: datetime, *, now: datetime) -> bool:
    """Whether the list is complete, and a seat still of use to anybody."""
    return applications_until <= now < ends_at


def _smallest_lot(key: bytes, ticket: LotteryEntry) -> bytes:
    lots = range(1, ticket.lots + 1)
    return min(hmac.digest(key, f"{ticket.code}/{number}".encode(), "sha256") for number in lots)
