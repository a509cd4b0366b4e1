"""How much a member may take home."""

from __future__ import annotations

from enum import StrEnum


class NoNormal(StrEnum):
    """Why no further thing that was held for normal is kept."""

    ENOUGH = "normal-enough"


def why_not_another(kept: int, *, most: int) -> NoNormal | None:
    """The reason, or None."""
    return NoNormal.ENOUGH if kept >= most else None
