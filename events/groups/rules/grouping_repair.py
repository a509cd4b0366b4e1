"""Repairing a seating: the fewest changes after somebody left, came late, or was blocked.

    plan = repair_groups(task, plan, from_round=2)

`task` tells who is present now; whoever sits in the old plan and is not in it has left, whoever is in it
and has no seat has joined. Most repairs move nobody or one person; only the rooms in trouble are looked
at, so that 500 people are not a matter of seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from events.groups.rules.grouping_board import (
    SMALL_GROUP,
    GroupingBoard,
    group_faults,
    set_up_for_any_sizes,
    why_no_plan,
)
from events.groups.rules.grouping_search import search
from events.groups.rules.grouping_task import GroupingTask, Locks, NoPlan, NoPlanCause, SeatingPlan, SizeLimits

# What is paid for a person in another room, and for a pair that meets again. One more move is worth a
# repeat avoided, two are not.
MOVE, REPEAT = 2, 3
EVEN = 0.001  # points per person and room mate: of equal ways, the one with the more even rooms

STEPS = 40  # changes tried without fewer faults before a round is seated anew
REST = 5  # steps for which somebody who was moved stays put while the search is stuck
NEAR = 50  # rooms looked at first for one person to change with a room in trouble
LOOKS = 1_000  # steps looked at for better rooms, once a round has no fault
AFRESH = 20_000  # tried swaps for a round that has to be seated anew
SEARCHES = 6  # ways of rooms tried for it

KIND = 1 << 16  # more than there are people: hosts, first-timers and smalls counted in one number

Crew = frozenset[int]
Worth = tuple[int, int, float]
Step = dict[int, Crew]


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody whose room of a round, counted from 1 like the round, is another than before."""

    id: str
    round: int
    old_room: int
    new_room: int


def repair_groups(
    task: GroupingTask,
    plan: SeatingPlan,
    from_round: int,
    limits: SizeLimits | None = None,
    locks: Locks | None = None,
) -> SeatingPlan:
    """The plan with everybody who is present seated in every round from `from_round` on, counted from 1.

    Earlier rounds stay as they are. Rooms keep their number; an empty one is closed, new ones come last.
    A plan that is returned breaks no hard rule of the task from `from_round` on and keeps the limits, but
    for fewer people than the smallest room holds: they sit together. As few people as possible move to
    another room, then as few pairs as possible meet again, then as many points as possible; a repeat is
    worth one move. The sizes of the task are not looked at. The same task and plan give the same answer.

    Refuses with NoPlan when limits, locks or hard rules cannot be kept or no such seating was found; with
    ValueError a round that the plan has not, and somebody who sits twice in a round.
    """
    limits = limits or SizeLimits()
    if not 1 <= from_round <= len(plan.rounds):
        raise ValueError("from_round is not a round of the plan")
    evening = _Evening(task, plan, from_round)
    rounds = plan.rounds[: from_round - 1]
    for at in range(from_round - 1, len(plan.rounds)):
        row = _Row(evening, at, limits, locks or Locks())
        row.seat()
        evening.note(at, row.crews)
        rounds.append([[task.people[i].id for i in sorted(crew)] for crew in row.crews])
    return SeatingPlan(rounds)


def moves_between(old: SeatingPlan, new: SeatingPlan) -> list[Move]:
    """The people who sit in another room than before, among those with a seat in both plans; in order of the rooms."""
    moves = []
    for number, (before, after) in enumerate(zip(old.rounds, new.rounds, strict=True), start=1):
        room_of = {id: place for place, room in enumerate(before, start=1) for id in room}
        for place, room in enumerate(after, start=1):
            moves += [Move(id, number, room_of[id], place) for id in room if room_of.get(id, place) != place]
    return moves


class _Evening:
    """Everybody's company in all rounds, as numbers of people on the board."""

    def __init__(self, task: GroupingTask, plan: SeatingPlan, from_round: int) -> None:
        self.task = task
        self.board = set_up_for_any_sizes(task, len(plan.rounds))
        self.present = self.board.present
        number = {person.id: i for i, person in enumerate(task.people)}
        self.rounds: list[list[Crew]] = []
        for at, rooms in enumerate(plan.rounds):
            if sum(map(len, rooms)) != len({id for room in rooms for id in room}):
                raise ValueError("somebody sits twice in a round")
            known = [[number[id] for id in room if id in number] for room in rooms]
            here = set(self.present[at] if at + 1 >= from_round else range(len(number)))
            self.rounds.append([frozenset(i for i in room if i in here) for room in known])
        self.kind = [person.host + KIND * (person.first_timer + KIND * person.small) for person in task.people]
        self.met: list[Counter[int]] = [Counter() for _ in task.people]
        self.served = [0] * len(self.board.wish_points)
        for crews in self.rounds:
            self._count(crews, 1)

    def forget(self, at: int) -> list[Crew]:
        """The crews of a round, which from now on is not counted."""
        self._count(self.rounds[at], -1)
        return self.rounds[at]

    def note(self, at: int, crews: list[Crew]) -> None:
        self.rounds[at] = crews
        self._count(crews, 1)

    def _count(self, crews: Iterable[Crew], by: int) -> None:
        met, serves = self.met, self.board.serves
        for crew in crews:
            for i, j in combinations(crew, 2):
                for one, other in ((i, j), (j, i)):
                    met[one][other] += by
                    if not met[one][other]:
                        del met[one][other]
                for wish in serves[i].get(j, ()):
                    self.served[wish] += by


class _Row:
    """One round under repair: `crews` by room, and what each is worth with the other rounds as they are."""

    def __init__(self, evening: _Evening, at: int, limits: SizeLimits, locks: Locks) -> None:
        self.evening = evening
        self.board: GroupingBoard = evening.board
        self.crews = list(evening.forget(at))
        self.home = {i: place for place, crew in enumerate(self.crews) for i in crew}
        self.present = evening.present[at]
        number = {person.id: i for i, person in enumerate(evening.task.people)}
        self.stay = {number[id] for in_round, id in locks.people if in_round == at + 1 and id in number}
        self.shut = {room - 1 for in_round, room in locks.rooms if in_round == at + 1}
        self.stay |= {i for i, place in self.home.items() if place in self.shut}
        self.limits = replace(limits, smallest=min(limits.smallest, len(self.present)))
        self._worth: dict[tuple[int, Crew], Worth] = {}
        self._mixes: dict[tuple[int, int], int] = {}

    def seat(self) -> None:
        """Seat everybody. Refuses (NoPlan) what cannot be or was not found."""
        if not self._numbers_of_rooms():
            raise NoPlan(NoPlanCause.SIZES)
        for i in self.present:
            if i not in self.home:
                self._take(min(self._ways_in(i), key=self._gain))
        if not self._settle():
            self._seat_afresh()
        self._polish()

    # What is a crew worth?

    def worth(self, place: int, crew: Crew) -> Worth:
        """(faults, burden of moves and repeats, points) of these people in this room."""
        key = place, crew
        if key not in self._worth:
            self._worth[key] = self._weigh(place, crew)
        return self._worth[key]

    def _weigh(self, place: int, crew: Crew) -> Worth:
        if not crew:
            return (0, 0, 0.0)
        board, met = self.board, self.evening.met
        faults = self._faults_of_mix(len(crew), sum(self.evening.kind[i] for i in crew))
        moved = [i for i in crew if self.home.get(i) not in (place, None)]
        faults += sum(i in self.stay for i in moved)
        if place in self.shut:
            faults += sum(self.home.get(i) != place for i in crew)
        repeats, points = 0, EVEN * len(crew) ** 2
        wishes: set[int] = set()
        for i, j in combinations(crew, 2):
            faults += j in board.blocked[i]
            repeats += j in met[i]
            points += board.pair[i][j]
            if j in board.serves[i]:
                wishes.update(board.serves[i][j])
        points -= sum(board.wish_points[wish] for wish in sorted(wishes) if not self.evening.served[wish])
        return (faults, MOVE * len(moved) + REPEAT * repeats, points)

    def _faults_of_mix(self, size: int, mix: int) -> int:
        if (size, mix) not in self._mixes:
            rest, hosts = divmod(mix, KIND)
            smalls, first_timers = divmod(rest, KIND)
            faults = sum(group_faults(self.board.rules, size, hosts, first_timers, smalls))
            self._mixes[size, mix] = faults + max(0, self.limits.smallest - size, size - self.limits.largest)
        return self._mixes[size, mix]

    def _gain(self, step: Step) -> Worth:
        """What the round is worth more (it is better when less) once these rooms hold these people."""
        faults, burden, points = 0, 0, 0.0
        for place, crew in step.items():
            new, old = self.worth(place, crew), self.worth(place, self._crew(place))
            faults += new[0] - old[0]
            burden += new[1] - old[1]
            points += new[2] - old[2]
        return (faults, burden, round(points, 6))

    def _crew(self, place: int) -> Crew:
        return self.crews[place] if place < len(self.crews) else frozenset()

    def _take(self, step: Step) -> None:
        for place, crew in sorted(step.items()):
            if place == len(self.crews):
                self.crews.append(crew)
            self.crews[place] = crew

    # Getting rid of faults

    def _settle(self) -> bool:
        """Change rooms until none has a fault. Rooms in trouble change with any other, the cheapest way
        first; where no way helps, the least harmful one is taken, and who was moved rests a while."""
        left = STEPS
        resting: dict[int, int] = {}
        fewest, best = self._faults(), self.crews
        while fewest and left:
            left -= 1
            step = self._cure() or self._detour({i for i, until in resting.items() if until > left})
            if step is None:
                break
            for place, crew in step.items():
                resting |= dict.fromkeys(crew - self._crew(place), left - REST)
            self.crews = list(self.crews)
            self._take(step)
            faults = self._faults()
            if faults < fewest:
                fewest, best, left = faults, self.crews, STEPS
        self.crews = best
        return not fewest

    def _faults(self) -> int:
        return sum(self.worth(place, crew)[0] for place, crew in enumerate(self.crews))

    def _troubled(self) -> list[int]:
        return [place for place, crew in enumerate(self.crews) if self.worth(place, crew)[0]]

    def _cure(self) -> Step | None:
        """The cheapest step per fault that it takes away: one that helps several rooms in trouble at once, else
        one for the first room that has any."""
        troubled = self._troubled()
        cure = self._cheapest(step for place in troubled for step in self._among(place, troubled))
        if cure and cure[0][0] < MOVE:
            return cure[1]
        for place in troubled:
            near = self._others(place)[:NEAR]
            for steps in (self._single(place, near), self._single(place), self._larger(place)):
                cure = self._cheapest(steps)
                if cure:
                    return cure[1]
        return None

    def _cheapest(self, steps: Iterable[Step]) -> tuple[tuple[float, float], Step] | None:
        gains = ((self._gain(step), step) for step in steps)
        cures = (((burden / -faults, points), step) for (faults, burden, points), step in gains if faults < 0)
        return min(cures, key=lambda cure: cure[0], default=None)

    def _detour(self, resting: set[int]) -> Step | None:
        steps = [
            step
            for place in self._troubled()
            for steps in (self._single(place), self._larger(place))
            for step in steps
            if not any(resting & (crew - self._crew(at)) for at, crew in step.items())
        ]
        return min(steps, key=self._gain, default=None)

    def _single(self, place: int, others: list[tuple[int, Crew]] | None = None) -> Iterator[Step]:
        """One person comes into the room from one of the others (from any), or leaves it for one."""
        here = self.crews[place]
        for other, there in others or self._others(place):
            if len(there) > self.limits.smallest:
                for i in sorted(there):
                    yield {place: here | {i}, other: there - {i}}
            if len(there) < self.limits.largest:
                for i in sorted(here):
                    yield {place: here - {i}, other: there | {i}}

    def _among(self, place: int, troubled: list[int]) -> Iterator[Step]:
        """One person goes to another room in trouble, or everybody goes to such rooms."""
        here = self.crews[place]
        others = [other for other in troubled if other != place]
        for other in others:
            for i in sorted(here):
                yield {place: here - {i}, other: self.crews[other] | {i}}
        if others and len(here) <= self.limits.smallest:
            yield self._closing(place, others)

    def _larger(self, place: int) -> Iterator[Step]:
        """Two change places, the room is closed, or another is opened."""
        here = self.crews[place]
        for other, there in self._others(place):
            for i in sorted(here):
                for j in sorted(there):
                    yield {place: here - {i} | {j}, other: there - {j} | {i}}
        others = [other for other, _ in self._others(place)]
        if others:
            yield self._closing(place, others)
        for i in sorted(here):
            if opening := self._opening(place, i):
                yield opening

    def _others(self, place: int) -> list[tuple[int, Crew]]:
        """The other rooms in use, the next ones first."""
        numbered = list(enumerate(self.crews))
        return [(other, there) for other, there in numbered[place + 1 :] + numbered[:place] if there]

    def _ways_in(self, i: int) -> list[Step]:
        ways = [{place: crew | {i}} for place, crew in enumerate(self.crews) if crew]
        return ways or [{self._free(): frozenset({i})}]

    def _free(self) -> int:
        """The number of a room nobody is in: a closed one, else a new one."""
        return next((place for place, crew in enumerate(self.crews) if not crew), len(self.crews))

    def _closing(self, place: int, others: list[int]) -> Step:
        """Everybody leaves the room, each for the one of the others where they do best."""
        step: Step = {place: frozenset()}
        for i in sorted(self.crews[place]):
            step = min((step | {other: step.get(other, self.crews[other]) | {i}} for other in others), key=self._gain)
        return step

    def _opening(self, place: int, first: int) -> Step | None:
        """Somebody moves into a new room, and whoever does best comes along until it is large enough."""
        new = self._free()
        step: Step = {place: self.crews[place] - {first}, new: frozenset({first})}
        while len(step[new]) < self.limits.smallest:
            ways = [
                step | {other: step.get(other, there) - {i}, new: step[new] | {i}}
                for other, there in enumerate(self.crews)
                for i in sorted(step.get(other, there))
                if len(step.get(other, there)) > self.limits.smallest
            ]
            if not ways:
                return None
            step = min(ways, key=self._gain)
        return step

    # Seating a round anew

    def _numbers_of_rooms(self) -> list[int]:
        """How many rooms can hold everybody within the limits: nearest to those in use first."""
        count, used = len(self.present), sum(map(bool, self.crews))
        if not count:
            return [0]
        numbers = range(-(-count // self.limits.largest), count // self.limits.smallest + 1)
        return sorted(numbers, key=lambda rooms: abs(rooms - used))

    def _sizes(self, rooms: int) -> list[tuple[int, ...]]:
        """Sizes of so many rooms: as even as can be, then with more and more rooms as small as some ask for."""
        small = max(SMALL_GROUP, self.limits.smallest)
        tries = [_even(len(self.present), rooms)]
        for some in range(1, rooms):
            sizes = _even(len(self.present) - some * small, rooms - some)
            if small <= min(sizes) and max(sizes) <= self.limits.largest:
                tries.append(sizes + (small,) * some)
        return list(dict.fromkeys(tries))

    def _seat_afresh(self) -> None:
        """Leave the old rooms aside; those who sat together most keep their number."""
        causes: list[NoPlanCause] = []
        searches = 0
        everybody = replace(self.board, present=[self.present], pair=self._pair_with_repeats())
        for sizes in (sizes for rooms in self._numbers_of_rooms() for sizes in self._sizes(rooms)):
            board = replace(everybody, sizes=(sizes,))
            cause = why_no_plan(board)
            if cause is None and searches < SEARCHES:
                searches += 1
                found = search(board, self.evening.task.seed, AFRESH)
                cause = found.quality.cause
                if cause is None:
                    self.crews = self._numbered([frozenset(room) for room in found.rooms[0]])
                    if not self._faults():
                        return
                    cause = NoPlanCause.LOCKED
                causes.insert(0, cause)
            causes += [cause] if cause else []
        raise NoPlan(causes[0])

    def _pair_with_repeats(self) -> list[list[float]]:
        repeat = self.evening.task.weights.repeat
        pair = [row[:] for row in self.board.pair]
        for i, met in enumerate(self.evening.met):
            for j in met:
                pair[i][j] += repeat
        return pair

    def _numbered(self, crews: list[Crew]) -> list[Crew]:
        rooms = [frozenset(i for i, at in self.home.items() if at == place) for place in range(len(self.crews))]
        wanted = sorted(
            ((-len(crew & room), place, at) for place, room in enumerate(rooms) for at, crew in enumerate(crews)),
        )
        numbered: list[Crew] = [frozenset()] * len(rooms)
        waiting = dict(enumerate(crews))
        for _, place, at in wanted:
            if at in waiting and not numbered[place]:
                numbered[place] = waiting.pop(at)
        return numbered + list(waiting.values())

    # Fewer moves, then fewer repeats, then more points

    def _polish(self) -> None:
        """Who was moved or came may do better in another room; or may stay, as somebody else does better."""
        looks = LOOKS
        for ways in (self._elsewhere, self._instead):
            for i in self.present:
                place = self._place_of(i)
                if self.home.get(i) == place or looks <= 0:
                    continue
                steps = list(ways(i, place))
                looks -= len(steps)
                step = min(steps, key=self._gain, default={})
                if self._gain(step) < (0, 0, 0.0):
                    self._take(step)

    def _place_of(self, i: int) -> int:
        return next(place for place, crew in enumerate(self.crews) if i in crew)

    def _elsewhere(self, i: int, place: int) -> Iterator[Step]:
        here = self.crews[place] - {i}
        for other, there in self._others(place):
            yield {place: here, other: there | {i}}

    def _instead(self, i: int, place: int) -> Iterator[Step]:
        """Somebody comes from another room; i goes there, or home."""
        here, home = self.crews[place] - {i}, self.home.get(i)
        for other, there in self._others(place):
            for j in sorted(there):
                yield {place: here | {j}, other: there - {j} | {i}}
                if home not in (None, other) and len(there) > self.limits.smallest:
                    yield {place: here | {j}, home: self.crews[home] | {i}, other: there - {j}}


def _even(count: int, rooms: int) -> tuple[int, ...]:
    size, larger = divmod(count, rooms)
    return (size + 1,) * larger + (size,) * (rooms - larger)
