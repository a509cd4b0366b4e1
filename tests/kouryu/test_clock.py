"""The clock of the tests: one moment for each, no fixed day beside the real one, and no wait that load could end."""

from __future__ import annotations

import ast
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.utils import timezone

from kouryu.clock import TOKYO
from tests import clock, run

TESTS = Path(__file__).resolve().parent.parent
NOW = datetime(2031, 5, 4, 12, 30, tzinfo=UTC)
# They wait on purpose: the rig has the limits, and the bench measures time.
WITH_LIMITS_OF_THEIR_OWN = ("rig", "bench")


def test_a_test_begins_at_the_now_of_its_module():
    assert timedelta(0) <= timezone.now() - NOW < timedelta(minutes=5)


def test_a_module_without_a_now_begins_when_the_run_began():
    assert clock.begins_at(SimpleNamespace()) == clock.STARTED
    assert clock.begins_at(SimpleNamespace(NOW="noon")) == clock.STARTED


# --- bin/test --at


@pytest.mark.parametrize("wrong", ["2028-02-29T23:58", "2028-02-29", "2027-02-29T12:00+09:00", "tomorrow", ""])
def test_what_is_no_moment_is_refused_with_an_example(wrong, capsys):
    before = dict(os.environ)
    with pytest.raises(SystemExit) as refused:
        run.main(["--at", wrong, "--collect-only"])

    assert dict(os.environ) == before  # other tests of this process start programs with it
    assert refused.value.code == 2
    assert f"{wrong!r} is no moment: write one like 2028-02-29T23:58+09:00, or any." in capsys.readouterr().err


@pytest.mark.live
@pytest.mark.parametrize("moment", ["2028-02-29T23:58:00+09:00", "2024-12-31T23:58:00+09:00"])
def test_a_program_and_what_it_starts_live_at_the_moved_moment(moment):
    begins = datetime.fromisoformat(moment)
    ask = "import subprocess, time; print(time.time()); subprocess.run(['date', '+%s'])"

    said = subprocess.run(
        [sys.executable, "-u", "-c", ask], env=run.environ(begins), capture_output=True, text=True, check=True
    )

    for line in said.stdout.split():
        assert 0 <= float(line) + 1 - begins.timestamp() < 300


@pytest.mark.live
def test_a_wait_takes_its_time_below_a_moved_clock():
    """Waits that never end or fail at once are what a wrong libfaketime shows (Python waits by the monotonic clock)."""
    ask = "import threading, time; a = time.monotonic(); time.sleep(0.1); threading.Event().wait(0.1); print('waited')"

    said = subprocess.run([sys.executable, "-c", ask], env=run.environ(NOW), capture_output=True, text=True, check=True)

    assert said.stdout == "waited\n"


# --- what is drawn


@pytest.mark.parametrize("after", [NOW, datetime(2026, 12, 31, 15, 30, tzinfo=UTC), datetime(2028, 2, 29, tzinfo=UTC)])
def test_every_named_moment_lies_ahead_and_within_the_years(after):
    moments = clock.moments(after)

    assert {moment > after for moment in moments.values()} == {True}
    assert max(moments.values()) < after + timedelta(days=366 * (clock.YEARS_AHEAD + 1))
    assert len({name.rsplit(" ", 1)[0] for name in moments}) == 9


def test_a_leap_day_and_the_hours_of_summer_time_are_among_them():
    moments = clock.moments(datetime(2026, 11, 30, tzinfo=UTC))

    assert moments["end of February 2028"].isoformat() == "2028-02-29T23:58:00+09:00"
    # By the rule of the European Union: the last Sundays of March and October, 01:00 UTC.
    assert moments["summer time begins in Europe 2027"].astimezone(UTC).isoformat() == "2027-03-28T00:58:00+00:00"
    assert moments["summer time ends in Europe 2027"].astimezone(UTC).isoformat() == "2027-10-31T00:58:00+00:00"


def test_what_is_drawn_lies_ahead_and_differs():
    found = {clock.drawn(NOW, random.Random(seed)) for seed in range(50)}

    assert len(found) > 25
    assert min(found) >= NOW.replace(second=0, microsecond=0)


# --- what the tests themselves may not do


def test_whoever_names_a_fixed_moment_and_uses_the_database_begins_there():
    """Else the factories take the real day beside it, and the test holds on some days only."""
    mixed = [
        str(path.relative_to(TESTS))
        for path in sorted(TESTS.rglob("test_*.py"))
        if "factories" in path.read_text() and _fixed_moments(path) and not _has_a_now(path)
    ]

    assert mixed == []


def test_no_test_waits_by_a_figure_of_its_own():
    """Waits are asked for in tests/rig/patience.py, whose limit grows with the load of the machine."""
    own = [
        f"{path.relative_to(TESTS)}:{line}"
        for path in sorted(TESTS.rglob("*.py"))
        if path.relative_to(TESTS).parts[0] not in WITH_LIMITS_OF_THEIR_OWN
        for line in _own_waits(path)
    ]

    assert own == []


def _fixed_moments(path: Path) -> list[str]:
    return [
        target.id
        for statement in ast.parse(path.read_text()).body
        if isinstance(statement, ast.Assign) and _is_fixed_moment(statement.value)
        for target in statement.targets
        if isinstance(target, ast.Name)
    ]


def _has_a_now(path: Path) -> bool:
    return any(
        isinstance(target, ast.Name) and target.id == "NOW"
        for statement in ast.parse(path.read_text()).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
    )


def _is_fixed_moment(value: ast.expr) -> bool:
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id == "datetime"
        and bool(value.args)
        and isinstance(value.args[0], ast.Constant)
    )


def _own_waits(path: Path) -> Iterator[int]:
    for call in ast.walk(ast.parse(path.read_text())):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        timeouts = [word.value for word in call.keywords if word.arg == "timeout"]
        if name == "sleep" or any(isinstance(value, ast.Constant) for value in timeouts):
            yield call.lineno


def test_the_ci_run_draws_a_moment():
    words = (settings.BASE_DIR / ".ci" / "run").read_text()
    assert "bin/test" in words
    assert "--at any" in words


def test_the_zone_of_the_site_is_named_once():
    """Days and hours are counted in `kouryu.clock.TOKYO`; Django's default zone is the same."""
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=TESTS.parent, capture_output=True, text=True, check=True)
    naming = [
        f"{name}:{node.lineno}"
        for name in listed.stdout.splitlines()
        for node in ast.walk(ast.parse((TESTS.parent / name).read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {"ZoneInfo", "override"}
        if any(ast.unparse(argument) == "'Asia/Tokyo'" for argument in node.args)
    ]
    assert [place.split(":")[0] for place in naming] == ["kouryu/clock.py"], naming
    assert TOKYO.key == settings.TIME_ZONE
