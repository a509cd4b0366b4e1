"""The rules of the entrance: sessions of staff, and what welcomes a new member."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from kouryu.clock import is_from_the_future


def is_over_for_staff(
    signed_in_at: datetime, used_at: datetime, now: datetime, *, longest: timedelta, idle: timedelta
) -> bool:
    """Staff see what is other people's, so they sign in again after a day, and after an hour unused.

    A use that is yet to come was noted by a clock that was ahead: how long it is ago nobody knows.
    """
    if is_from_the_future(signed_in_at, now) or is_from_the_future(used_at, now):
        return True
    return now - signed_in_at >= longest or now - used_at >= idle


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
