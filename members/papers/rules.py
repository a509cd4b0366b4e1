"""Receipts: their numbers, the tax in them, and why none is issued."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from members.papers.limits import RECEIPTS
from members.texts.rules.screening import ScreeningKind

# What may be in no addressee. The name of a company may: that is what it is for.
BARRED = frozenset({ScreeningKind.CONTACT, ScreeningKind.LINK, ScreeningKind.LOOKS, ScreeningKind.PUT_DOWN})


class NoReceipt(StrEnum):
    """Why no receipt is issued."""

    NOTHING_PAID = "receipt-nothing-paid"
    ADDRESSEE_BARRED = "receipt-addressee-barred"
    RETURNED = "receipt-returned"
    OFTEN_REISSUED = "receipt-often-reissued"


@dataclass(frozen=True)
class RateSum:
    """What stands on a paper for one rate, in yen."""

    tax_percent: int
    amount_yen: int  # with tax
    tax_yen: int


def sums_by_rate(lines: Iterable[tuple[int, int]]) -> list[RateSum]:
    """The sum and the tax in it for each rate of these lines (percent, yen with tax), the highest rate first.

    The fraction of a yen is dropped once for each rate of a paper, never for each line (消費税法施行令 70条の10).
    """
    sums: Counter[int] = Counter()
    for percent, yen in lines:
        sums[percent] += yen
    return [RateSum(rate, yen, _tax_in(yen, rate)) for rate, yen in sorted(sums.items(), reverse=True)]


def _tax_in(yen: int, rate: int) -> int:
    """Of what goes back as much as of what came: towards nothing."""
    tax = abs(yen) * rate // (100 + rate)
    return tax if yen >= 0 else -tax


def paper_number(year: int, number: int) -> str:
    """The number as it stands on the paper: 2026-000012."""
    return f"{year}-{number:06d}"


def why_not_reissue(*, has_returns: bool, reissues: int) -> NoReceipt | None:
    """The first reason against another addressee for a receipt: its money went back, or it was done too often."""
    if has_returns:
        return NoReceipt.RETURNED
    return NoReceipt.OFTEN_REISSUED if reissues >= RECEIPTS.reissues_at_most else None
