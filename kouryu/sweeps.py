"""Sweeps: the flows that run again and again. Each is declared beside itself, and whatever recurs reads this list.

A sweep asks the database what is due. It may run at any time, twice, late, or side by side with itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from types import ModuleType
from typing import Any, TypeVar

from celery import shared_task
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from kouryu.numbers import DAY, HOUR, MINUTE

Clock = Callable[[], datetime]
Flow = TypeVar("Flow", bound=Callable[..., object])

# How often a sweep looks.
OFTEN: timedelta = settings.SWEEP_EVERY
EVERY_MINUTE, EVERY_FIVE_MINUTES, EVERY_TEN_MINUTES = MINUTE, 5 * MINUTE, 10 * MINUTE
HOURLY, DAILY = HOUR, DAY


@dataclass(frozen=True)
class Sweep:
    """What runs under one name. Two flows of one module may share it; they run in the order of their declaration."""

    name: str  # in beat's schedule, of the heartbeat that it leaves, and in docs/operations.md
    every: timedelta
    task: str
    asks_again: bool
    flows: list[Callable[..., Any]] = field(default_factory=list)

    def run(self, clock: Clock) -> datetime:
        """Call the flows at the moment that the clock shows; returns it."""
        now = clock()
        for flow in self.flows:
            flow(clock) if self.asks_again else flow(now=now)
        return now


SWEEPS: dict[str, Sweep] = {}


def sweep(name: str, *, every: timedelta, asks_again: bool = False) -> Callable[[Flow], Flow]:
    """Declare a flow a sweep. It is called with `now`; one that runs for long and `asks_again` gets the clock."""

    def declare(flow: Flow) -> Flow:
        app = flow.__module__.partition(".")[0]
        task = f"{app}.tasks.{name.replace('-', '_')}"
        SWEEPS.setdefault(name, Sweep(name, every, task, asks_again)).flows.append(flow)
        return flow

    return declare


@cache
def declared() -> dict[str, Sweep]:
    """Every sweep by its name: the `tasks` of each app import the modules that declare them."""
    autodiscover_modules("tasks")
    return SWEEPS


def add_tasks(*modules: ModuleType, note: Callable[..., None]) -> None:
    """Make a task of each sweep that these modules declare; it notes when it ran."""
    names = {module.__name__ for module in modules}
    for one in SWEEPS.values():
        if one.flows[0].__module__ in names:
            shared_task(name=one.task)(_task_of(one, note))


def _task_of(one: Sweep, note: Callable[..., None]) -> Callable[[], None]:
    def run() -> None:
        note(one.name, now=one.run(timezone.now))

    return run


def schedule() -> dict[str, dict[str, object]]:
    """What beat sends for, and how often."""
    return {one.name: {"task": one.task, "schedule": one.every} for one in declared().values()}
