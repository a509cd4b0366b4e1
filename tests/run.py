"""`bin/test`: every check in one go, and in the last lines what took part and what came out.

`bin/test --at 2028-02-29T23:58+09:00` runs each part as if it began at that moment: pytest with every program that the
tests start, worker, beat and browser among them, but for the database servers, which are asked for no time.
`bin/test --at any` draws a moment, and says it.

`bin/test --quick [PATH…]`, for the daily round: lint, types, rules and flows on SQLite, without pages, programs and
whatever is long.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from xml.etree import ElementTree

import libfaketime

from tests.clock import drawn
from tests.notes import lines_in, read

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
# Set by the caller's shell, these would make the suite test something else.
NOT_FOR_TESTS = ("DATABASE_URL", "REDIS_URL", "SMTP_URL", "KOURYU_ENV", "KOURYU_DEBUG", "SITE_URL")
TOOK_PART = re.compile(r"^(database|broker|SMTP server|browser): .+")
ON_POSTGRESQL = ["-p", "tests.plugins.postgresql"]
SEVERAL = 3  # tests: what each process asks once, two may ask on SQLite in another test than on PostgreSQL
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@dataclass
class RunOutcome:
    """What is known so far."""

    begins_at: datetime | None = None  # for each part; None: now
    counts: Counter[str] = field(default_factory=Counter)
    failed_steps: list[str] = field(default_factory=list)
    skipped_parts: list[str] = field(default_factory=list)
    took_part: dict[str, None] = field(default_factory=dict)  # an ordered set

    @property
    def is_good(self) -> bool:
        return not self.failed_steps and not (self.skipped_parts and os.environ.get("CI") == "true")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bin/test", add_help=False, allow_abbrev=False)
    parser.add_argument("--at", type=_moment)
    parser.add_argument("--quick", action="store_true")
    options, for_pytest = parser.parse_known_args(arguments)
    for name in NOT_FOR_TESTS:
        os.environ.pop(name, None)
    if options.at:
        _say(f"clock: each part begins at {options.at.isoformat()} (again: bin/test --at {options.at.isoformat()})")
    # Else each of the hundred programs that tests start, and each worker of pytest, would compile the sources anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory(prefix="kouryu-test-") as data:
        os.environ["KOURYU_DATA"], os.environ["KOURYU_ENV"] = data, "development"
        if options.quick:
            return _quick(Path(data), RunOutcome(begins_at=options.at), for_pytest)
        if for_pytest:
            command = [PYTHON, "-m", "pytest", *for_pytest]
            return subprocess.run(command, cwd=ROOT, env=environ(options.at)).returncode
        return _everything(Path(data), RunOutcome(begins_at=options.at))


def _moment(text: str) -> datetime:
    """The moment that `--at` names. A day or an hour without its distance from UTC is refused."""
    now = datetime.now(UTC)
    if text == "any":
        return drawn(now, random.SystemRandom())
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        example = "2028-02-29T23:58+09:00"
        raise argparse.ArgumentTypeError(f"{text!r} is no moment: write one like {example}, or any.")
    return moment


def environ(begins_at: datetime | None) -> dict[str, str]:
    """The environment of a program whose clock shows `begins_at` just now; without one, ours."""
    if begins_at is None:
        return dict(os.environ)
    _, moved = libfaketime.get_reload_information()
    # A run inside of a moved one counts from the machine's clock, as libfaketime does.
    ahead = (begins_at - datetime.now(UTC)).total_seconds() + float(os.environ.get("FAKETIME", 0))
    # Waits and files keep the real time: what runs for ten seconds takes ten, and no compiled file looks outdated.
    clock = {
        "FAKETIME": f"{ahead:+.0f}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }
    return {**os.environ, **moved, **clock}


def _everything(data: Path, outcome: RunOutcome) -> int:
    """Every check. What mostly waits, for a lock, a worker or a page, runs beside the suite."""
    started = time.monotonic()
    _get_system_packages(outcome)
    ordinary = ["tests", *(f"--ignore=tests/{folder}" for folder in ("races", "live", "browser")), "-n", "2"]
    servers = {"real worker, broker and SMTP server": ["tests/live", *ON_POSTGRESQL]}
    waiting = {"races, on PostgreSQL": ["tests/races", *ON_POSTGRESQL]}
    if _chromium() and _has_japanese_font():
        waiting["the main job in a browser"] = ["tests/browser"]
    with _beside(outcome, data, servers), _beside(outcome, data, waiting):
        lint(outcome)
        _on_both_databases(outcome, data, ordinary)
    _sum_up(outcome, time.monotonic() - started)
    return 0 if outcome.is_good else 1


def _on_both_databases(outcome: RunOutcome, data: Path, tests: list[str]) -> None:
    """On SQLite all of it, on PostgreSQL what can answer otherwise there, by what was asked on SQLite."""
    on_sqlite, on_postgresql = (Path(tempfile.mkdtemp(dir=data)) for _ in range(2))
    _pytest(outcome, data, "the suite on SQLite", [*tests, *_noting(on_sqlite)], _say)
    chosen = [*ON_POSTGRESQL, f"--as-noted={on_sqlite}"]
    _pytest(outcome, data, "the suite on PostgreSQL", [*tests, *chosen, *_noting(on_postgresql)], _say)
    asked = lines_in(read(on_sqlite).values(), of_tests=SEVERAL)
    missing = asked - lines_in(read(on_postgresql).values())
    for line in sorted(missing):
        _say(f"asked on SQLite and not on PostgreSQL: {line}")
    if missing:
        outcome.failed_steps.append("every line that asks a database was asked on PostgreSQL")


def _noting(folder: Path) -> list[str]:
    return ["-p", "tests.plugins.statements", f"--note-statements={folder}"]


def _quick(data: Path, outcome: RunOutcome, chosen: list[str]) -> int:
    """What a minute can tell, of these tests or of all chapters."""
    started = time.monotonic()
    lint(outcome)
    folders = chosen or ["tests/members", "tests/events", "tests/feedback"]
    _pytest(outcome, data, "rules and flows on SQLite", ["-n", "2", "-p", "tests.plugins.quick", *folders], _say)
    _sum_up(outcome, time.monotonic() - started)
    return 0 if outcome.is_good else 1


def lint(outcome: RunOutcome) -> None:
    """Everything that is known without running the site."""
    manage = [PYTHON, "manage.py"]
    _step(outcome, "ruff check", [PYTHON, "-m", "ruff", "check", "--quiet", "."])
    _step(outcome, "ruff format", [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."])
    _step(outcome, "types", [PYTHON, "-m", "mypy"])
    _step(outcome, "django check", [*manage, "check", "--fail-level", "WARNING"])
    _step(outcome, "migrations complete", [*manage, "makemigrations", "--check", "--dry-run"])


def _step(outcome: RunOutcome, name: str, command: list[str]) -> None:
    _say(f"\n--- {name}")
    if subprocess.run(command, cwd=ROOT).returncode != 0:
        outcome.failed_steps.append(name)


def _pytest(outcome: RunOutcome, data: Path, name: str, arguments: list[str], say: Callable[[str], None]) -> None:
    """One pytest run; its counts are added up, and what it says took part is kept."""
    say(f"\n--- {name}")
    report = data / f"{name}.xml"
    command = [PYTHON, "-m", "pytest", "-p", "no:cacheprovider", f"--junit-xml={report}", "-r", "fEs", *arguments]
    # Runs beside each other do not share their files.
    env = environ(outcome.begins_at) | {"KOURYU_DATA": tempfile.mkdtemp(dir=data)}
    options = {"cwd": ROOT, "env": env, "text": True}
    with subprocess.Popen(command, stdout=subprocess.PIPE, **options) as run:
        for line in run.stdout or ():
            say(line.rstrip("\n"))
            if TOOK_PART.match(line):
                outcome.took_part[line.strip()] = None
    if run.returncode != 0:
        outcome.failed_steps.append(name)
    if report.exists():
        outcome.counts.update(_counts(report))


@contextmanager
def _beside(outcome: RunOutcome, data: Path, runs: dict[str, list[str]]) -> Iterator[None]:
    """Runs one after the other beside the body; what they say comes after it."""
    said: list[str] = []

    def run_all() -> None:
        for name, arguments in runs.items():
            _pytest(outcome, data, name, arguments, said.append)

    thread = Thread(target=run_all)
    thread.start()
    try:
        yield
    finally:
        thread.join()
        _say("\n".join(said))


def _counts(report: Path) -> Counter[str]:
    """Passed, failed, errors and skipped of one run. The report was written by our own pytest just now."""
    suite = next(ElementTree.parse(report).getroot().iter("testsuite"))  # noqa: S314 - see above
    read = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
    failed, errors, skipped = read["failures"], read["errors"], read["skipped"]
    passed = read["tests"] - failed - errors - skipped
    return +Counter(passed=passed, failed=failed, errors=errors, skipped=skipped)


def _get_system_packages(outcome: RunOutcome) -> None:
    """What no wheel brings. Root on Debian installs it; elsewhere the part that needs it is left out, and said so."""
    wanted = {
        "chromium": _chromium,
        "fonts-noto-cjk": _has_japanese_font,
        "gettext": lambda: shutil.which("xgettext"),
        "nginx-light": lambda: shutil.which("nginx"),
    }
    missing = [package for package, is_there in wanted.items() if not is_there()]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        _say(f"installing {', '.join(missing)}")
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=environ, **quiet)
        subprocess.run(["apt-get", "install", "-qq", "--no-install-recommends", *missing], env=environ, **quiet)
    if not _chromium():
        outcome.skipped_parts.append("the main job in a browser: no Chromium")
    elif not _has_japanese_font():
        outcome.skipped_parts.append("the main job in a browser: no Japanese font (fonts-noto-cjk)")
    if not shutil.which("xgettext"):
        outcome.skipped_parts.append("words missing from the catalogue: no gettext")


def _chromium() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


def _has_japanese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    found = subprocess.run(["fc-list", ":lang=ja"], capture_output=True, text=True)
    return bool(found.stdout.strip())


def _sum_up(outcome: RunOutcome, seconds: float) -> None:
    _say("\n")
    for line in outcome.took_part:
        _say(f"took part: {line}")
    for part in outcome.skipped_parts:
        _say(f"SKIPPED {part}")
    for step in outcome.failed_steps:
        _say(f"FAILED {step}")
    words = [f"{count} {word}" for word, count in outcome.counts.items()]
    if outcome.failed_steps:
        words.insert(0, f"{len(outcome.failed_steps)} steps failed")
    if outcome.skipped_parts:
        words.append(f"{len(outcome.skipped_parts)} parts left out")
    _say(f" {', '.join(words)} in {seconds:.0f}s ".center(100, "="))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
