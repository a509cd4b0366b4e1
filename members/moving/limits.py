"""The numbers of moving in, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class ListLimits:
    """A list of members in a file."""

    rows: int = 2000  # at once; checked and written in a third of a request's time on a busy machine
    megabytes: int = 2  # as many rows with a long note each
    body_megabytes: int = 16  # what is read to its end so that a sentence can be said; a photo is smaller
    file_name: int = 100  # characters that are kept
    kept_for: timedelta = timedelta(days=1)  # an upload that nobody ran

    @property
    def largest(self) -> int:
        """Bytes of a file."""
        return self.megabytes * 1024 * 1024

    @property
    def body(self) -> int:
        """Bytes of a request."""
        return self.body_megabytes * 1024 * 1024


@dataclass(frozen=True)
class DaysLimits:
    """The last day of a membership in a list."""

    farthest: timedelta = timedelta(days=3 * 366)  # farther ahead is a slip of the finger


@dataclass(frozen=True)
class ArrivalMailsLimits:
    """Invitations of those who moved in."""

    a_minute: int = 60  # mail servers slow down a site that suddenly writes to thousands


@dataclass(frozen=True)
class ImportsShownLimits:
    """The page of imports."""

    shown: int = 50


LISTS = ListLimits()
LAST_DAYS = DaysLimits()
INVITATIONS = ArrivalMailsLimits()
IMPORTS = ImportsShownLimits()
