"""Which rooms does a file of people get? The site's own grouping, on a grouping-instance/1 file."""

from __future__ import annotations

import time

from events.groups.rules.grouping import explain, plan_groups, proposals_within
from events.groups.rules.grouping_format import plan_record, read_instance
from events.management.grouping import GroupingCommand
from kouryu import env


class Command(GroupingCommand):
    help = (
        "Read FILE (grouping-instance/1) and write a plan (grouping-plan/1) to standard output. "
        "GROUPING_TIME_LIMIT, in seconds (default 1), is turned into a number of tried swaps. "
        "Exit status: 0 planned, 1 the hard rules cannot be kept, 2 wrong file."
    )

    def answer(self, text: bytes) -> dict[str, object]:
        seconds = env.amount("GROUPING_TIME_LIMIT", 1.0)
        instance, task = read_instance(text)
        started = time.perf_counter()
        plan = plan_groups(task, proposals_within(seconds, task))
        elapsed_ms = round((time.perf_counter() - started) * 1000)
        return plan_record(instance, plan, explain(task, plan), elapsed_ms)
