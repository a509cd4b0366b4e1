"""The rules of an evening: what may be asked of a group because its people share it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class NoWriting(StrEnum):
    """Why what somebody wrote on the evening is not kept."""

    WORD_LONG = "running-word-long"
    NOTE_LONG = "running-note-long"


@dataclass(frozen=True)
class ToldInGroup:
    """What one person of a group shows to all of it, and the open themes that they chose and show to nobody."""

    reasons: frozenset[str] = frozenset()
    industries: frozenset[str] = frozenset()  # the present one and those before
    themes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SharedThings:
    """What a group may be asked about: by key, the most shared first."""

    reasons: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()


NOTHING = SharedThings()


def shared_things(people: Sequence[ToldInGroup], nameable: Collection[str]) -> SharedThings:
    """What at least two of these people share.

    Reasons and industries stand on their cards. Themes do not: one is asked about only where at least two chose it and
    at least two did not. So nobody can tell from the question who chose it, neither the only one without it nor one of
    a group that has it all. Private themes are never among them (`nameable`).
    """
    themes = Counter(theme for one in people for theme in one.themes if theme in nameable)
    return SharedThings(
        reasons=_by_two(one.reasons for one in people),
        industries=_by_two(one.industries for one in people),
        themes=_most_first(Counter({key: count for key, count in themes.items() if 2 <= count <= len(people) - 2})),
    )


def _by_two(told: Iterable[frozenset[str]]) -> tuple[str, ...]:
    counted = Counter(key for keys in told for key in keys)
    return _most_first(Counter({key: count for key, count in counted.items() if count >= 2}))


def _most_first(counted: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(counted, key=lambda key: (-counted[key], key)))
