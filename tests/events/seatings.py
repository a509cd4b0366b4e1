"""Is a seating right? Counted from the rules as they are written, with none of the code that seats people."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

from events.rules.grouping import FirstTimerRule, GroupingTask, HostRule, Plan


def pairs_of(plan: Plan, *, since: int = 1) -> list[frozenset[str]]:
    rounds = plan.rounds[since - 1 :]
    return [frozenset(pair) for rooms in rounds for room in rooms for pair in combinations(room, 2)]


def repeats(plan: Plan) -> int:
    return sum(times - 1 for times in Counter(pairs_of(plan)).values())


def faults_of(task: GroupingTask, plan: Plan, *, since: int = 1) -> list[str]:
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


def _faults_of_room(task, crew, where):
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
