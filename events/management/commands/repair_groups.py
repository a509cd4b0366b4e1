"""Which rooms change once somebody left or came? The site's own repair, on a grouping-repair/1 file."""

from __future__ import annotations

import time

from events.groups.rules.grouping import explain, repair_groups
from events.groups.rules.grouping_format import plan_record, read_repair
from events.management.grouping import GroupingCommand


class Command(GroupingCommand):
    help = (
        "Read FILE (grouping-repair/1) and write the repaired plan (grouping-plan/1) to standard output. "
        "Exit status: 0 repaired, 1 the hard rules cannot be kept, 2 wrong file."
    )

    def answer(self, text: bytes) -> dict[str, object]:
        wanted = read_repair(text)
        started = time.perf_counter()
        plan = repair_groups(wanted.task, wanted.plan, wanted.from_round, wanted.limits)
        elapsed_ms = round((time.perf_counter() - started) * 1000)
        return plan_record(wanted.instance, plan, explain(wanted.task, plan), elapsed_ms)
