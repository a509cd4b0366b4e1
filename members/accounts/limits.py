"""The numbers of profiles and of what is new for a member, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class NewsLimits:
    """What came to a member and has not been seen."""

    looks_back_for: timedelta = timedelta(days=30)  # what is older is no news, seen or not
    remembered_for: timedelta = timedelta(minutes=1)  # by each process: the header stands on every page


@dataclass(frozen=True)
class ProfileWordsLimits:
    """How long what members write about themselves may be, in characters."""

    called_name: int = 30
    name_reading: int = 60
    joined_because: int = 80


NEWS = NewsLimits()
PROFILE_WORDS = ProfileWordsLimits()
