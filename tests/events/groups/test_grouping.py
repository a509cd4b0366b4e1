"""Who sits with whom: hard rules always, everybody once, the same plan for the same seed."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from events.groups.rules.grouping import (
    FirstTimerRule,
    Ground,
    GroupingTask,
    HostRule,
    NoPlan,
    NoPlanCause,
    Participant,
    Rules,
    SeatingPlan,
    choose_sizes,
    explain,
    measure,
    plan_groups,
    proposals_within,
    shared_ground,
)
from events.groups.rules.grouping_format import WrongFile, read_instance
from tests.events.seatings import benchmark_points, faults_of, near, repeats

ROOT = Path(__file__).resolve().parents[3]
FEW = 4_000


def people(count: int, **same: object) -> tuple[Participant, ...]:
    return tuple(Participant(f"p{i:02}", **same) for i in range(count))


def meetings(plan: SeatingPlan) -> list[frozenset[str]]:
    return [frozenset(pair) for rooms in plan.rounds for room in rooms for pair in combinations(room, 2)]


# How many rooms


@pytest.mark.parametrize(
    ("present", "group_size", "sizes"),
    [
        (0, 4, ()),
        (1, 4, (1,)),
        (2, 4, (2,)),
        (3, 4, (3,)),
        (4, 4, (4,)),
        (5, 4, (5,)),
        (6, 4, (3, 3)),
        (7, 4, (4, 3)),
        (8, 4, (4, 4)),
        (9, 4, (3, 3, 3)),
        (10, 4, (4, 3, 3)),
        (11, 4, (4, 4, 3)),
        (12, 4, (3, 3, 3, 3)),
        (13, 4, (4, 3, 3, 3)),
        (14, 4, (4, 4, 3, 3)),
        (15, 4, (4, 4, 4, 3)),
        (16, 4, (4, 4, 4, 4)),
        (37, 4, (4,) * 7 + (3,) * 3),
        (8, 3, (4, 4)),
        (5, 3, (5,)),
        (60, 5, (5,) * 12),
        (15, 5, (4, 4, 4, 3)),
    ],
)
def test_room_sizes(present, group_size, sizes):
    assert choose_sizes(present, group_size) == sizes


@pytest.mark.parametrize("group_size", [3, 4, 5])
def test_room_sizes_for_any_number_seat_everybody_and_nobody_alone(group_size):
    for present in range(2, 501):
        sizes = choose_sizes(present, group_size)
        assert sum(sizes) == present
        assert max(sizes) <= 5
        assert min(sizes) >= min(present, 3)
        assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize(("present", "group_size"), [(-1, 4), (8, 2), (8, 6)])
def test_room_sizes_of_nonsense_are_refused(present, group_size):
    with pytest.raises(ValueError, match="must"):
        choose_sizes(present, group_size)


# A plan


@st.composite
def evenings(draw: st.DrawFn) -> GroupingTask:
    """A task whose hard rules some hidden seating keeps in every round."""
    dice = random.Random(draw(st.integers(0, 2**32)))
    count = draw(st.integers(3, 26))
    sizes = choose_sizes(count, draw(st.sampled_from([3, 4, 5])))
    ids = [person.id for person in people(count)]
    dice.shuffle(ids)
    queue = iter(ids)
    hidden = [[next(queue) for _ in range(size)] for size in sizes]
    together = {frozenset(pair) for room in hidden for pair in combinations(room, 2)}
    apart = [pair for pair in combinations(ids, 2) if frozenset(pair) not in together]
    hosts = {dice.choice(room) for room in hidden} | {i for i in ids if dice.random() < 0.1}
    in_small_room = [i for room in hidden if len(room) <= 3 for i in room]
    crowd = tuple(
        Participant(
            id=i,
            industry=dice.choice([None, "E", "G", "I"]),
            job=dice.choice([None, "sales", "legal"]),
            first_timer=dice.random() < 0.3,
            host=i in hosts,
            small=i in in_small_room and dice.random() < 0.2,
            gives=tuple(t for t in "xyz" if dice.random() < 0.2),
            asks=tuple(t for t in "xyz" if dice.random() < 0.2),
            themes=tuple(t for t in "mn" if dice.random() < 0.2),
        )
        for i in sorted(ids)
    )
    rounds = draw(st.integers(1, 3))
    return GroupingTask(
        people=crowd,
        sizes=(sizes,) * rounds,
        blocked=tuple(dice.sample(apart, min(len(apart), dice.randint(0, count)))),
        history=tuple((*pair, dice.randint(1, 3)) for pair in apart if dice.random() < 0.2),
        rules=Rules(
            host=draw(st.sampled_from(HostRule)),
            first_timer=draw(st.sampled_from(FirstTimerRule)),
            small=draw(st.booleans()),
        ),
        seed=draw(st.integers(0, 9)),
    )


@settings(max_examples=80)
@given(evenings())
def test_feasible_evening_keeps_every_hard_rule_and_seats_all_once(task):
    plan = plan_groups(task, FEW)

    assert faults_of(task, plan) == []
    assert measure(task, plan).hard == 0
    assert [[len(room) for room in rooms] for rooms in plan.rounds] == [list(sizes) for sizes in task.sizes]


@settings(max_examples=30)
@given(st.lists(st.sets(st.integers(1, 3)), min_size=1, max_size=30), st.integers(0, 9))
def test_people_who_miss_a_round_are_seated_in_the_others_only(absences, seed):
    crowd = tuple(Participant(f"p{i:02}", absent=tuple(sorted(a))) for i, a in enumerate(absences))
    here = [[p.id for p in crowd if number not in p.absent] for number in (1, 2, 3)]
    task = GroupingTask(crowd, tuple(choose_sizes(len(ids)) for ids in here), seed=seed)

    plan = plan_groups(task, FEW)

    assert [sorted(i for room in rooms for i in room) for rooms in plan.rounds] == here
    assert [[len(room) for room in rooms] for rooms in plan.rounds] == [list(s) for s in task.sizes]


def test_nine_people_of_three_industries_meet_all_others_and_no_colleague():
    """Three rounds of three rooms are just enough to meet everybody of another industry once; so
    no meeting may repeat or be within an industry, and every ask across industries is answered."""
    crowd = tuple(
        Participant(
            f"p{i}",
            industry="EGI"[i // 3],
            asks=("law",) if i == 0 else ("tax",) if i == 1 else (),
            gives=("law",) if i == 8 else ("tax",) if i == 2 else (),
        )
        for i in range(9)
    )
    task = GroupingTask(crowd, ((3, 3, 3),) * 3)

    plan = plan_groups(task, 40_000)

    everybody_else = {frozenset((a.id, b.id)) for a, b in combinations(crowd, 2) if a.industry != b.industry}
    assert sorted(meetings(plan), key=sorted) == sorted(everybody_else, key=sorted)
    assert measure(task, plan).rank == (0, 0, -6)
    claims = explain(task, plan)
    assert {(c["industries"], c["jobs"], c["new_pairs"]) for c in claims} == {(3, 0, 3)}
    assert [triple for c in claims for triple in c["asks"]] == [["p0", "p8", "law"]]


def test_people_who_share_a_theme_are_brought_together():
    crowd = (
        *people(7),
        Participant("x", themes=("care", "moving")),
        Participant("y", themes=("care",)),
    )
    plan = plan_groups(GroupingTask(crowd, ((3, 3, 3),)), FEW)

    assert frozenset("xy") in meetings(plan)


def test_everybody_with_a_theme_meets_somebody_who_shares_it_though_others_cost_less():
    """Whoever shares a theme is in the same industry, and two of them have met before."""
    pairs = [(f"{name}1", f"{name}2") for name in "abcdef"]
    crowd = tuple(Participant(id, industry=one[0], themes=(one[0],)) for one in pairs for id in one)
    task = GroupingTask((*crowd, *people(4)), ((4,) * 4, (4,) * 4), history=(("a1", "a2", 1.0),))

    plan = plan_groups(task, 40_000)

    assert near(task, plan) == {person.id for person in crowd}
    assert repeats(plan) == 0


def test_nobody_meets_twice_for_a_theme():
    crowd = (Participant("x", themes=("care",)), Participant("y", themes=("care",)), *people(14))
    plan = plan_groups(GroupingTask(crowd, ((4,) * 4,) * 3), 40_000)

    assert meetings(plan).count(frozenset("xy")) == 1


@settings(max_examples=40)
@given(evenings())
def test_points_without_themes_are_those_of_the_benchmark(task):
    crowd = tuple(replace(person, themes=()) for person in task.people)
    plan = plan_groups(replace(task, people=crowd), 400)

    quality = measure(replace(task, people=crowd), plan)

    assert quality.soft == pytest.approx(benchmark_points(task, plan))
    assert quality.repeats == repeats(plan)


def test_past_company_sits_apart_and_is_no_new_pair():
    crowd = people(6)
    met = (("p00", "p01", 3.0), ("p02", "p03", 1.0))
    task = GroupingTask(crowd, ((3, 3),), history=met)

    plan = plan_groups(task, FEW)

    assert measure(task, plan).soft == 0
    together = SeatingPlan([[["p00", "p01", "p02"], ["p03", "p04", "p05"]]])
    assert measure(task, together).soft == 60
    assert [claim["new_pairs"] for claim in explain(task, together)] == [2, 3]


def test_claims_from_a_round_on_count_who_met_before_and_left():
    plan = SeatingPlan([[["a", "b", "gone"], ["c", "d", "e"]], [["a", "c", "d"], ["b", "e"]]])
    task = GroupingTask(tuple(Participant(name) for name in "abcde"), ())

    claims = explain(task, plan, from_round=2)

    assert [(claim["round"], claim["room"], claim["new_pairs"]) for claim in claims] == [(2, 1, 2), (2, 2, 1)]


# What a group shares


def test_common_ground_names_what_at_least_two_share_and_never_a_private_theme():
    crew = [
        Participant("a", industry="E", job="sales", themes=("study", "care", "fit")),
        Participant("b", industry="E", themes=("study", "care")),
        Participant("c", industry="G", themes=("study", "own", "own")),
        Participant("d"),
    ]
    assert shared_ground(crew, {"study", "fit", "own"}) == Ground(
        people=4, themes=(("study", 3),), industries=(("E", 2),), jobs=(), industries_met=2
    )


@pytest.mark.parametrize("crew", [[], [Participant("a", industry="E", themes=("study",))]])
def test_nobody_shares_anything_alone(crew):
    ground = shared_ground(crew, {"study"})
    assert (ground.themes, ground.industries, ground.jobs) == ((), (), ())


def test_same_seed_gives_the_same_plan_under_any_hash_seed():
    code = (
        "import sys; from events.groups.rules.grouping_format import read_instance;"
        "from events.groups.rules.grouping import plan_groups, explain;"
        "_, task = read_instance(sys.stdin.buffer.read()); plan = plan_groups(task, 4000);"
        "print(plan.rounds, explain(task, plan))"
    )
    plans = {
        subprocess.run(
            [sys.executable, "-c", code],
            input=json.dumps(instance()),
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for hash_seed in ("1", "2", "random")
    }
    assert len(plans) == 1


def test_another_seed_gives_another_plan():
    crowd = people(16)
    one, other = (plan_groups(GroupingTask(crowd, ((4,) * 4,), seed=seed), FEW).rounds for seed in (1, 2))
    assert one != other


# No plan

ONE_ROOM = ((4,),)


@pytest.mark.parametrize(
    ("task", "cause"),
    [
        (GroupingTask(people(4), ((3,),)), NoPlanCause.SIZES),
        (GroupingTask(people(3), ((4, -1),)), NoPlanCause.SIZES),
        (GroupingTask(people(4), ONE_ROOM, blocked=(("p00", "p03"),)), NoPlanCause.BLOCKED),
        (
            GroupingTask(
                people(8),
                ((4, 4),),
                blocked=(("p00", "p01"), ("p01", "p02"), ("p00", "p02")),
            ),
            NoPlanCause.BLOCKED,
        ),
        (
            GroupingTask(people(4), ONE_ROOM, rules=Rules(host=HostRule.EACH_GROUP)),
            NoPlanCause.HOST,
        ),
        (
            GroupingTask(
                (Participant("new", first_timer=True), *people(3)),
                ONE_ROOM,
                rules=Rules(first_timer=FirstTimerRule.NOT_ALONE),
            ),
            NoPlanCause.FIRST_TIMER,
        ),
        (
            GroupingTask(
                people(4, first_timer=True),
                ((2, 2),),
                rules=Rules(first_timer=FirstTimerRule.NO_PAIR_WITHOUT_HOST),
            ),
            NoPlanCause.FIRST_TIMER,
        ),
        (
            GroupingTask(people(4, small=True), ONE_ROOM, rules=Rules(small=True)),
            NoPlanCause.SMALL_ROOM,
        ),
    ],
)
def test_impossible_evening_is_refused_with_its_cause(task, cause):
    with pytest.raises(NoPlan) as refusal:
        plan_groups(task, FEW)
    assert refusal.value.cause is cause


def test_blocked_stranger_has_no_effect():
    task = GroupingTask(people(4), ONE_ROOM, blocked=(("p00", "elsewhere"),))
    assert plan_groups(task, FEW).rounds == [[["p00", "p01", "p02", "p03"]]]


def test_nobody_present_gives_an_empty_round():
    assert plan_groups(GroupingTask((), ((),)), FEW).rounds == [[]]


def test_more_time_means_more_proposals():
    task = GroupingTask(people(12), ((3,) * 4,))
    assert 0 == proposals_within(0, task) < proposals_within(0.1, task) < proposals_within(1, task)


# The file


def instance(**changes: object) -> dict[str, object]:
    return {
        "format": "grouping-instance/1",
        "id": "small",
        "rounds": 2,
        "sizes": [[3, 3, 3], [3, 3, 3]],
        "people": [
            {
                "id": f"人{i}",
                "industry": "EGI"[i % 3],
                "host": i < 4,
                "asks": ["法"],
                "gives": ["法"] if i == 3 else [],
            }
            for i in range(9)
        ],
        "blocked": [["人1", "人2"], ["人4", "人7"]],
        "history": [["人0", "人5", 2]],
        "rules": {"host": "each_group"},
        "seed": 5,
        **changes,
    }


def test_command_writes_the_plan_of_the_rules(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("GROUPING_TIME_LIMIT", "0.02")
    file = tmp_path / "small.json"
    file.write_text(json.dumps(instance()), encoding="utf-8")

    call_command("plan_groups", str(file))

    written = json.loads(capsys.readouterr().out)
    _, task = read_instance(file.read_bytes())
    plan = plan_groups(task, proposals_within(0.02, task))
    assert written.pop("elapsed_ms") >= 0
    assert written == {
        "format": "grouping-plan/1",
        "instance": "small",
        "rounds": plan.rounds,
        "explain": explain(task, plan),
    }


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe\xff", "not JSON"),
        (b"[" * 100_000, "nested"),
        (b"[]", '"format"'),
        (instance(format="grouping-instance/2"), '"format"'),
        (instance(id=None), "id is not a text"),
        (instance(people={}), "people is not a list"),
        (instance(people=["x"]), r"people\[0\] is not a record"),
        (instance(people=[{"id": 7}]), r"people\[0\].id is not a text"),
        (instance(people=[{"id": "x"}, {"id": "x"}]), "same id"),
        (instance(people=[{"id": "x", "host": "no"}]), "neither true nor false"),
        (instance(rounds=3), '"rounds"'),
        (instance(sizes=[[3, 3, 3], [3, 3, True]]), r"sizes\[1\] is not a whole number"),
        (instance(blocked=[["人1"]]), "blocked holds a list that has not 2 items"),
        (instance(history=[["人1", "人2", float("nan")]]), "history is out of bounds"),
        (instance(rules={"host": "sometimes"}), "rules: 'sometimes'"),
        (instance(weights={"ask": -1}), "negative"),
        (instance(seed="x"), "seed is not a whole number"),
    ],
)
def test_wrong_file_is_refused_by_name_of_the_place(text, where):
    with pytest.raises(WrongFile, match=where):
        read_instance(text if isinstance(text, bytes) else json.dumps(text).encode())


@pytest.mark.parametrize(
    ("content", "limit", "status", "sentence"),
    [
        (None, "1", 2, "No such file"),
        ({}, "1", 2, '"format" is not'),
        (instance(sizes=[[3, 3, 3], [3, 3, 4]]), "1", 2, "do not fit"),
        (instance(blocked=[["人0", f"人{i}"] for i in range(1, 9)]), "1", 1, "kept apart"),
        (instance(), "soon", 2, "GROUPING_TIME_LIMIT"),
        (instance(), "inf", 2, "GROUPING_TIME_LIMIT"),
    ],
)
def test_command_refuses_in_one_sentence(tmp_path, monkeypatch, content, limit, status, sentence):
    monkeypatch.setenv("GROUPING_TIME_LIMIT", limit)
    file = tmp_path / "some.json"
    if content is not None:
        file.write_text(json.dumps(content), encoding="utf-8")

    with pytest.raises(CommandError, match=sentence) as refusal:
        call_command("plan_groups", str(file))

    assert refusal.value.returncode == status
    assert "\n" not in str(refusal.value)
