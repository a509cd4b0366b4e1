"""Groups by chance: what the site's way of drawing them is compared with."""

from __future__ import annotations

from dataclasses import replace

from events.groups.rules.grouping import GroupingTask, SeatingPlan, Weights, plan_groups

INDIFFERENT = Weights(repeat=0, history=0, industry=0, job=0, ask=0, theme=0)


def seat_by_chance(task: GroupingTask, proposals: int) -> SeatingPlan:
    """A random seating that keeps the hard rules and lets nobody meet twice in one evening.

    It is the site's own search with nothing to prefer: past company, industry, job, asks and themes weigh nothing,
    and the fewest swaps are tried, whatever `proposals` says. Refuses like `plan_groups`.
    """
    return plan_groups(replace(task, weights=INDIFFERENT, history=()), 0)
