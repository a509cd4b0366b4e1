"""Which rooms does a file of people get? The site's own grouping, on a grouping-instance/1 file."""

from __future__ import annotations

import json
import os
import time
from argparse import ArgumentParser
from math import isfinite
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError

from events.rules.grouping import NoPlan, NoPlanCause, explain, plan_groups, proposals_within
from events.rules.grouping_format import WrongFile, plan_record, read_instance

WRONG_FILE, NO_PLAN = 2, 1


class Command(BaseCommand):
    help = (
        "Read FILE (grouping-instance/1) and write a plan (grouping-plan/1) to standard output. "
        "GROUPING_TIME_LIMIT, in seconds (default 1), is turned into a number of tried swaps. "
        "Exit status: 0 planned, 1 the hard rules cannot be kept, 2 wrong file."
    )
    # Touches no database and no page: nothing to check, and starting up is most of its time.
    requires_system_checks: ClassVar[list[str]] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        seconds = _time_limit(os.environ.get("GROUPING_TIME_LIMIT") or "1")
        try:
            instance, task = read_instance(Path(options["file"]).read_bytes())
            started = time.perf_counter()
            plan = plan_groups(task, proposals_within(seconds, task))
        except (OSError, ValueError) as error:
            reason = f"{options['file']} cannot be used: {_why(error)}."
            raise CommandError(reason, returncode=WRONG_FILE) from None
        except NoPlan as no:
            wrong = no.cause is NoPlanCause.SIZES
            reason = f"No plan for {options['file']}: {SENTENCES[no.cause]}."
            raise CommandError(reason, returncode=WRONG_FILE if wrong else NO_PLAN) from None
        elapsed_ms = round((time.perf_counter() - started) * 1000)
        record = plan_record(instance, plan, explain(task, plan), elapsed_ms)
        self.stdout.write(json.dumps(record))


SENTENCES = {
    NoPlanCause.SIZES: "the room sizes of a round do not add up to the people present",
    NoPlanCause.BLOCKED: "blocked pairs cannot be kept apart",
    NoPlanCause.HOST: "not every room can have a host",
    NoPlanCause.FIRST_TIMER: "the rule for first-timers cannot be kept",
    NoPlanCause.SMALL_ROOM: "not everybody who needs a small room can have one",
}


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, WrongFile):
        return str(error)
    return (error.strerror or "it cannot be read") if isinstance(error, OSError) else str(error)


def _time_limit(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not isfinite(seconds) or seconds < 0:
        raise CommandError(f"GROUPING_TIME_LIMIT is not a number of seconds: {text!r}.", returncode=WRONG_FILE)
    return seconds
