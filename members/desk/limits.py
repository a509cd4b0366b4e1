"""The numbers of the desk, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class LooksLimits:
    """Opening the page of a member."""

    open_for: timedelta = timedelta(minutes=15)  # one matter; whoever needs longer says again why
    words_at_least: int = 4  # for a purpose that is not in the list
    words_at_most: int = 200


@dataclass(frozen=True)
class SearchLimits:
    """Looking for a member."""

    longest: int = 100  # characters of a search
    longest_key: int = 254  # of an address, the longest of what is looked for
    shown: int = 20  # more would be a directory
    fewest: int = 2  # letters of a part of a name, but for kanji, of which one is a name


@dataclass(frozen=True)
class NotesLimits:
    """What staff write about a member."""

    at_least: int = 4
    at_most: int = 1000
    name_at_most: int = 60


@dataclass(frozen=True)
class RolesLimits:
    """Roles with a last day."""

    longest: timedelta = timedelta(days=3 * 366)  # farther ahead is a slip of the finger


ROLES = RolesLimits()
LOOKS = LooksLimits()
SEARCHES = SearchLimits()
NOTES = NotesLimits()
