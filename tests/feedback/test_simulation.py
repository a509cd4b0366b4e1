"""`manage.py simulate`: the same seed the same figures, books in order, and nothing left but what was asked for."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from demo.management.commands.simulate import OUTCOME, make_database, start
from demo.simulation.chance import seat_by_chance
from demo.simulation.clock import Clock
from demo.simulation.figures import spread
from demo.simulation.people import Dice, times
from events.groups.rules.grouping import GroupingTask, Participant, measure, plan_groups
from kouryu import children
from kouryu.refusal import Gone
from tests.rig.patience import finished
from tests.rig.site import wait_until

BEGINS = datetime(2026, 4, 6, tzinfo=UTC)

pytestmark = pytest.mark.one_database

ASKED = {"members": 30, "months": 1, "seed": 4}
ARGUMENTS = [part for name, number in ASKED.items() for part in (f"--{name}", str(number))]
CONFIGURED = b"the site's own database, which nobody may touch"


def begin(folder: Path, *arguments: str) -> subprocess.Popen:
    """`manage.py simulate` on a site whose database is not even one: opening it would fail."""
    (folder / "tmp").mkdir()
    (folder / "kouryu.sqlite3").write_bytes(CONFIGURED)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "kouryu.settings",
        "KOURYU_DATA": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "PYTHONHASHSEED": "1",
    }
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "simulate", *arguments]
    return children.start(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The folder of a site after a simulation, with what it printed and wrote."""
    folder = tmp_path_factory.mktemp("site")
    process = begin(folder, *ARGUMENTS, "--json", str(folder / "all.json"))
    out, err = finished(process)
    assert process.returncode == 0, err
    (folder / "printed.txt").write_text(out)
    return folder


@pytest.fixture(scope="module")
def runs(site) -> dict[str, dict]:
    return json.loads((site / "all.json").read_text())["runs"]


def test_the_same_seed_gives_the_same_figures(runs, tmp_path, monkeypatch):
    """Also where sets and dictionaries come in another order."""
    monkeypatch.setenv("PYTHONHASHSEED", "2")
    make_database(tmp_path / "new")
    run = start(tmp_path, "kouryu", ASKED, is_quiet=True)
    finished(run)
    assert run.returncode == 0
    again = json.loads((tmp_path / "kouryu" / OUTCOME).read_text())
    assert again["figures"] == runs["kouryu"]["figures"]
    assert again["speed"]["events"] == runs["kouryu"]["speed"]["events"]


def test_something_happened_in_each_part(runs):
    figures = runs["kouryu"]["figures"]
    counts = ("evenings", "seats_attended", "pair_meetings", "thanks", "letters", "ties_formed", "mails")
    assert [name for name in counts if not figures[name]] == []
    assert figures["members"] == 30
    assert figures["industries_met"]["mean"] > 1


def test_the_books_are_in_order_and_ties_need_no_mending(runs):
    for run in runs.values():
        assert run["breaches"] == []
        assert run["rebuilt"]["checked"] > 0
        assert run["rebuilt"]["changed"] == 0


def test_both_runs_have_the_same_people_who_sit_otherwise(runs):
    kouryu, chance = runs["kouryu"]["figures"], runs["chance"]["figures"]
    assert (kouryu["members"], kouryu["evenings"]) == (chance["members"], chance["evenings"])
    assert kouryu != chance


def test_the_table_says_it_for_people(site):
    printed = (site / "printed.txt").read_text()
    assert "30 members, 1 months, seed 4" in printed
    for row in ("repeat meetings", "a letter within 72 hours", "mails per member and week", "peak memory in MB"):
        assert row in printed


def test_the_site_stays_untouched_and_nothing_is_left_behind(site):
    assert (site / "kouryu.sqlite3").read_bytes() == CONFIGURED
    assert {path.name for path in site.iterdir()} <= {"all.json", "printed.txt", "kouryu.sqlite3", "tmp"}
    assert list((site / "tmp").iterdir()) == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_stopped_half_way_it_leaves_nothing_behind(tmp_path, how):
    process = begin(tmp_path, *ARGUMENTS)
    wait_until(lambda: list((tmp_path / "tmp").iterdir()), what="the simulation makes its folder")
    process.send_signal(how)
    finished(process)
    assert process.returncode != 0
    assert list((tmp_path / "tmp").iterdir()) == []
    assert (tmp_path / "kouryu.sqlite3").read_bytes() == CONFIGURED


@pytest.mark.parametrize(
    "wrong",
    [("--members", "0"), ("--members", "1e3"), ("--months", "37"), ("--seed", "-1"), ("--seed", "٣")],
)
def test_numbers_that_make_no_sense_are_refused(wrong):
    with pytest.raises(CommandError, match="whole number"):
        call_command("simulate", "=".join(wrong))


@pytest.mark.django_db
def test_a_single_run_refuses_the_database_of_the_site(tmp_path):
    with pytest.raises(CommandError, match="database of its own"):
        call_command("simulate_once", members=30, months=1, seed=1, outcome=tmp_path / "outcome.json")


def company(count: int) -> GroupingTask:
    people = tuple(Participant(str(number), industry="G" if number % 2 else "E") for number in range(count))
    history = tuple(("0", str(number), 3.0) for number in range(1, 4))
    return GroupingTask(people, sizes=((4, 4, 4),) * 2, blocked=(("0", "1"), ("2", "3")), history=history, seed=7)


def test_chance_keeps_the_hard_rules_and_asks_for_nothing_else():
    """Over many evenings it seats past company together about as often as dice would, and never those who block."""
    by_chance = with_care = 0.0
    for seed in range(20):
        task = company(12)
        task = GroupingTask(task.people, task.sizes, task.blocked, task.history, seed=seed)
        plan = seat_by_chance(task, 60_000)
        assert measure(task, plan).hard == 0
        assert seat_by_chance(task, 1) == plan
        by_chance += measure(task, plan).soft
        with_care += measure(task, plan_groups(task, 2_000)).soft
    assert by_chance > with_care


def test_a_page_that_is_gone_is_a_refusal_and_no_end_of_the_year():
    clock = Clock(BEGINS, BEGINS + timedelta(days=1))

    def open_what_is_gone(*, now: datetime) -> None:
        raise Gone

    assert clock.call(open_what_is_gone) is None
    assert clock.refusals == {"not-found": 1}
    assert clock.calls.total() == 1


def test_figures_and_dice():
    assert spread([]) is None
    assert spread([4]).middle == 4
    assert (spread(range(11)).low, spread(range(11)).mean, spread(range(11)).high) == (1, 5, 9)
    assert Dice(1).of("x", 2, 3).random() == Dice(1).of("x", 2, 3).random() != Dice(1).of("x", 23).random()
    drawn = [times(1.5, Dice(1).of("times", number)) for number in range(2000)]
    assert 1.4 < sum(drawn) / 2000 < 1.6
