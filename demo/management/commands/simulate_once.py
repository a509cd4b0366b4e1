"""One run of the simulation, in a process and on a database of its own. Started by `manage.py simulate`."""

from __future__ import annotations

import json
import resource
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo.simulation.assumptions import Assumptions
from demo.simulation.chance import seat_by_chance
from demo.simulation.clock import Clock
from demo.simulation.figures import figures_of
from demo.simulation.year import play
from events.groups.rules.grouping import plan_groups
from feedback.management.commands.check_invariants import breaches_at
from feedback.ties.flows.network import rebuild_all
from kouryu import children
from members.models import User

SETTINGS = "demo.simulation.settings"


class Command(BaseCommand):
    help = "Run by manage.py simulate, on a database that it made; refuses any other."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--members", type=int, required=True)
        parser.add_argument("--months", type=int, required=True)
        parser.add_argument("--seed", type=int, required=True)
        parser.add_argument("--by-chance", action="store_true", help="draw groups by chance")
        parser.add_argument("--outcome", type=Path, required=True, help="where the outcome is written, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        children.die_with_parent()
        if settings.SETTINGS_MODULE != SETTINGS or User.objects.exists():
            raise CommandError("This runs on a new database of its own only. Use manage.py simulate.")
        began, worked = time.perf_counter(), time.process_time()
        world = play(
            Assumptions(),
            members=options["members"],
            months=options["months"],
            seed=options["seed"],
            planner=seat_by_chance if options["by_chance"] else plan_groups,
            told=self.stderr.write,
        )
        outcome = {
            "figures": figures_of(world).as_json(),
            "breaches": breaches_at(world.clock.end),
            "rebuilt": asdict(rebuild_all()),
            "speed": _speed(world.clock, time.perf_counter() - began, time.process_time() - worked),
        }
        options["outcome"].write_text(json.dumps(outcome, ensure_ascii=False))


def _speed(clock: Clock, seconds: float, worked: float) -> dict[str, Any]:
    """How long it took; `worked` are the seconds of the processor, which others on the machine change less."""
    events = clock.calls.total()
    return {
        "events": events,
        "seconds": round(seconds, 1),
        "processor_seconds": round(worked, 1),
        "events_per_second": round(events / seconds),
        "events_per_processor_second": round(events / worked),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),  # Linux: in KiB
        "by_flow": {
            flow: {"calls": clock.calls[flow], "processor_seconds": round(spent, 2)}
            for flow, spent in clock.seconds.most_common()
        },
    }
