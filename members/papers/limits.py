"""The numbers of receipts, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReceiptsLimits:
    """A receipt and its addressee."""

    addressee_at_most: int = 60  # characters: two lines of the paper
    reissues_at_most: int = 5  # of one receipt: each makes the one before void


RECEIPTS = ReceiptsLimits()
