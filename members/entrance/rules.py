"""The rules of the entrance: what welcomes a new member."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

PLEDGE_VERSION = "2026-11"


class Step(StrEnum):
    """The welcome steps in their order; the values are what `Profile.steps_done` holds."""

    PLEDGE = "pledge"
    WORK = "work"
    THEMES = "themes"
    PREFERENCES = "preferences"
    STRENGTHS = "strengths"


NUMBERED = (Step.WORK, Step.THEMES, Step.PREFERENCES, Step.STRENGTHS)  # 1/4 … 4/4; the pledge comes before


def next_undone(steps_done: Collection[str], *, after: str = "") -> Step | None:
    """The first step that was not saved yet, or None; of those behind the step `after`, if that is one."""
    steps = list(Step)
    behind = steps[steps.index(Step(after)) + 1 :] if after in steps else steps
    return next((step for step in behind if step.value not in steps_done), None)


def is_consistent(industry: str, group: str, parents: Mapping[str, str]) -> bool:
    """Does the major group, if given, belong to the chosen division? `parents` names each group's division."""
    return not group or parents.get(group) == industry
