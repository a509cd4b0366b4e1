"""A value that is known, or known to lie between two."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """A value that is known, or known to lie between two."""

    low: float
    high: float

    @property
    def is_exact(self) -> bool:
        """Whether the value itself is known."""
        return self.low == self.high
