"""Beat without a memory: every job is looked for at its start, and a clock that was set right does not hold it up.

Each job asks the database what is due and may run at any time (docs/architecture.md), so there is nothing to remember.
Celery's own scheduler keeps in a file when each job ran last; after a clock was ahead it waits until that moment comes.
"""

from __future__ import annotations

import time
from typing import Any

from celery import beat
from celery.utils.log import get_logger

from kouryu import sweeps
from kouryu.clock import CLOCKS_DIFFER

logger = get_logger(__name__)


class Scheduler(beat.Scheduler):
    """Celery's scheduler with everything due at the start, and again when the clock was set back."""

    def setup_schedule(self) -> None:
        self.app.conf.beat_schedule = sweeps.schedule()
        super().setup_schedule()
        self._begin()

    def tick(self, *args: Any, **options: Any) -> float:
        if self._offset() < self._offset_before - CLOCKS_DIFFER.total_seconds():
            logger.warning("the clock was set back: looking for every job anew")
            self._begin()
        self._offset_before = max(self._offset_before, self._offset())
        return super().tick(*args, **options)

    def _begin(self) -> None:
        """As if each job had run one of its stretches ago."""
        for entry in self.schedule.values():
            entry.last_run_at = entry.default_now() - entry.schedule.run_every
        self.populate_heap()
        self._offset_before = self._offset()

    @staticmethod
    def _offset() -> float:
        """How far the clock on the wall is ahead of one that nobody sets."""
        return time.time() - time.monotonic()
