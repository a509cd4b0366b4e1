"""Seating: whether somebody may sit there, and who sits where when some stay in their places."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from random import Random

from events.event.limits import EVENTS
from events.groups.rules.grouping import GroupingTask, Participant, choose_sizes

SMALL_GROUP, LARGEST = EVENTS.smallest_group, EVENTS.largest_group
SWAPS = 4000  # tried for one round; about a tenth of a second, with the event locked
FAULT = 100_000.0  # dearer than everything that is only a pity


class NoMove(StrEnum):
    """Why a seat stays where it is."""

    FULL = "move-full"
    LOCKED = "move-locked"
    NOBODY = "move-nobody"
    NO_REPAIR = "move-no-repair"


@dataclass(frozen=True)
class Pinned:
    """One room before a new draw: who stays in it, and whether it is to stay as it is."""

    people: tuple[str, ...] = ()
    is_closed: bool = False


def faults_in(room: Collection[Participant], blocked: Collection[frozenset[str]]) -> int:
    """How often this room breaks a hard rule: a blocked pair together, more than five people, a first-timer who is
    the only one, somebody who asked for a small room in one of more than three.
    """
    together = sum(frozenset((a.id, b.id)) in blocked for a, b in combinations(room, 2))
    lonely = len(room) > 1 and sum(person.first_timer for person in room) == 1
    crowded = sum(person.small for person in room) if len(room) > SMALL_GROUP else 0
    return together + max(0, len(room) - LARGEST) + lonely + crowded


def why_not_move(before: Sequence[Collection[int]], after: Sequence[Collection[int]]) -> NoMove | None:
    """Refused when a room would hold more people than it may, and more than now.

    Nothing else is a reason: one that not everybody can see could be found by trying, pair by pair. Who cannot sit
    together is seated apart when the round is shown.
    """
    largest = max(map(len, after), default=0)
    return NoMove.FULL if largest > max(LARGEST, *map(len, before)) else None


def draw_around(task: GroupingTask, rooms: Sequence[Pinned], group_size: int) -> list[list[str]]:
    """Seat everybody of the task in one round in which some stay where they are. Rooms keep their number; new ones
    come last, and an open room in which nobody is pinned may be left empty.

    `group_size` is the usual number in a room. The same task gives the same answer. No hard rule is promised: what
    is pinned may break one by itself, so the caller looks at what came out.
    """
    dice = Random(task.seed)  # noqa: S311 - the order of seats, nothing secret
    pinned = {person for room in rooms for person in room.people}
    free = [person.id for person in task.people if person.id not in pinned]
    dice.shuffle(free)
    costs = _Costs(task)
    seats = [list(room.people) for room in rooms]
    places = _places(seats, rooms, len(free), group_size)
    for person in free:
        place = min(places, key=lambda at: (len(seats[at]), costs.of([*seats[at], person])))
        seats[place].append(person)
    _swap_until_calm(seats, set(free), costs, dice)
    return seats


def _places(seats: list[list[str]], rooms: Sequence[Pinned], free: int, group_size: int) -> list[int]:
    """Where the free may sit: every open room in which somebody is pinned, and as many others as are needed."""
    open_at = [place for place, room in enumerate(rooms) if not room.is_closed]
    wanted = len(choose_sizes(free + sum(len(seats[place]) for place in open_at), group_size))
    used = sorted(open_at, key=lambda place: not seats[place])
    taken = used[: max(wanted, sum(bool(seats[place]) for place in open_at))]
    while len(taken) < wanted:
        taken.append(len(seats))
        seats.append([])
    return taken


def _swap_until_calm(seats: list[list[str]], free: set[str], costs: _Costs, dice: Random) -> None:
    """Let pairs of free people change places wherever both rooms together get no worse."""
    movable = [(place, i) for place, room in enumerate(seats) for i, one in enumerate(room) if one in free]
    if len(movable) < 2:
        return
    for _ in range(SWAPS):
        (a, i), (b, j) = dice.sample(movable, 2)
        if a == b:
            continue
        before = costs.of(seats[a]) + costs.of(seats[b])
        seats[a][i], seats[b][j] = seats[b][j], seats[a][i]
        if costs.of(seats[a]) + costs.of(seats[b]) > before:
            seats[a][i], seats[b][j] = seats[b][j], seats[a][i]


class _Costs:
    """What a room costs, in the points of `events.groups.rules.grouping`, hard rules before everything."""

    def __init__(self, task: GroupingTask) -> None:
        self._people: Mapping[str, Participant] = {person.id: person for person in task.people}
        self._blocked = frozenset(frozenset(pair) for pair in task.blocked)
        self._history: dict[frozenset[str], float] = {}
        for a, b, weight in task.history:
            pair = frozenset((a, b))
            self._history[pair] = self._history.get(pair, 0) + weight
        self._weights = task.weights
        self._known: dict[frozenset[str], float] = {}

    def of(self, room: Sequence[str]) -> float:
        key = frozenset(room)
        if key not in self._known:
            self._known[key] = self._count([self._people[one] for one in room])
        return self._known[key]

    def _count(self, room: Sequence[Participant]) -> float:
        points = FAULT * faults_in(room, self._blocked)
        for a, b in combinations(room, 2):
            points += self._weights.history * self._history.get(frozenset((a.id, b.id)), 0)
            points += self._weights.industry * (a.industry is not None and a.industry == b.industry)
            points += self._weights.job * (a.job is not None and a.job == b.job)
        return points
