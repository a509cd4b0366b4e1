"""`manage.py measure_asks`: how many asks meet somebody who can answer, with asks counted and without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations
from random import Random

from django.core.management.base import BaseCommand, CommandParser

from demo.cast import PARTS, CastMember, others
from demo.simulation.chance import seat_by_chance
from demo.topics import topics_of
from events.groups.rules.drawing import KIND
from events.groups.rules.grouping import (
    GroupingTask,
    NoPlan,
    Participant,
    Rules,
    SeatingPlan,
    choose_sizes,
    explain,
    measure,
    plan_groups,
)
from members.accounts.taxonomies import nameable_themes

SIZES = (8, 12, 20, 32, 48)
BLOCKED, MET = 0.01, 0.08  # of all pairs


def without_asks(task: GroupingTask) -> SeatingPlan:
    """The groups as they were drawn before asks were known."""
    return plan_groups(replace(task, people=tuple(replace(one, gives=(), asks=()) for one in task.people)))


def by_chance(task: GroupingTask) -> SeatingPlan:
    return seat_by_chance(task, 0)


WAYS: dict[str, Callable[[GroupingTask], SeatingPlan]] = {
    "by chance": by_chance,
    "asks not counted": without_asks,
    "asks counted": plan_groups,
}


@dataclass(frozen=True)
class Measured:
    """One evening, seated in one way."""

    broken: int  # hard rules
    repeats: int
    asks: int
    answerable: int  # somebody who is there could answer
    answered: int
    same_industry: int  # pairs
    past_company: float  # points
    themes: int  # people who share a group with somebody who has a theme of theirs

    @staticmethod
    def of(task: GroupingTask, plan: SeatingPlan) -> Measured:
        people = {one.id: one for one in task.people}
        pairs = [(people[a], people[b]) for rooms in plan.rounds for room in rooms for a, b in combinations(room, 2)]
        asks = {(one.id, topic) for one in task.people for topic in one.asks}
        givers = Counter(topic for one in task.people for topic in one.gives)
        weight = {frozenset(pair[:2]): pair[2] for pair in task.history}
        answered = {(asker, topic) for claim in explain(task, plan) for asker, _giver, topic in claim["asks"]}
        quality = measure(task, plan)
        return Measured(
            broken=quality.hard,
            repeats=quality.repeats,
            asks=len(asks),
            answerable=sum(1 for person, topic in asks if givers[topic] > (topic in people[person].gives)),
            answered=len(answered),
            same_industry=sum(a.industry == b.industry for a, b in pairs),
            past_company=sum(weight.get(frozenset((a.id, b.id)), 0) for a, b in pairs),
            themes=len({one.id for a, b in pairs if set(a.themes) & set(b.themes) for one in (a, b)}),
        )


def evening_of(cast: list[CastMember], size: int, seed: int) -> GroupingTask:
    """Two rounds for some of the demo's people, with blocks, past company and first-timers."""
    dice = Random(f"{size}/{seed}")
    people = tuple(_participant(number, one, dice) for number, one in enumerate(dice.sample(cast, size)))
    pairs = list(combinations([one.id for one in people], 2))
    met = [(a, b, float(dice.randint(1, 3))) for a, b in pairs if dice.random() < MET]
    blocked = [pair for pair in pairs if dice.random() < BLOCKED]
    sizes = (tuple(choose_sizes(size, 4)),) * 2
    task = GroupingTask(people, sizes, blocked=tuple(blocked), history=tuple(met), rules=KIND, seed=seed)
    return task if _can_be_seated(task) else replace(task, rules=Rules())


def _can_be_seated(task: GroupingTask) -> bool:
    """Whether each way finds a plan; else the comfort of first-timers is given up for all, as the site does."""
    try:
        return all(seat(task) for seat in WAYS.values())
    except NoPlan:
        return False


def _participant(number: int, person: CastMember, dice: Random) -> Participant:
    gives, asks = topics_of(person)
    return Participant(
        id=f"{number:02d}",
        industry=person.industry,
        job=person.occupation,
        first_timer=dice.random() < 0.2,
        gives=tuple(gives),
        asks=tuple(asks),
        themes=tuple(theme for theme in person.themes if theme in nameable_themes()),
    )


class Command(BaseCommand):
    """Needs no database; the same numbers on any machine."""

    help = (
        "Seats evenings of the demo's people by chance, without their asks and with them, and prints what came of it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--evenings", type=int, default=20, help="of each size (20)")

    def handle(self, *, evenings: int, **options: object) -> None:
        cast = [part.person for part in PARTS] + others()
        print(
            "| people | groups | asks | answerable | answered | of the answerable | same industry | past company |"
            " with a shared theme | repeats | broken rules |"
        )
        print("|---|---|---|---|---|---|---|---|---|---|---|")
        for size in SIZES:
            tasks = [evening_of(cast, size, seed) for seed in range(evenings)]
            for way, seat in WAYS.items():
                self._line(size, way, [Measured.of(task, seat(task)) for task in tasks])

    def _line(self, size: int, way: str, found: list[Measured]) -> None:
        def total(name: str) -> float:
            return sum(getattr(one, name) for one in found)

        def mean(name: str) -> str:
            return f"{total(name) / len(found):.1f}"

        share = f"{total('answered') / total('answerable'):.0%}"
        cells = [str(size), way, *map(mean, ("asks", "answerable", "answered")), share]
        cells += [*map(mean, ("same_industry", "past_company", "themes")), f"{total('repeats'):.0f}"]
        print("|", " | ".join([*cells, f"{total('broken'):.0f}"]), "|")
