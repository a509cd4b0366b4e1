"""The numbers of the screening, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class PatternsLimits:
    """A phrase of the list that texts are screened with."""

    at_least: int = 2  # characters
    at_most: int = 40  # characters
    wildcards: int = 3
    gap: int = 12  # letters that a wildcard stands for, at most
    note: int = 100  # characters of why the phrase is there
    tried: int = 600  # characters of a sentence to try the list on: as long as a letter

    @property
    def pieces(self) -> int:
        """Into so many parts the wildcards cut a phrase."""
        return self.wildcards + 1


@dataclass(frozen=True)
class AttemptsLimits:
    """Words that were refused, and are sent again."""

    same_for: timedelta = timedelta(minutes=10)  # the very same ones: a second click, not a second find


PATTERNS = PatternsLimits()
ATTEMPTS = AttemptsLimits()
