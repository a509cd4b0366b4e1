"""Which seating is the best that a given number of tried swaps finds?

Simulated annealing: two people of a round change places; the change is priced over their room
mates only. While searching, a repeated meeting costs little, so that the search can pass through
seatings with repeats; finished seatings are compared strictly.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from random import Random

from events.rules.grouping_board import Board, measure_rooms, room_faults
from events.rules.grouping_task import Quality

# A hard fault outweighs anything soft a swap could gain.
HARD = 1e6
# Swaps this many temperatures uphill have one chance in 3000; they are not looked at closer.
HOPELESS = 8.0


@dataclass(frozen=True, slots=True)
class Pass:
    """One cooling: each sweep tries one swap per seat; temperatures in points, falling evenly
    on a logarithmic scale."""

    sweeps: int
    hot: float
    cold: float
    repeat: float


@dataclass(frozen=True, slots=True)
class Seating:
    rooms: list[list[list[int]]]
    quality: Quality


# Below this number of people many short runs find more than one long one.
CROWD = 100
SWEEPS_PER_RUN = 600
LAST_PASS = 0.1
SOFT_REPEATS = (30.0, 50.0, 80.0)
SOFT_REPEATS_DENSE = (80.0, 120.0, 200.0)
# "Dense": this many points of history per person and possible room mate.
DENSE = 6.0
FULL_REPEAT = 1000.0
HOT, COLD, LAST_HOT = 30.0, 1.0, 2.0


def search(board: Board, unit: float, seed: int, proposals: int) -> Seating:
    """The best seating found with about `proposals` tried swaps; it may still hold hard faults.

    `unit` scales the temperatures, which are made for the weights of the published measure.
    """
    dice = Random(seed)
    seats = sum(map(len, board.present))
    runs = _runs(board, unit, proposals // max(1, seats))
    best = _run(board, runs[0], dice)
    for passes in runs[1:]:
        if _is_perfect(board, best.quality):
            break
        found = _run(board, passes, dice)
        if found.quality.rank < best.quality.rank:
            best = found
    return best


def _runs(board: Board, unit: float, sweeps: int) -> list[tuple[Pass, ...]]:
    crowd = len(board.people) >= CROWD
    number = 1 if crowd else max(1, round(sweeps / SWEEPS_PER_RUN))
    hot, cold = (12.0, 0.7) if crowd else (HOT, COLD)
    repeats = SOFT_REPEATS_DENSE if _is_dense(board) else SOFT_REPEATS
    runs = []
    for run in range(number):
        each = max(4, sweeps // number)
        last = max(2, int(each * LAST_PASS))
        repeat = repeats[(run + 1) % len(repeats)]
        runs.append(
            (
                Pass(each - last, hot * unit, cold * unit, repeat * unit),
                Pass(last, LAST_HOT * unit, 0.3 * unit, FULL_REPEAT * unit),
            )
        )
    return runs


def _is_dense(board: Board) -> bool:
    return False


def _run(board: Board, passes: tuple[Pass, ...], dice: Random) -> Seating:
    rooms = _seat_at_random(board, dice)
    for cooling in passes:
        anneal(board, rooms, cooling, dice)
    return Seating(rooms, measure_rooms(board, rooms))


def _is_perfect(board: Board, quality: Quality) -> bool:
    least = -sum(board.wish_points)
    return quality.hard == 0 and quality.repeats == 0 and quality.soft <= least + 1e-6


def _seat_at_random(board: Board, dice: Random) -> list[list[list[int]]]:
    seating = []
    for present, sizes in zip(board.present, board.sizes, strict=True):
        queue = present[:]
        dice.shuffle(queue)
        rooms = []
        for size in sizes:
            rooms.append(queue[:size])
            queue = queue[size:]
        seating.append(rooms)
    return seating


class _RoomState(dict[int, float]):
    """Price of a room's hard faults by its code, worked out when a code is first met."""

    def __init__(self, board: Board, base: int) -> None:
        super().__init__()
        self._rules = board.rules
        self._base = base

    def __missing__(self, code: int) -> float:
        base = self._base
        rest, hosts = divmod(code, base)
        rest, first_timers = divmod(rest, base)
        size, smalls = divmod(rest, base)
        self[code] = HARD * sum(room_faults(self._rules, size, hosts, first_timers, smalls))
        return self[code]


def _kinds(board: Board, base: int) -> list[int]:
    """What a person adds to the code of their room: hosts + base·(first-timers + base·smalls).
    The code of an empty room is base³·size."""
    return [p.host + base * (p.first_timer + base * p.small) for p in board.people]


def anneal(board: Board, rooms: list[list[list[int]]], cooling: Pass, dice: Random) -> None:
    """Improve `rooms` in place. Long for one function, because calls cost more than the work."""
    repeat = cooling.repeat
    points = _points_now(board, rooms, repeat)
    base = 1 + max((size for sizes in board.sizes for size in sizes), default=0)
    kind = _kinds(board, base)
    price = _RoomState(board, base)
    served = _times_served(board, rooms)
    serves, worth = board.serves, board.wish_points

    room_at: list[list[int]] = []
    number_at: list[int] = []
    fixed: list[float] = []
    code: list[int] = []
    spans: list[tuple[int, int]] = []
    for row in rooms:
        start = len(room_at)
        for room in row:
            for _ in room:
                room_at.append(room)
                number_at.append(len(code))
                fixed.append(repeat * (len(room) - 1))
            code.append(base**3 * len(room) + sum(kind[i] for i in room))
        spans.append((start, len(room_at)))
    who = [i for row in rooms for room in row for i in room]

    random = dice.random
    heat = cooling.hot
    step = (cooling.cold / cooling.hot) ** (1 / max(1, cooling.sweeps - 1))
    for _ in range(cooling.sweeps):
        limit = HOPELESS * heat
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
                shift = kind[a] - kind[b]
                if shift:
                    g, h = number_at[p], number_at[q]
                    change += price[code[g] - shift] + price[code[h] + shift]
                    change -= price[code[g]] + price[code[h]]
                if change > limit + SLACK:
                    continue
                by_a, by_b = serves[a], serves[b]
                turns: dict[int, int] = {}
                if by_a or by_b:
                    for k in here:
                        if k != a:
                            for wish in by_a.get(k, ()):
                                turns[wish] = turns.get(wish, 0) - 1
                            for wish in by_b.get(k, ()):
                                turns[wish] = turns.get(wish, 0) + 1
                    for k in there:
                        if k != b:
                            for wish in by_b.get(k, ()):
                                turns[wish] = turns.get(wish, 0) - 1
                            for wish in by_a.get(k, ()):
                                turns[wish] = turns.get(wish, 0) + 1
                    for wish, turn in turns.items():
                        if turn > 0:
                            if not served[wish]:
                                change -= worth[wish]
                        elif turn and served[wish] + turn == 0:
                            change += worth[wish]
                if change > 0 and random() >= exp(-change / heat):
                    continue
                for wish, turn in turns.items():
                    served[wish] += turn
                if shift:
                    code[g] -= shift
                    code[h] += shift
                for k in here:
                    if k != a:
                        of_a[k] -= repeat
                        of_b[k] += repeat
                        of_k = points[k]
                        of_k[a] -= repeat
                        of_k[b] += repeat
                for k in there:
                    if k != b:
                        of_b[k] -= repeat
                        of_a[k] += repeat
                        of_k = points[k]
                        of_k[b] -= repeat
                        of_k[a] += repeat
                who[p], who[q] = b, a
                here[here.index(a)] = b
                there[there.index(b)] = a
        heat *= step


SLACK = 12.0


def _points_now(board: Board, rooms: list[list[list[int]]], repeat: float) -> list[list[float]]:
    """Points of one more meeting: the pair's own, a block, and `repeat` per meeting so far."""
    points = [row[:] for row in board.pair]
    for i, others in enumerate(board.blocked):
        for j in others:
            points[i][j] += HARD
    for row in rooms:
        for room in row:
            for i in room:
                of_i = points[i]
                for j in room:
                    if j != i:
                        of_i[j] += repeat
    return points


def _times_served(board: Board, rooms: list[list[list[int]]]) -> list[int]:
    served = [0] * len(board.wish_points)
    for row in rooms:
        for room in row:
            for at, i in enumerate(room):
                for j in room[at + 1 :]:
                    for wish in board.serves[i].get(j, ()):
                        served[wish] += 1
    return served
