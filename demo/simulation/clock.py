"""The moved clock: acts in the order of their moments, and every flow called at the moment it is said to happen."""

from __future__ import annotations

import heapq
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Any

from kouryu.refusal import Gone, Refused

NOT_FOUND = "not-found"
Act = Callable[[], object]


class Clock:
    """`now` moves from act to act. What would lie behind the end never happens."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.now, self.end = start, end
        self.calls: Counter[str] = Counter()  # by flow, refused ones too: the simulated events of the report
        self.seconds: Counter[str] = Counter()  # of the processor, by flow
        self.refusals: Counter[str] = Counter()
        self._acts: list[tuple[datetime, int, Act]] = []
        self._order = count()

    def at(self, moment: datetime, act: Act) -> None:
        """Plan an act. One for a moment that has passed happens next."""
        if moment < self.end:
            heapq.heappush(self._acts, (moment, next(self._order), act))

    def run(self) -> None:
        """Let everything happen that was planned, and what those acts plan."""
        while self._acts:
            moment, _, act = heapq.heappop(self._acts)
            self.now = max(self.now, moment)
            act()
        self.now = self.end

    def call(self, flow: Callable[..., Any], **facts: Any) -> Any:
        """Call a flow as it is now; None where it refuses or finds nothing there, as its page would: a letter is gone
        when its two block each other before it is opened, a question when its tie has ended.
        """
        began = time.process_time()
        try:
            return flow(**facts, now=self.now)
        except Refused as refused:
            self.refusals[str(refused.reason)] += 1
            return None
        except Gone:
            self.refusals[NOT_FOUND] += 1
            return None
        finally:
            self.calls[flow.__name__] += 1
            self.seconds[flow.__name__] += time.process_time() - began
