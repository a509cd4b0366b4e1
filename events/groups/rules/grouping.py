"""Grouping: splits the people present at an evening into small rooms, round by round.

    sizes = choose_sizes(present=14)
    task = GroupingTask(people=people, sizes=(sizes, sizes), blocked=pairs, seed=event_id)
    plan = plan_groups(task, PROPOSALS)
    plan = repair_groups(task_as_it_is_now, plan, from_round=2)

The objective is that of grouping benchmark 1 (`grouping-instance/1`): first the hard rules, then
no pair meets twice in the evening, then points for past company, same industry, same job, and asks
that somebody in the room can answer. Sharing a theme was added to it; without themes the points
are exactly those of the benchmark.
"""

from __future__ import annotations

from itertools import combinations
from typing import TypedDict

from events.groups.rules.grouping_board import measure_groups, set_up, set_up_for_any_sizes, why_no_plan
from events.groups.rules.grouping_ground import Ground, shared_ground
from events.groups.rules.grouping_repair import Move, moves_between, repair_groups
from events.groups.rules.grouping_search import search
from events.groups.rules.grouping_sizes import choose_sizes
from events.groups.rules.grouping_task import (
    FirstTimerRule,
    GroupingTask,
    HostRule,
    Locks,
    NoPlan,
    NoPlanCause,
    Participant,
    Quality,
    Rules,
    SeatingPlan,
    SizeLimits,
    Weights,
)

__all__ = [
    "PROPOSALS",
    "FirstTimerRule",
    "Ground",
    "GroupClaims",
    "GroupingTask",
    "HostRule",
    "Locks",
    "Move",
    "NoPlan",
    "NoPlanCause",
    "Participant",
    "Quality",
    "Rules",
    "SeatingPlan",
    "SizeLimits",
    "Weights",
    "choose_sizes",
    "explain",
    "measure",
    "moves_between",
    "plan_groups",
    "proposals_within",
    "repair_groups",
    "shared_ground",
]

# Tried swaps for one evening: well under a second for 60 people.
PROPOSALS = 200_000


class GroupClaims(TypedDict):
    """What is true of one room; round and room count from 1.

    `industries` and `jobs` are numbers of different known values, `new_pairs` the pairs that met
    neither in an earlier round nor in the past, `asks` triples of (asker, giver, topic).
    """

    round: int
    room: int
    industries: int
    jobs: int
    new_pairs: int
    asks: list[list[str]]


def plan_groups(task: GroupingTask, proposals: int = PROPOSALS) -> SeatingPlan:
    """Seat everybody present once per round, in rooms of exactly the sizes of the task.

    `proposals` is the number of tried swaps; more is better and slower. The same task and number
    give the same plan on any machine: no clock is read. A plan that is returned breaks no hard
    rule. Refuses with NoPlan when sizes do not fit the people present, and when the hard rules
    cannot be met or no seating that meets them was found; with ValueError a doubled id.
    """
    board = set_up(task)
    cause = why_no_plan(board)
    if cause:
        raise NoPlan(cause)
    found = search(board, task.seed, proposals)
    if found.quality.cause:
        raise NoPlan(found.quality.cause)
    return SeatingPlan([[[task.people[i].id for i in sorted(room)] for room in rooms] for rooms in found.rooms])


def proposals_within(seconds: float, task: GroupingTask) -> int:
    """How many proposals fit into `seconds`, with room to spare.

    Assumed: one takes 2 µs, and 1 µs more per 40 people up to 10 µs (their rows leave the cache); longer
    in rooms above 4 in proportion. docs/grouping-benchmark.md has what it took on one machine.
    """
    largest = max((size for sizes in task.sizes for size in sizes), default=0)
    microseconds = min(2 + len(task.people) / 40, 10) * max(1.0, largest / 4)
    return int(seconds * 1e6 / microseconds)


def measure(task: GroupingTask, plan: SeatingPlan) -> Quality:
    """What any plan for these people is worth, for instance after the host moved somebody.

    The sizes of the task are not looked at. Refuses (KeyError) an id that is not in it.
    """
    number = {person.id: i for i, person in enumerate(task.people)}
    rounds = [[[number[id] for id in room] for room in rooms] for rooms in plan.rounds]
    return measure_groups(set_up_for_any_sizes(task, len(rounds)), rounds)


def explain(task: GroupingTask, plan: SeatingPlan, from_round: int = 1) -> list[GroupClaims]:
    """One claim per room in use from a round on, in order. Never tells of blocks, history weights or themes.

    Earlier rounds may hold people who are not in the task (any more).
    """
    people = {person.id: person for person in task.people}
    met = {frozenset(pair[:2]) for pair in task.history}
    claims = []
    for number, rooms in enumerate(plan.rounds, start=1):
        pairs_of_round = set()
        for place, room in enumerate(rooms, start=1):
            pairs = {frozenset(pair) for pair in combinations(room, 2)}
            pairs_of_round |= pairs
            if not room or number < from_round:
                continue
            crew = [people[id] for id in room]
            claims.append(
                GroupClaims(
                    round=number,
                    room=place,
                    industries=len({p.industry for p in crew if p.industry is not None}),
                    jobs=len({p.job for p in crew if p.job is not None}),
                    new_pairs=len(pairs - met),
                    asks=_answered(crew),
                )
            )
        met |= pairs_of_round
    return claims


def _answered(crew: list[Participant]) -> list[list[str]]:
    """Each ask of somebody in the room with the first room mate who can answer it."""
    answered = []
    for asker in crew:
        for topic in dict.fromkeys(asker.asks):
            givers = (mate.id for mate in crew if mate is not asker and topic in mate.gives)
            giver = next(givers, None)
            if giver is not None:
                answered.append([asker.id, giver, topic])
    return answered
