"""Somebody left, came late or was blocked: hard rules always, few moves, nobody left over."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from itertools import combinations

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from events.groups.rules.drawing import repairs_to_try
from events.groups.rules.grouping import (
    FirstTimerRule,
    GroupingTask,
    HostRule,
    Locks,
    Move,
    NoPlan,
    NoPlanCause,
    Participant,
    Rules,
    SeatingPlan,
    SizeLimits,
    choose_sizes,
    moves_between,
    plan_groups,
    repair_groups,
)
from events.groups.rules.grouping_format import WrongFile, read_repair
from tests.events.seatings import all_sizes, can_be_seated, faults_of, repeats


def crowd(names: str, **same: object) -> tuple[Participant, ...]:
    return tuple(Participant(name, **same) for name in names)


def of(*rounds: str) -> SeatingPlan:
    """ "abc def" is a round of two rooms."""
    return SeatingPlan([[list(room) for room in text.split(" ")] for text in rounds])


def now(names: str, **rest: object) -> GroupingTask:
    return GroupingTask(crowd(names), (), **rest)


# What changes


@pytest.mark.parametrize(
    ("task", "old", "sizes", "moves"),
    [
        pytest.param(now("abcdefgh"), "abcd efgh", (4, 4), 0, id="nothing happened"),
        pytest.param(now("abcefgh"), "abcd efgh", (3, 4), 0, id="four become three"),
        pytest.param(now("abcdefghi"), "abcde fgh", (5, 4), 0, id="somebody came where there is room"),
        pytest.param(now("abdefghi"), "abc defgh", (3, 5), 0, id="somebody came for somebody who left"),
        pytest.param(now("abefgh"), "abcd efgh", (3, 3), 1, id="a short room gets company"),
        pytest.param(now("aefg"), "abc efg", (0, 4), 1, id="a room that cannot be filled is closed"),
        pytest.param(now("efgh"), "abcd efgh", (0, 4), 0, id="an empty room is closed"),
        pytest.param(now("abcdefghijklmnop"), "abcde fghij klmno", (5, 4, 4, 3), 2, id="one too many, a new room"),
        pytest.param(now("ab"), "abc def", (2, 0), 0, id="two are left"),
        pytest.param(now("ae"), "abc def", (0, 2), 1, id="two are left in two rooms"),
        pytest.param(now("d"), "abc def", (0, 1), 0, id="one is left"),
        pytest.param(now(""), "abc def", (0, 0), 0, id="nobody is left"),
    ],
)
def test_a_repair_changes_as_little_as_it_can(task, old, sizes, moves):
    plan = repair_groups(task, of(old), 1)

    assert faults_of(task, plan) == []
    assert sorted(map(len, plan.rounds[0])) == sorted(sizes)
    assert len(moves_between(of(old), plan)) == moves


def test_when_all_come_late_they_get_rooms():
    assert sorted(map(len, repair_groups(now("abcdefg"), SeatingPlan([[]]), 1).rounds[0])) == [3, 4]


def test_rounds_that_are_over_stay_as_they_were():
    old = of("abcd efgh", "aebf cgdh")

    plan = repair_groups(now("abcefghi"), old, 2)

    assert plan.rounds[0] == old.rounds[0]
    assert faults_of(now("abcefghi"), plan, since=2) == []


def test_who_comes_late_meets_people_they_have_not_met():
    old = of("abcd efgh", "abef cdgh")

    plan = repair_groups(now("abcdefghi"), old, 1)

    assert repeats(plan) == repeats(old) + 2, "of nine, i must meet two again"
    assert moves_between(old, plan) == []


def test_a_new_block_is_kept_with_one_move():
    old = of("abcd efgh ijkl", "aeif bgjk cdhl")
    task = now("abcdefghijkl", blocked=(("a", "b"),))

    plan = repair_groups(task, old, 1)

    assert faults_of(task, plan) == []
    assert len(moves_between(old, plan)) == 1
    assert moves_between(old, plan)[0].round == 1


def test_when_the_host_of_a_room_leaves_a_spare_host_comes():
    task = GroupingTask((*crowd("ade", host=True), *crowd("bcfghi")), (), rules=Rules(host=HostRule.EACH_GROUP))
    old = of("xbch defgi a")

    plan = repair_groups(task, old, 1)

    assert faults_of(task, plan) == []
    assert [len(room) for room in plan.rounds[0]] == [4, 5, 0]
    assert moves_between(old, plan) == [Move("a", 1, 3, 1)]


@pytest.mark.parametrize("locked", ["efg", "egh", "fh"])
def test_whoever_is_locked_stays(locked):
    old = of("abcd efgh")

    plan = repair_groups(now("abefgh"), old, 1, locks=Locks(people=frozenset((1, name) for name in locked)))

    (move,) = moves_between(old, plan)
    assert (move.old_room, move.new_room) == (2, 1)
    assert move.id not in locked


def test_nobody_enters_or_leaves_a_locked_room():
    old = of("abcd efgh ijkl")

    plan = repair_groups(now("abcefijklxy"), old, 1, locks=Locks(rooms=frozenset({(1, 1)})))

    assert plan.rounds[0][0] == ["a", "b", "c"]
    assert faults_of(now("abcefijklxy"), plan) == []


@pytest.mark.parametrize(
    "locks",
    [Locks(rooms=frozenset({(1, 2)})), Locks(people=frozenset((1, name) for name in "abefgh"))],
    ids=["room", "people"],
)
def test_what_is_locked_may_leave_no_way(locks):
    with pytest.raises(NoPlan) as refusal:
        repair_groups(now("abefgh"), of("abcd efgh"), 1, locks=locks)
    assert refusal.value.cause is NoPlanCause.LOCKED


def test_moves_are_named_by_round_and_rooms_counted_from_one():
    assert moves_between(of("ab cd", "ac bd"), of("ab cd", "c abde")) == [Move("a", 2, 1, 2)]


@pytest.mark.parametrize(
    ("task", "old", "cause"),
    [
        pytest.param(now("abcd", blocked=(("a", "b"),)), "abcd", NoPlanCause.BLOCKED, id="one room, blocked"),
        pytest.param(
            GroupingTask(crowd("abcd"), (), rules=Rules(host=HostRule.EACH_GROUP)),
            "abcd",
            NoPlanCause.HOST,
            id="no host",
        ),
        pytest.param(
            GroupingTask(
                (*crowd("abc"), Participant("x", first_timer=True)),
                (),
                rules=Rules(first_timer=FirstTimerRule.NOT_ALONE),
            ),
            "abc",
            NoPlanCause.FIRST_TIMER,
            id="the only first-timer",
        ),
        pytest.param(
            GroupingTask(crowd("abcd", small=True), (), rules=Rules(small=True)),
            "abcd",
            NoPlanCause.SMALL_ROOM,
            id="four",
        ),
    ],
)
def test_what_no_seating_can_keep_is_refused_with_its_cause(task, old, cause):
    with pytest.raises(NoPlan) as refusal:
        repair_groups(task, of(old), 1)
    assert refusal.value.cause is cause


def test_numbers_that_the_limits_cannot_hold_are_refused():
    with pytest.raises(NoPlan) as refusal:
        repair_groups(now("abcdefg"), of("abcd efgh"), 1, SizeLimits(4, 4))
    assert refusal.value.cause is NoPlanCause.SIZES


@pytest.mark.parametrize(("old", "from_round"), [(of("abc"), 0), (of("abc"), 2), (of("abc ade"), 1)])
def test_a_plan_that_is_none_is_refused(old, from_round):
    with pytest.raises(ValueError, match="round"):
        repair_groups(now("abcde"), old, from_round)


# Any repair


@st.composite
def evenings(draw: st.DrawFn) -> tuple[GroupingTask, SeatingPlan, GroupingTask, int]:
    """A task that was planned, what became of it, and the round from which on it did."""
    dice = random.Random(draw(st.integers(0, 2**32)))
    count, rounds = draw(st.integers(3, 24)), draw(st.integers(1, 3))
    people = tuple(
        Participant(
            f"p{i:02}",
            industry=dice.choice([None, "E", "G"]),
            first_timer=dice.random() < 0.2,
            host=dice.random() < 0.4,
            small=dice.random() < 0.1,
            themes=("care",) if dice.random() < 0.3 else (),
        )
        for i in range(count + 4)
    )
    ids = [person.id for person in people]
    pair = st.lists(st.sampled_from(ids), min_size=2, max_size=2, unique=True).map(tuple)
    task = GroupingTask(
        people[:count], (choose_sizes(count),) * rounds, blocked=tuple(draw(st.lists(pair, max_size=4)))
    )
    left = draw(st.sets(st.sampled_from(ids[:count]), max_size=min(6, count)))
    late = draw(st.integers(0, 4))
    after = replace(
        task,
        people=tuple(p for p in people[: count + late] if p.id not in left),
        blocked=task.blocked + tuple(draw(st.lists(pair, max_size=2))),
        rules=Rules(
            host=draw(st.sampled_from(HostRule)),
            first_timer=draw(st.sampled_from(FirstTimerRule)),
            small=draw(st.booleans()),
        ),
    )
    return task, after, draw(st.integers(1, rounds))


@settings(max_examples=80)
@given(evenings())
def test_any_repair_is_valid(evening):
    task, after, since = evening
    try:
        old = plan_groups(task, 2_000)
        new = repair_groups(after, old, since)
    except NoPlan:
        return

    assert faults_of(after, new, since=since) == []
    assert new.rounds[: since - 1] == old.rounds[: since - 1]
    smallest = min(3, len(after.people))
    for before, rooms in zip(old.rounds[since - 1 :], new.rounds[since - 1 :], strict=True):
        assert len(rooms) >= len(before)
        assert all(smallest <= len(room) <= 5 for room in rooms if room)
    assert repair_groups(after, old, since) == new


@st.composite
def tight_evenings(draw: st.DrawFn) -> GroupingTask:
    """Few people, many blocks, every rule: often there is no seating."""
    dice = random.Random(draw(st.integers(0, 2**32)))
    count, crowded = draw(st.integers(3, 10)), draw(st.sampled_from([0.1, 0.3, 0.5]))
    people = tuple(
        Participant(f"p{i}", host=dice.random() < 0.4, first_timer=dice.random() < 0.3, small=dice.random() < 0.2)
        for i in range(count)
    )
    return GroupingTask(
        people,
        (choose_sizes(count, draw(st.sampled_from([3, 4, 5]))),),
        blocked=tuple(pair for pair in combinations([p.id for p in people], 2) if dice.random() < crowded),
        rules=Rules(
            host=draw(st.sampled_from(HostRule)),
            first_timer=draw(st.sampled_from(FirstTimerRule)),
            small=draw(st.booleans()),
        ),
    )


@settings(max_examples=60)
@given(tight_evenings())
def test_a_repair_is_refused_only_when_no_seating_keeps_the_rules(task):
    drawn = plan_groups(replace(task, blocked=(), rules=Rules()), 400)
    possible = any(can_be_seated(task, list(task.people), sizes) for sizes in all_sizes(len(task.people), 3, 5))

    try:
        plan = repair_groups(task, drawn, 1)
    except NoPlan:
        assert not possible
    else:
        assert faults_of(task, plan) == []


@settings(max_examples=60)
@given(tight_evenings())
def test_a_draw_is_refused_only_when_no_seating_keeps_the_rules(task):
    possible = can_be_seated(task, list(task.people), task.sizes[0])

    try:
        plan = plan_groups(task, 400)
    except NoPlan:
        assert not possible
    else:
        assert faults_of(task, plan) == []


# The file


def repair(**changes: object) -> dict[str, object]:
    people = [{"id": f"人{i}"} for i in range(7)]
    return {
        "format": "grouping-repair/1",
        "id": "fix",
        "instance": {
            "format": "grouping-instance/1",
            "id": "small",
            "rounds": 2,
            "sizes": [[4, 3], [4, 3]],
            "size_limits": {"min": 3, "max": 5},
            "people": people,
        },
        "plan": {
            "format": "grouping-plan/1",
            "instance": "small",
            "rounds": [
                [["人0", "人1", "人2", "人3"], ["人4", "人5", "人6"]],
                [["人0", "人1", "人4", "人5"], ["人2", "人3", "人6"]],
            ],
        },
        "event": {"from_round": 2, "leave": ["人1"], "join": [{"id": "新"}], "blocked_add": [["人2", "新"]]},
        **changes,
    }


def write(folder, content):
    file = folder / "repair.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return str(file)


def test_command_writes_the_repaired_plan(tmp_path, capsys):
    call_command("repair_groups", write(tmp_path, repair()))

    answer = json.loads(capsys.readouterr().out)
    assert (answer["format"], answer["instance"]) == ("grouping-plan/1", "small")
    assert answer["rounds"] == [
        [["人0", "人1", "人2", "人3"], ["人4", "人5", "人6"]],
        [["人0", "人4", "人5", "新"], ["人2", "人3", "人6"]],
    ]
    assert {(claim["round"], claim["room"], claim["new_pairs"]) for claim in answer["explain"]} >= {
        (1, 1, 6),
        (2, 1, 5),
    }


def test_file_is_read_as_the_task_after_what_happened():
    wanted = read_repair(json.dumps(repair()).encode())

    absent = {person.id: person.absent for person in wanted.task.people}
    assert (absent["人1"], absent["新"], absent["人0"]) == ((2,), (1,), ())
    assert wanted.task.blocked == (("人2", "新"),)
    assert (wanted.from_round, wanted.limits) == (2, SizeLimits(3, 5))


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ({}, '"format"'),
        (repair(instance={}), "it holds no"),
        (repair(plan={"format": "grouping-plan/1", "rounds": []}), "as many rounds"),
        (repair(plan={"format": "grouping-plan/1", "rounds": [[["人0", "人0"]], []]}), "twice"),
        (repair(plan={"format": "grouping-plan/1", "rounds": [[["x"]], []]}), "unknown"),
        (repair(event={"from_round": 3}), "from_round"),
        (repair(event={"from_round": "2"}), "whole number"),
        (repair(event={"from_round": 1, "join": [{"id": "人0"}]}), "already"),
        (repair(instance={**repair()["instance"], "size_limits": {"min": 5, "max": 3}}), "size_limits"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_by_name_of_the_place(content, where):
    with pytest.raises(WrongFile, match=where):
        read_repair(json.dumps(content).encode())


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        ([], 2, '"format" is not'),
        (repair(event={"from_round": 2, "blocked_add": [["人0", f"人{i}"] for i in range(1, 7)]}), 1, "kept apart"),
        (repair(instance={**repair()["instance"], "size_limits": {"min": 5, "max": 5}}), 2, "do not fit"),
    ],
)
def test_command_refuses_in_one_sentence(tmp_path, content, status, sentence):
    with pytest.raises(CommandError, match=sentence) as refusal:
        call_command("repair_groups", write(tmp_path, content))

    assert refusal.value.returncode == status
    assert "\n" not in str(refusal.value)


def test_what_a_repair_gives_up_is_comfort_first_then_rooms_of_three_never_a_block():
    """a and b are blocked, c is new and d wants a small room: five people, of whom nobody may be left over."""
    people = (*crowd("abe"), Participant("c", first_timer=True), Participant("d", small=True))
    task = GroupingTask(people, (), blocked=(("a", "b"),))
    tried = []
    for setting, limits in repairs_to_try(1):
        try:
            plan = repair_groups(replace(task, rules=setting.rules), of("abcde"), 1, limits)
        except NoPlan as no:
            tried.append(no.cause)
            continue
        break

    refused = [NoPlanCause.SMALL_ROOM, NoPlanCause.BLOCKED, NoPlanCause.BLOCKED]
    assert tried == refused * 2  # with the wishes to be kept apart, then without
    assert faults_of(task, plan) == []
    assert sorted(map(len, plan.rounds[0])) == [2, 3]
