"""Is a seating right? Counted from the rules as they are written, with none of the code that seats people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from events.groups.rules.grouping import FirstTimerRule, GroupingTask, HostRule, Participant, SeatingPlan


def pairs_of(plan: SeatingPlan, *, since: int = 1) -> list[frozenset[str]]:
    rounds = plan.rounds[since - 1 :]
    return [frozenset(pair) for rooms in rounds for room in rooms for pair in combinations(room, 2)]


def repeats(plan: SeatingPlan) -> int:
    return sum(times - 1 for times in Counter(pairs_of(plan)).values())


def faults_of(task: GroupingTask, plan: SeatingPlan, *, since: int = 1) -> list[str]:
    """What is wrong from round `since` on, in words; empty when every hard rule is kept and everybody sits once."""
    person = {one.id: one for one in task.people}
    faults = []
    for number, rooms in enumerate(plan.rounds, 1):
        if number < since:
            continue
        here = sorted(one.id for one in task.people if number not in one.absent)
        if sorted(id for room in rooms for id in room) != here:
            faults.append(f"round {number} does not seat everybody once")
            continue
        for place, room in enumerate(rooms, 1):
            if room:
                faults += _faults_of_room(task, [person[id] for id in room], f"round {number} room {place}")
    apart = {frozenset(pair) for pair in task.blocked}
    faults += [f"{sorted(pair)} are blocked" for pair in pairs_of(plan, since=since) if pair in apart]
    return faults


def _faults_of_room(task: GroupingTask, crew: list[Participant], where: str) -> Iterator[str]:
    hosts, first_timers = sum(one.host for one in crew), sum(one.first_timer for one in crew)
    rules = task.rules
    if rules.host is HostRule.EACH_GROUP and not hosts:
        yield f"{where} has no host"
    if rules.first_timer is FirstTimerRule.NOT_ALONE and first_timers == 1 and not hosts:
        yield f"{where} leaves a first-timer alone"
    if rules.first_timer is FirstTimerRule.NO_PAIR_WITHOUT_HOST and first_timers >= 2 and not hosts:
        yield f"{where} has first-timers only by themselves"
    if rules.small and len(crew) > 3 and any(one.small for one in crew):
        yield f"{where} is too large for somebody"


def can_be_seated(task: GroupingTask, here: list[Participant], sizes: tuple[int, ...]) -> bool:
    """Whether some seating of these people in rooms of these sizes keeps every hard rule: all are tried."""
    if not here:
        return True
    first, rest = here[0], here[1:]
    for size in set(sizes):
        left = list(sizes)
        left.remove(size)
        for mates in combinations(rest, size - 1):
            crew = [first, *mates]
            if _is_good(task, crew) and can_be_seated(task, [one for one in rest if one not in mates], tuple(left)):
                return True
    return False


def all_sizes(count: int, smallest: int, largest: int) -> list[tuple[int, ...]]:
    """Every way to split so many people into rooms within the limits."""
    if count == 0:
        return [()]
    return [
        (size, *others)
        for size in range(smallest, min(largest, count) + 1)
        for others in all_sizes(count - size, smallest, size)
    ]


def _is_good(task: GroupingTask, crew: list[Participant]) -> bool:
    apart = {frozenset(pair) for pair in task.blocked}
    ids = [one.id for one in crew]
    return not any(_faults_of_room(task, crew, "")) and apart.isdisjoint(map(frozenset, combinations(ids, 2)))


def benchmark_points(task: GroupingTask, plan: SeatingPlan) -> float:
    """soft_cost of the benchmark's format (FORMAT.md, 4), counted once more by hand."""
    person = {one.id: one for one in task.people}
    past = {frozenset(pair[:2]): pair[2] for pair in task.history}
    points, answered = 0.0, set()
    for pair in pairs_of(plan):
        one, other = (person[id] for id in pair)
        points += 20 * past.get(pair, 0)
        points += 10 * (one.industry is not None and one.industry == other.industry)
        points += 4 * (one.job is not None and one.job == other.job)
        answered |= {(one.id, topic) for topic in set(one.asks) & set(other.gives)}
        answered |= {(other.id, topic) for topic in set(other.asks) & set(one.gives)}
    return points - 6 * len(answered)


def near(task: GroupingTask, plan: SeatingPlan) -> set[str]:
    """Who sits at least once with somebody who shares a theme."""
    themes = {one.id: set(one.themes) for one in task.people}
    return {id for pair in pairs_of(plan) for id in pair if set.intersection(*(themes[one] for one in pair))}
