"""`manage.py simulate`: a year of a made-up community, with the site's groups and with groups by chance."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from argparse import ArgumentTypeError
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo.management.commands.simulate_once import SETTINGS
from demo.simulation.assumptions import Assumptions
from demo.simulation.table import table
from kouryu import children

# What would lead a run to services of the real site, or change what time means.
NOT_FOR_A_SIMULATION = ("DATABASE_URL", "SMTP_URL", "REDIS_URL", "KOURYU_BROKER_SOCKET")
OUTCOME = "outcome.json"
Process = subprocess.Popen[bytes]
RUNS = {"kouryu": (), "chance": ("--by-chance",)}


class Command(BaseCommand):
    """Plays in processes of its own, on SQLite files in a temporary folder that is removed at the end, also after
    Ctrl-C; the database of the site is not even opened."""

    help = (
        "Lives through months of a made-up community on a throw-away database, through the real flows, twice: with "
        "the groups drawn as the site draws them, and by chance. Prints what came of it. The assumptions about people "
        "stand in demo/simulation/assumptions.py."
    )
    requires_system_checks: ClassVar[list[str]] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--members", type=_between(20, 20_000), default=500)
        parser.add_argument("--months", type=_between(1, 36), default=12)
        parser.add_argument("--seed", type=_between(0, 2**31 - 1), default=1)
        parser.add_argument("--json", type=Path, help="write everything to this file, too")

    def handle(self, *args: Any, json: Path | None, **options: Any) -> None:
        asked = {name: options[name] for name in ("members", "months", "seed")}
        if json and not json.parent.is_dir():
            raise CommandError(f"There is no folder {json.parent} to write to.")
        with _ends_orderly(), TemporaryDirectory(prefix="kouryu-simulation-") as folder:
            outcomes = _run_all(Path(folder), asked, is_quiet=options["verbosity"] == 0)
        self.stdout.write(table(asked, outcomes))
        if json:
            _write(json, {"asked": asked, "assumptions": asdict(Assumptions()), "runs": outcomes})


def _run_all(folder: Path, asked: Mapping[str, int], *, is_quiet: bool) -> dict[str, dict]:
    """Both runs side by side, each on one core."""
    make_database(folder / "new")
    running = {name: start(folder, name, asked, is_quiet=is_quiet) for name in RUNS}
    try:
        return {name: _outcome(process, folder / name) for name, process in running.items()}
    finally:
        for process in running.values():
            children.stop(process, within=5)


def make_database(folder: Path) -> None:
    """A new database, migrated."""
    folder.mkdir()
    for command in ("migrate", "createcachetable"):
        # S603: ourselves, on a database of our own.
        # Our own manage.py with words of ours: nothing that anybody typed.
        done = subprocess.run(_manage([command, "--verbosity", "0"]), env=_environment(folder), check=False)  # noqa: S603 - us
        if done.returncode:
            raise CommandError(f"The database could not be made: {command} ended with {done.returncode}.")


def start(folder: Path, name: str, asked: Mapping[str, int], *, is_quiet: bool) -> Process:
    """Begin the run of this name, in a folder of its own with a copy of the new database."""
    data = folder / name
    shutil.copytree(folder / "new", data)
    numbers = [part for key, value in asked.items() for part in (f"--{key}", str(value))]
    command = ["simulate_once", *numbers, *RUNS[name], "--outcome", str(data / OUTCOME)]
    return children.start(_manage(command), env=_environment(data), stderr=_errors(is_quiet=is_quiet))


def _outcome(process: Process, data: Path) -> dict:
    if process.wait():
        raise CommandError(f"A run ended with {process.returncode}.")
    return json.loads((data / OUTCOME).read_text())


def _manage(command: list[str]) -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *command]


def _environment(data: Path) -> dict[str, str]:
    """That of the caller with the settings of the simulation, whose database lies in `data`."""
    return {name: value for name, value in os.environ.items() if name not in NOT_FOR_A_SIMULATION} | {
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "KOURYU_ENV": "development",
        "KOURYU_DATA": str(data),
        "LOG_LEVEL": "ERROR",
    }


def _errors(*, is_quiet: bool) -> int | None:
    """Where the progress goes: nowhere, or to where ours goes."""
    return subprocess.DEVNULL if is_quiet else None


@contextmanager
def _ends_orderly() -> Iterator[None]:
    """Ctrl-C unwinds by itself; being asked to end does so likewise, and the folder goes with it."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _between(least: int, most: int) -> Any:
    def number(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise ArgumentTypeError(f"must be a whole number from {least} to {most}")
        return int(text)

    return number


def _write(path: Path, outcome: dict) -> None:
    try:
        path.write_text(json.dumps(outcome, ensure_ascii=False, indent=2) + "\n")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
