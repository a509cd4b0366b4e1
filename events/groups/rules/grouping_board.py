"""The task as numbers: what it costs that two people meet, and what a seating is worth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from events.event.limits import EVENTS
from events.groups.rules.grouping_task import (
    FirstTimerRule,
    GroupingTask,
    HostRule,
    NoPlan,
    NoPlanCause,
    Participant,
    Quality,
    Rules,
    Weights,
)

SMALL_GROUP = EVENTS.smallest_group

SeatedGroups = Sequence[Sequence[Sequence[int]]]


@dataclass(frozen=True, slots=True)
class GroupingBoard:
    """People are numbered in the order of the task; lists are indexed by these numbers.

    `pair[i][j]` are the points of one meeting without blocks and repeats. A wish is something one
    person wants once in the evening (an ask covered, a theme shared); `serves[i][j]` lists the
    wishes, of either of the two, that are covered when i and j meet. `unit` is the scale of the
    task's points: 1 for the published weights.
    """

    people: tuple[Participant, ...]
    rules: Rules
    sizes: tuple[tuple[int, ...], ...]
    present: list[list[int]]
    pair: list[list[float]]
    blocked: list[set[int]]
    serves: list[dict[int, list[int]]]
    wish_points: list[float]
    unit: float


def set_up(task: GroupingTask) -> GroupingBoard:
    """Refuses (NoPlan) sizes that do not fit the people present, and (ValueError) a doubled id."""
    number = {person.id: i for i, person in enumerate(task.people)}
    if len(number) != len(task.people):
        raise ValueError("two people have the same id")
    present = _present(task)
    serves, wish_points = _wishes(task.people, task.weights)
    return GroupingBoard(
        people=task.people,
        rules=task.rules,
        sizes=task.sizes,
        present=present,
        pair=_pair_points(task, number),
        blocked=_blocked(task, number),
        serves=serves,
        wish_points=wish_points,
        unit=_unit(task.weights),
    )


def set_up_for_any_sizes(task: GroupingTask, rounds: int) -> GroupingBoard:
    """A board for seatings whose sizes are not those of the task."""
    rows = range(1, rounds + 1)
    sizes = tuple((sum(number not in person.absent for person in task.people),) for number in rows)
    return set_up(replace(task, sizes=sizes))


def group_faults(rules: Rules, size: int, hosts: int, first_timers: int, smalls: int) -> tuple[int, int, int]:
    """(host missing, bad for first-timers, people in too large a room) for one room in use."""
    host_missing = rules.host is HostRule.EACH_GROUP and hosts == 0
    alone = rules.first_timer is FirstTimerRule.NOT_ALONE and first_timers == 1
    pair = rules.first_timer is FirstTimerRule.NO_PAIR_WITHOUT_HOST and first_timers >= 2
    too_large = rules.small and size > SMALL_GROUP
    return (
        int(host_missing),
        int(hosts == 0 and (alone or pair)),
        smalls if too_large else 0,
    )


def measure_groups(board: GroupingBoard, rounds: SeatedGroups) -> Quality:
    """Count what the published measure counts, each meeting once per round and room."""
    blocked = host_missing = first_timer_bad = small_bad = repeats = 0
    soft = 0.0
    met: list[set[int]] = [set() for _ in board.people]
    covered: set[int] = set()
    for room in (room for rooms in rounds for room in rooms if room):
        crew = [board.people[i] for i in room]
        faults = group_faults(
            board.rules,
            len(crew),
            sum(person.host for person in crew),
            sum(person.first_timer for person in crew),
            sum(person.small for person in crew),
        )
        host_missing += faults[0]
        first_timer_bad += faults[1]
        small_bad += faults[2]
        for at, i in enumerate(room):
            for j in room[at + 1 :]:
                blocked += j in board.blocked[i]
                repeats += j in met[i]
                met[i].add(j)
                met[j].add(i)
                soft += board.pair[i][j]
                covered.update(board.serves[i].get(j, ()))
    soft -= sum(board.wish_points[wish] for wish in sorted(covered))
    return Quality(blocked, host_missing, first_timer_bad, small_bad, repeats, soft)


def _unit(weights: Weights) -> float:
    published = Weights()
    return (weights.history + weights.industry + weights.job + weights.ask) / (
        published.history + published.industry + published.job + published.ask
    ) or 1.0


def why_no_plan(board: GroupingBoard) -> NoPlanCause | None:
    """The first hard rule that no seating can keep, as far as counting shows; else None.

    Every room in use needs a host of its own, everybody who asks for a small room a seat in one,
    and everybody enough people in the round who are not blocked to fill the smallest room.
    """
    for present, all_sizes in zip(board.present, board.sizes, strict=True):
        sizes = [size for size in all_sizes if size]
        people = [board.people[i] for i in present]
        needs_hosts = board.rules.host is HostRule.EACH_GROUP
        if needs_hosts and sum(person.host for person in people) < len(sizes):
            return NoPlanCause.HOST
        small_seats = sum(size for size in sizes if size <= SMALL_GROUP)
        if board.rules.small and sum(person.small for person in people) > small_seats:
            return NoPlanCause.SMALL_ROOM
        here = set(present)
        for i in present:
            if len(present) - len(board.blocked[i] & here) < min(sizes):
                return NoPlanCause.BLOCKED
    return None


def _present(task: GroupingTask) -> list[list[int]]:
    present = []
    for number, sizes in enumerate(task.sizes, start=1):
        here = [i for i, person in enumerate(task.people) if number not in person.absent]
        if min(sizes, default=0) < 0 or sum(sizes) != len(here):
            raise NoPlan(NoPlanCause.SIZES)
        present.append(here)
    return present


def _pair_points(task: GroupingTask, number: dict[str, int]) -> list[list[float]]:
    """A row of same-industry and same-job points is the same for all who share both."""
    rows: dict[tuple[str | None, str | None], list[float]] = {}
    for person in task.people:
        key = (person.industry, person.job)
        if key not in rows:
            rows[key] = [_likeness(person, other, task.weights) for other in task.people]
    pair = [rows[person.industry, person.job][:] for person in task.people]
    for i in range(len(pair)):
        pair[i][i] = 0
    history = {}
    for i, j, met in _pairs_in(number, task.history):
        history[min(i, j), max(i, j)] = met
    for (i, j), met in history.items():
        pair[i][j] += task.weights.history * met
        pair[j][i] += task.weights.history * met
    return pair


def _likeness(one: Participant, other: Participant, weights: Weights) -> float:
    points = 0.0
    if one.industry is not None and one.industry == other.industry:
        points += weights.industry
    if one.job is not None and one.job == other.job:
        points += weights.job
    return points


def _blocked(task: GroupingTask, number: dict[str, int]) -> list[set[int]]:
    blocked: list[set[int]] = [set() for _ in task.people]
    for i, j, _ in _pairs_in(number, ((one, other, 0) for one, other in task.blocked)):
        blocked[i].add(j)
        blocked[j].add(i)
    return blocked


def _pairs_in(number: dict[str, int], pairs: Iterable[tuple[str, str, float]]) -> Iterable[tuple[int, int, float]]:
    for one, other, value in pairs:
        if one in number and other in number and one != other:
            yield number[one], number[other], value


def _wishes(people: tuple[Participant, ...], weights: Weights) -> tuple[list[dict[int, list[int]]], list[float]]:
    """A wish is one (person, topic), or one person's wish to share any of their themes."""
    givers: dict[str, list[int]] = {}
    sharers: dict[str, list[int]] = {}
    for i, person in enumerate(people):
        for topic in dict.fromkeys(person.gives):
            givers.setdefault(topic, []).append(i)
        for theme in dict.fromkeys(person.themes):
            sharers.setdefault(theme, []).append(i)
    serves: list[dict[int, list[int]]] = [{} for _ in people]
    points: list[float] = []
    for i, person in enumerate(people):
        for topic in dict.fromkeys(person.asks):
            _add_wish(serves, points, i, givers.get(topic, []), weights.ask)
        fellows = dict.fromkeys(j for theme in person.themes for j in sharers[theme])
        _add_wish(serves, points, i, fellows, weights.theme)
    return serves, points


def _add_wish(
    serves: list[dict[int, list[int]]],
    points: list[float],
    wisher: int,
    servers: Iterable[int],
    worth: float,
) -> None:
    others = [j for j in servers if j != wisher]
    if not others:
        return
    wish = len(points)
    points.append(worth)
    for j in others:
        serves[wisher].setdefault(j, []).append(wish)
        serves[j].setdefault(wisher, []).append(wish)
