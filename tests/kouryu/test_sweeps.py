"""Every flow that is declared a sweep runs: a task, a row in beat's schedule, and its place in the made-up worlds."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from demo.sweeps import NOT_PLAYED, QUIET_MORNING, SIMULATED, YEAR
from kouryu import sweeps
from kouryu.celery import app
from kouryu.sweeps import Sweep, declared
from members.models import Heartbeat
from tests.sweeps import run

ROOT = Path(settings.BASE_DIR)
APPS = ("members", "events", "feedback")
PLAYED = {*YEAR, *QUIET_MORNING, *(name for names in SIMULATED.values() for name in names)}


def declarations() -> Iterator[tuple[str, str]]:
    """File and line, and name of each sweep, as the sources say: also of a module that nobody imports."""
    for name in APPS:
        for file in sorted((ROOT / name).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                for call in getattr(node, "decorator_list", []):
                    if isinstance(call, ast.Call) and ast.unparse(call.func) in {"sweep", "sweeps.sweep"}:
                        yield f"{file.relative_to(ROOT)}:{node.lineno}", call.args[0].value


def test_every_sweep_has_a_task_and_is_sent_for():
    schedule = sweeps.schedule()
    nowhere = [
        f"{place} declares {name!r}"
        for place, name in declarations()
        if name not in schedule or schedule[name]["task"] not in app.tasks
    ]
    assert nowhere == [], "give its module to add_tasks in the tasks.py of its app"


def test_every_task_is_a_sweep():
    declared()
    tasks = {name for name in app.tasks if name.partition(".")[0] in {"kouryu", *APPS, "demo"}}
    assert tasks - {one.task for one in declared().values()} == set()


def test_a_check_asks_for_a_heartbeat_that_some_sweep_leaves():
    """A check that looks for another one would believe for ever that the sweep never ran."""
    sources = "".join(file.read_text() for name in APPS for file in (ROOT / name / "invariants").glob("*.py"))
    asked = set(re.findall(r'(?:overdue|swept_at)\("([^"]+)"', sources))
    assert asked
    assert asked - set(declared()) == set()


def test_a_name_belongs_to_one_module():
    modules = {one.name: {flow.__module__ for flow in one.flows} for one in declared().values()}
    assert [name for name, found in modules.items() if len(found) > 1] == []


def test_every_sweep_is_played_or_left_out_for_a_reason():
    places = {name: place for place, name in declarations()}
    lost = [f"{place} declares {name!r}" for name, place in places.items() if name not in PLAYED | set(NOT_PLAYED)]
    assert lost == [], "say in demo/sweeps.py when the year or the simulation runs it, or why neither does"
    assert (PLAYED | set(NOT_PLAYED)) - set(places) == set(), "no such sweep"
    assert PLAYED & set(NOT_PLAYED) == set()


@pytest.mark.django_db
def test_a_task_calls_the_flows_at_one_moment_and_notes_it():
    run("release-anonymous-picks")

    flows = [flow.__name__ for flow in declared()["release-anonymous-picks"].flows]
    assert flows == ["release_anonymous_picks", "forget_anonymous_picks"]  # what may still go out goes out first
    assert Heartbeat.objects.get().job == "release-anonymous-picks"


def test_a_sweep_that_asks_again_gets_the_clock():
    asked = []
    moments = iter([datetime(2031, 5, 4, 12, minute, tzinfo=UTC) for minute in range(3)])
    slow = Sweep("slow", timedelta(days=1), "kouryu.tasks.slow", True, [lambda clock: asked.extend([clock(), clock()])])

    assert slow.run(lambda: next(moments)).minute == 0
    assert [moment.minute for moment in asked] == [1, 2]
