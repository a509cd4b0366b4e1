"""What the people of one group have in common, as far as it may be said to all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from events.groups.rules.grouping_task import Participant


@dataclass(frozen=True, slots=True)
class Ground:
    """Themes, industries and jobs that at least two of `people` share, each with how many do; the most
    shared first, then in the order of the keys. `industries_met` are all different known ones."""

    people: int
    themes: tuple[tuple[str, int], ...] = ()
    industries: tuple[tuple[str, int], ...] = ()
    jobs: tuple[tuple[str, int], ...] = ()
    industries_met: int = 0


def shared_ground(people: Sequence[Participant], nameable: Collection[str]) -> Ground:
    """What may stand on the card of a group.

    `nameable` are the themes that may be said at all: those of sensitivity 3 are not, even where their
    holders let them bring people together. Nothing that a single person has alone is ever named.
    """
    themes = (theme for one in people for theme in set(one.themes) if theme in nameable)
    industries = [one.industry for one in people if one.industry is not None]
    return Ground(
        people=len(people),
        themes=_shared(themes),
        industries=_shared(industries),
        jobs=_shared(one.job for one in people if one.job is not None),
        industries_met=len(set(industries)),
    )


def _shared(values: Iterable[str]) -> tuple[tuple[str, int], ...]:
    counted = Counter(values).items()
    return tuple(
        sorted(((value, times) for value, times in counted if times > 1), key=lambda item: (-item[1], item[0]))
    )
