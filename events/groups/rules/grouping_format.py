"""A grouping task, a plan and a repair in a file.
(`grouping-instance/1`, `grouping-plan/1`, `grouping-repair/1`)
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from typing import Any

from events.groups.rules.grouping_task import (
    FirstTimerRule,
    GroupingTask,
    HostRule,
    Participant,
    Rules,
    SeatingPlan,
    SizeLimits,
    Weights,
)

INSTANCE = "grouping-instance/1"
PLAN = "grouping-plan/1"
REPAIR = "grouping-repair/1"
LARGEST_NUMBER = 1e6
LARGEST_HISTORY = 100  # the format speaks of 1 to 3


class WrongFile(ValueError):
    """The text is not of the format; the message says where, in one sentence part."""


@dataclass(frozen=True, slots=True)
class RepairFile:
    """A plan, the task as it is after what happened, and the first round that may change."""

    instance: str
    task: GroupingTask
    plan: SeatingPlan
    from_round: int
    limits: SizeLimits


def read_instance(text: bytes) -> tuple[str, GroupingTask]:
    """The name of the instance and its task.

    Keys the format does not name are ignored, missing optional ones and null have their defaults.
    Refuses (WrongFile) whatever is not JSON, has a wrong type, an unknown rule, a doubled id, a
    negative weight, or a number of rounds that its sizes contradict. Whether the sizes fit the
    people is left to the planning.
    """
    return _instance(_load(text, INSTANCE))


def read_repair(text: bytes) -> RepairFile:
    """What happened, applied to the task: who left misses the rounds from then on, who joined the ones before.

    Refuses (WrongFile) what `read_instance` refuses, and a plan or an event that does not fit the instance.
    """
    data = _load(text, REPAIR)
    inner, event, old = _record(data, "instance"), _record(data, "event"), _record(data, "plan")
    if inner.get("format") != INSTANCE or old.get("format") != PLAN:
        raise WrongFile(f'it holds no "{INSTANCE}" or no "{PLAN}"')
    instance, task = _instance(inner)
    plan = _plan(old, task)
    from_round = _whole(event.get("from_round"), "from_round")
    if not 1 <= from_round <= len(plan.rounds):
        raise WrongFile("from_round is not a round of the plan")
    return RepairFile(instance, _after(task, event, from_round), plan, from_round, _limits(inner))


def _load(text: bytes, wanted: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except RecursionError:
        raise WrongFile("it is nested too deeply") from None
    except ValueError as error:
        raise WrongFile(f"it is not JSON ({error})") from None
    if not isinstance(data, dict) or data.get("format") != wanted:
        raise WrongFile(f'"format" is not "{wanted}"')
    return data


def _instance(data: dict[str, Any]) -> tuple[str, GroupingTask]:
    people = tuple(_person(item, f"people[{at}]") for at, item in enumerate(_list(data, "people")))
    if len({person.id for person in people}) != len(people):
        raise WrongFile("two people have the same id")
    sizes = tuple(
        tuple(_whole(size, f"sizes[{at}]") for size in _items(row, f"sizes[{at}]"))
        for at, row in enumerate(_list(data, "sizes"))
    )
    if _whole(data.get("rounds"), "rounds") != len(sizes):
        raise WrongFile('"rounds" is not the number of lists in "sizes"')
    task = GroupingTask(
        people=people,
        sizes=sizes,
        blocked=tuple(_met(item, 2, "blocked")[:2] for item in _list(data, "blocked")),
        history=tuple(_met(item, 3, "history") for item in _list(data, "history")),
        rules=_rules(_record(data, "rules")),
        weights=_weights(_record(data, "weights")),
        seed=_whole(data.get("seed", 0), "seed"),
    )
    return _word(data.get("id"), "id"), task


def plan_record(instance: str, plan: SeatingPlan, claims: object, elapsed_ms: int) -> dict[str, object]:
    """The plan as written to a file; `claims` as explain() gives them."""
    return {
        "format": PLAN,
        "instance": instance,
        "rounds": plan.rounds,
        "elapsed_ms": elapsed_ms,
        "explain": claims,
    }


def _plan(data: dict[str, Any], task: GroupingTask) -> SeatingPlan:
    rounds = [
        [
            [_word(id, f"plan.rounds[{at}]") for id in _items(room, f"plan.rounds[{at}]")]
            for room in _items(rooms, "plan")
        ]
        for at, rooms in enumerate(_list(data, "rounds"))
    ]
    if len(rounds) != len(task.sizes):
        raise WrongFile("the plan has not as many rounds as the instance")
    known = {person.id for person in task.people}
    for at, rooms in enumerate(rounds):
        seated = [id for room in rooms for id in room]
        if len(set(seated)) != len(seated) or not known.issuperset(seated):
            raise WrongFile(f"plan.rounds[{at}] holds somebody twice or somebody unknown")
    return SeatingPlan(rounds)


def _after(task: GroupingTask, event: dict[str, Any], from_round: int) -> GroupingTask:
    left = set(_words(event, "leave", "event"))
    gone = tuple(range(from_round, len(task.sizes) + 1))
    stayed = (replace(p, absent=p.absent + gone) if p.id in left else p for p in task.people)
    joined = (_person(item, f"join[{at}]") for at, item in enumerate(_list(event, "join")))
    before = tuple(range(1, from_round))
    people = (*stayed, *(replace(p, absent=p.absent + before) for p in joined))
    if len({person.id for person in people}) != len(people):
        raise WrongFile("somebody who joins is in the instance already")
    return replace(
        task,
        people=people,
        blocked=task.blocked + tuple(_met(item, 2, "blocked_add")[:2] for item in _list(event, "blocked_add")),
        history=task.history + tuple(_met(item, 3, "history_add") for item in _list(event, "history_add")),
    )


def _limits(data: dict[str, Any]) -> SizeLimits:
    given, usual = _record(data, "size_limits"), SizeLimits()
    smallest = _whole(given.get("min", usual.smallest), "size_limits.min")
    largest = _whole(given.get("max", usual.largest), "size_limits.max")
    if not 1 <= smallest <= largest:
        raise WrongFile("size_limits are no limits")
    return SizeLimits(smallest, largest)


def _person(item: object, where: str) -> Participant:
    if not isinstance(item, dict):
        raise WrongFile(f"{where} is not a record")
    return Participant(
        id=_word(item.get("id"), f"{where}.id"),
        industry=_word_or_none(item.get("industry"), f"{where}.industry"),
        job=_word_or_none(item.get("job"), f"{where}.job"),
        first_timer=_flag(item.get("first_timer"), f"{where}.first_timer"),
        host=_flag(item.get("host"), f"{where}.host"),
        small=_flag(item.get("small"), f"{where}.small"),
        gives=_words(item, "gives", where),
        asks=_words(item, "asks", where),
        absent=tuple(_whole(number, f"{where}.absent") for number in _list(item, "absent")),
    )


def _rules(item: dict[str, Any]) -> Rules:
    try:
        host = HostRule(item.get("host") or HostRule.OFF)
        first_timer = FirstTimerRule(item.get("first_timer") or FirstTimerRule.OFF)
    except ValueError as error:
        raise WrongFile(f"rules: {error}") from None
    return Rules(host, first_timer, _flag(item.get("small"), "rules.small"))


def _weights(item: dict[str, Any]) -> Weights:
    known = {field.name for field in fields(Weights)} - {"theme"}
    given = {name: _number(value, f"weights.{name}") for name, value in item.items() if name in known}
    if any(value < 0 for value in given.values()):
        raise WrongFile("a weight is negative")
    return Weights(**given)


def _met(item: object, length: int, where: str) -> tuple[str, str, float]:
    values = _items(item, where)
    if len(values) != length:
        raise WrongFile(f"{where} holds a list that has not {length} items")
    weight = _number(values[2], where) if length == 3 else 0.0
    if not 0 <= weight <= LARGEST_HISTORY:
        raise WrongFile(f"{where} holds a weight out of bounds")
    return _word(values[0], where), _word(values[1], where), weight


def _record(data: dict[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key) or {}
    if not isinstance(value, dict):
        raise WrongFile(f"{key} is not a record")
    return value


def _list(data: dict[str, Any], key: str) -> list[Any]:
    value = data.get(key)
    return [] if value is None else _items(value, key)


def _items(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise WrongFile(f"{where} is not a list")
    return value


def _words(data: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    return tuple(_word(value, f"{where}.{key}") for value in _list(data, key))


def _word(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise WrongFile(f"{where} is not a text")
    return value


def _word_or_none(value: object, where: str) -> str | None:
    return None if value is None else _word(value, where)


def _flag(value: object, where: str) -> bool:
    if value is not None and not isinstance(value, bool):
        raise WrongFile(f"{where} is neither true nor false")
    return bool(value)


def _whole(value: object, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise WrongFile(f"{where} is not a whole number")
    return value


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WrongFile(f"{where} is not a number")
    if not abs(value) <= LARGEST_NUMBER:  # also true of "not a number", which JSON readers let in
        raise WrongFile(f"{where} is out of bounds")
    return value
