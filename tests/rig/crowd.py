"""Many people doing the same thing at the same moment, each with a database connection of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

from tests.rig.patience import hang_limit

Given = TypeVar("Given")
Result = TypeVar("Result")


def all_at_once(act: Callable[[Given], Result], given: Sequence[Given]) -> list[Result]:
    """Call `act` with each of `given`, all starting together; the results in the order of `given`."""
    start = Barrier(len(given))

    def run(one: Given) -> Result:
        try:
            start.wait(timeout=hang_limit())
            return act(one)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(given)) as pool:
        return list(pool.map(run, given))
