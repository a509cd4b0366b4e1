"""The best seating that a given number of tried swaps finds.

Simulated annealing: two people of a round change places, and the change is priced over their room
mates only. While searching, a repeated meeting costs little, so that the search can pass through
seatings with repeats; finished seatings are compared strictly (Quality.rank). Only the order of
lists and the seeded dice decide, so that the same task gives the same seating anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log
from random import Random

from events.groups.rules.grouping_board import GroupingBoard, group_faults, measure_groups
from events.groups.rules.grouping_task import HostRule, Quality

WorkingGroups = list[list[list[int]]]

# CROWD and its temperatures are the benchmark's advice. Run length, SOFT_REPEATS, HOT, COLD, LAST_PASS
# and REHEAT were chosen on ten public instances of 11 to 60 people with three seeds each, at 200 000 and
# 400 000 proposals; most differences there were no larger than those between seeds. Clear were a last
# pass of a quarter (a tenth: 0.7 points of score less) and SOFT_REPEATS (80, 120, 200: 2 points less).
# The other numbers are untuned guesses.
# Points are those of the published weights; GroupingBoard.unit turns them into the points of the task.
CROWD = 100  # from this many people on, one long run finds more than many short ones
SWEEPS_PER_PERSON = 20  # length of a short run
LAST_PASS = 0.25  # share of a run
SOFT_REPEATS = (20.0, 30.0, 80.0)  # taken in turn by the runs
HOT, COLD = 20.0, 2.0
REHEAT = 6.0  # every second run starts from the best seating so far, at this temperature
HOT_CROWD, COLD_CROWD = 12.0, 0.7
HOT_LAST, COLD_LAST = 4.0, 0.3
REPEAT = 1000.0
HARD = 1e6

# Swaps this many temperatures uphill have one chance in 3000, and are not looked at closer.
HOPELESS = 8.0
# Two asks: what the wishes may still take off a swap that looks hopeless. They can take off more;
# such swaps are missed, which is cheaper than an exact bound. What it costs was not measured.
WISHES = 12.0

# Keeping the hard rules when a search did not: faults cost so little here that the way to a
# seating without faults may lead over one with more of them.
SETTLE_HARD = 100.0
SETTLE_HOT, SETTLE_COLD = 80.0, 8.0
SETTLE_AGAIN = 3
SETTLE_SWEEPS = 100
SETTLE_PROPOSALS = 100_000


@dataclass(frozen=True, slots=True)
class Pass:
    """One cooling. A sweep tries one swap per seat; `hot` and `cold` are the first and the last
    temperature, `repeat` and `hard` the prices of a repeated meeting and of a fault; in points."""

    sweeps: int
    hot: float
    cold: float
    repeat: float
    hard: float = HARD


@dataclass(frozen=True, slots=True)
class Seating:
    rooms: WorkingGroups
    quality: Quality


def search(board: GroupingBoard, seed: int, proposals: int) -> Seating:
    """The best seating found with about `proposals` tried swaps; each seat is tried at least four
    times. If hard rules are still broken, up to SETTLE_PROPOSALS more per round go into them; if
    faults then remain, the rules most likely cannot be kept, but that is not proved.
    """
    dice = Random(seed)  # noqa: S311 - for seating people, not for secrets
    runs = _runs(board, proposals // max(1, sum(map(len, board.present))))
    best = _run(board, _seat_at_random(board, dice), runs[0], dice)
    for number, (first, *rest) in enumerate(runs[1:], start=1):
        if _is_perfect(board, best.quality):
            break
        if number % 2:
            found = _run(board, _copy(best.rooms), (replace(first, hot=REHEAT), *rest), dice)
        else:
            found = _run(board, _seat_at_random(board, dice), (first, *rest), dice)
        if found.quality.rank < best.quality.rank:
            best = found
    return _settle(board, best, dice) if best.quality.hard else best


def _runs(board: GroupingBoard, sweeps: int) -> list[tuple[Pass, ...]]:
    if len(board.people) >= CROWD:
        runs, hot, cold = 1, HOT_CROWD, COLD_CROWD
    else:
        short = SWEEPS_PER_PERSON * max(10, len(board.people))
        runs, hot, cold = max(1, round(sweeps / short)), HOT, COLD
    each = max(4, sweeps // runs)
    last = max(2, int(each * LAST_PASS))
    final = Pass(last, HOT_LAST, COLD_LAST, REPEAT)
    return [(Pass(each - last, hot, cold, SOFT_REPEATS[(run + 1) % len(SOFT_REPEATS)]), final) for run in range(runs)]


def _run(board: GroupingBoard, rooms: WorkingGroups, passes: Sequence[Pass], dice: Random) -> Seating:
    for cooling in passes:
        _anneal(board, rooms, cooling, dice)
    return Seating(rooms, measure_groups(board, rooms))


def _copy(rooms: WorkingGroups) -> WorkingGroups:
    return [[room[:] for room in row] for row in rooms]


def _is_perfect(board: GroupingBoard, quality: Quality) -> bool:
    best_soft = -sum(board.wish_points)
    return quality.hard == 0 and quality.repeats == 0 and quality.soft <= best_soft


def _seat_at_random(board: GroupingBoard, dice: Random) -> WorkingGroups:
    """Dealt like cards; hosts first where every room needs one."""
    seating = []
    for present, sizes in zip(board.present, board.sizes, strict=True):
        queue = present[:]
        dice.shuffle(queue)
        if board.rules.host is HostRule.EACH_GROUP:
            queue.sort(key=lambda i: not board.people[i].host)
        cards = iter(queue)
        rooms: list[list[int]] = [[] for _ in sizes]
        for card in range(max(sizes, default=0)):
            for room, size in zip(rooms, sizes, strict=True):
                if card < size:
                    room.append(next(cards))
        seating.append(rooms)
    return seating


def _settle(board: GroupingBoard, seating: Seating, dice: Random) -> Seating:
    """Cool a little longer, which mostly is enough; then seat each round that still breaks a hard
    rule anew, by itself, as hard rules do not look across rounds."""
    for _ in range(SETTLE_AGAIN):
        _anneal(board, seating.rooms, Pass(4, HOT_LAST, COLD_LAST, REPEAT), dice)
        seating = Seating(seating.rooms, measure_groups(board, seating.rooms))
        if not seating.quality.hard:
            return seating
    loose = Pass(SETTLE_SWEEPS, SETTLE_HOT, SETTLE_COLD, 0, SETTLE_HARD)
    strict = Pass(SETTLE_SWEEPS // 5, HOT_LAST, COLD_LAST, 0)
    rooms = []
    for number, row in enumerate(seating.rooms):
        alone = replace(board, sizes=(board.sizes[number],), present=[board.present[number]])
        best = Seating([row], measure_groups(alone, [row]))
        tried = 0
        while best.quality.hard and tried < SETTLE_PROPOSALS:
            found = _run(alone, _seat_at_random(alone, dice), (loose, strict), dice)
            tried += (loose.sweeps + strict.sweeps) * max(1, len(alone.present[0]))
            best = min(best, found, key=lambda seating: seating.quality.rank)
        if best.quality.hard:
            return seating
        rooms.append(best.rooms[0])
    _anneal(board, rooms, Pass(SETTLE_SWEEPS // 10, HOT_LAST, COLD_LAST, REPEAT), dice)
    return Seating(rooms, measure_groups(board, rooms))


def _anneal(board: GroupingBoard, rooms: WorkingGroups, cooling: Pass, dice: Random) -> None:
    """Improve `rooms` in place.

    Longer than a function should be: in here a call costs as much as the work. `points[i][j]` is
    the price of one more meeting of i and j. As two people who share a room have met once, leaving
    gives back that price less one repeat, which `fixed` adds up for a whole room.
    """
    repeat = cooling.repeat * board.unit
    hard = cooling.hard * board.unit
    slack = WISHES * board.unit
    points = _prices(board, rooms, repeat, hard)
    serves, worth, served = board.serves, board.wish_points, _times_served(board, rooms)
    seats = [(room, i) for row in rooms for room in row for i in room]
    room_at = [room for room, _ in seats]
    who = [i for _, i in seats]
    fixed = [repeat * (len(room) - 1) for room, _ in seats]
    mixes = _Mixes(board, hard)
    mix, mix_at = mixes.of_rooms(rooms)
    kind = mixes.kind
    spans = _spans(rooms)

    random = dice.random
    heat = cooling.hot * board.unit
    cool = (cooling.cold / cooling.hot) ** (1 / max(1, cooling.sweeps - 1))
    for _ in range(cooling.sweeps):
        hopeless = HOPELESS * heat + slack
        for start, stop in spans:
            width = stop - start
            for p in range(start, stop):
                q = start + int(random() * width)
                here, there = room_at[p], room_at[q]
                if here is there:
                    continue
                a, b = who[p], who[q]
                of_a, of_b = points[a], points[b]
                change = fixed[p] + fixed[q] - 2 * of_a[b]
                for k in here:
                    change += of_b[k] - of_a[k]
                for k in there:
                    change += of_a[k] - of_b[k]
                shift = kind[b] - kind[a]
                if shift:
                    g, h = mix_at[p], mix_at[q]
                    change += mixes[mix[g] + shift] - mixes[mix[g]]
                    change += mixes[mix[h] - shift] - mixes[mix[h]]
                if change > hopeless:
                    continue
                uphill = -heat * log(1 - random())
                turns = None
                if serves[a] or serves[b]:
                    if change > uphill + slack:
                        continue
                    turns = _turns(serves[a], serves[b], here, there, a, b)
                    for wish, turn in turns.items():
                        if turn > 0 and not served[wish]:
                            change -= worth[wish]
                        elif turn < 0 and not served[wish] + turn:
                            change += worth[wish]
                if change > uphill:
                    continue
                if turns:
                    for wish, turn in turns.items():
                        served[wish] += turn
                if shift:
                    mix[g] += shift
                    mix[h] -= shift
                _change_mates(points, here, a, b, repeat)
                _change_mates(points, there, b, a, repeat)
                who[p], who[q] = b, a
                here[here.index(a)] = b
                there[there.index(b)] = a
        heat *= cool


def _prices(board: GroupingBoard, rooms: WorkingGroups, repeat: float, hard: float) -> list[list[float]]:
    points = [row[:] for row in board.pair]
    for i, others in enumerate(board.blocked):
        for j in others:  # an addition each: the order in the set does not show
            points[i][j] += hard
    for room in (room for row in rooms for room in row):
        for i in room:
            of_i = points[i]
            for j in room:
                if j != i:
                    of_i[j] += repeat
    return points


def _times_served(board: GroupingBoard, rooms: WorkingGroups) -> list[int]:
    served = [0] * len(board.wish_points)
    for room in (room for row in rooms for room in row):
        for at, i in enumerate(room):
            for j in room[at + 1 :]:
                for wish in board.serves[i].get(j, ()):
                    served[wish] += 1
    return served


def _spans(rooms: WorkingGroups) -> list[tuple[int, int]]:
    """First seat and the seat after the last of every round."""
    spans, start = [], 0
    for row in rooms:
        stop = start + sum(map(len, row))
        spans.append((start, stop))
        start = stop
    return spans


def _turns(
    by_a: dict[int, list[int]],
    by_b: dict[int, list[int]],
    here: list[int],
    there: list[int],
    a: int,
    b: int,
) -> dict[int, int]:
    """How often each wish is served more (less) once a leaves `here` and b leaves `there`."""
    turns: dict[int, int] = {}
    for room, leaver, leaving, coming in ((here, a, by_a, by_b), (there, b, by_b, by_a)):
        for k in room:
            if k == leaver:
                continue
            if k in leaving:
                for wish in leaving[k]:
                    turns[wish] = turns.get(wish, 0) - 1
            if k in coming:
                for wish in coming[k]:
                    turns[wish] = turns.get(wish, 0) + 1
    return turns


def _change_mates(points: list[list[float]], room: list[int], leaver: int, comer: int, repeat: float) -> None:
    of_leaver, of_comer = points[leaver], points[comer]
    for k in room:
        if k != leaver:
            of_leaver[k] -= repeat
            of_comer[k] += repeat
            of_k = points[k]
            of_k[leaver] -= repeat
            of_k[comer] += repeat


class _Mixes(dict[int, float]):
    """Price of the faults of a room by its mix: size, smalls, first-timers and hosts in one number,
    so that a swap adds and subtracts; worked out when a mix is first met.

    `kind` is what a person adds to the mix: 0 for all when no rule looks at them.
    """

    def __init__(self, board: GroupingBoard, hard: float) -> None:
        super().__init__()
        self._rules = board.rules
        self._hard = hard
        self._base = 1 + max((size for sizes in board.sizes for size in sizes), default=0)
        self.kind = [
            person.host + self._base * (person.first_timer + self._base * person.small) for person in board.people
        ]
        if not any(group_faults(board.rules, 4, 0, ft, 1) != (0, 0, 0) for ft in (0, 1, 2)):
            self.kind = [0] * len(board.people)

    def of_rooms(self, rooms: WorkingGroups) -> tuple[list[int], list[int]]:
        """The mix of every room in use, and per seat the place of its room in that list."""
        mix: list[int] = []
        mix_at: list[int] = []
        for room in (room for row in rooms for room in row if room):
            mix_at += [len(mix)] * len(room)
            mix.append(self._base**3 * len(room) + sum(self.kind[i] for i in room))
        return mix, mix_at

    def __missing__(self, mix: int) -> float:
        rest, hosts = divmod(mix, self._base)
        rest, first_timers = divmod(rest, self._base)
        size, smalls = divmod(rest, self._base)
        faults = group_faults(self._rules, size, hosts, first_timers, smalls)
        self[mix] = self._hard * sum(faults)
        return self[mix]
