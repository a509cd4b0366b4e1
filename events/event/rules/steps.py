"""Steps of a number about people: no two looks at it tell of one person.

People are counted in batches. A batch holds at least `fewest` people who were never counted before; it comes as a
whole and goes as a whole, and nobody is ever in two. Every number that is shown is a sum of whole batches, and so is
every difference of two such numbers, whenever they were looked at: it concerns a whole batch or nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

Numbers = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Batch:
    """People who are counted together, and what was counted of them, by table and cell."""

    people: frozenset[int]
    numbers: Numbers = field(default_factory=dict)


@dataclass(frozen=True)
class Steps:
    """What a count stands at. `seen` are all who were ever in a batch: they are not counted a second time."""

    batches: tuple[Batch, ...] = ()
    seen: frozenset[int] = frozenset()

    @property
    def people(self) -> frozenset[int]:
        return frozenset().union(*(batch.people for batch in self.batches))

    def table(self, name: str) -> dict[str, int]:
        """One table, summed over the batches."""
        cells: dict[str, int] = {}
        for batch in self.batches:
            for cell, number in batch.numbers.get(name, {}).items():
                cells[cell] = cells.get(cell, 0) + number
        return cells


def without_the_gone(steps: Steps, present: Collection[int]) -> Steps:
    """A batch goes once fewer than half of its people are left; until then all of it stays, as it was counted."""
    there = set(present)
    kept = tuple(batch for batch in steps.batches if 2 * len(batch.people & there) >= len(batch.people))
    return replace(steps, batches=kept)


def newcomers(steps: Steps, present: Collection[int], *, fewest: int) -> frozenset[int]:
    """The people of the next batch; nobody while they are too few."""
    new = frozenset(present) - steps.seen
    return new if len(new) >= fewest else frozenset()


def with_batch(steps: Steps, batch: Batch) -> Steps:
    """The count with one batch more."""
    return Steps((*steps.batches, batch), steps.seen | batch.people)


def is_time_for_a_step(taken_at: datetime | None, pause: timedelta, now: datetime) -> bool:
    """May the count change now? A moment that lies ahead comes from a wrong clock and holds nothing up."""
    return taken_at is None or not timedelta(0) <= now - taken_at < pause
