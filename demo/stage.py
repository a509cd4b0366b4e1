"""What all of the demo's year is played on: a clock, the acts to come, one set of dice, and the people."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import count
from random import Random

from demo.cast import CastMember
from kouryu.clock import TOKYO
from members.models import User

Act = Callable[[], None]


class DemoStage:
    """Shared by everybody who plays; the same seed and the same last moment give the same year."""

    def __init__(self, end: datetime, seed: int) -> None:
        self.end = end.astimezone(TOKYO)
        self.now = self.end - timedelta(days=400)
        self.dice = Random(seed)
        self.acts: list[tuple[datetime, int, Act]] = []
        self.order = count()
        self.people: dict[str, User] = {}
        self.person_of: dict[int, CastMember] = {}
        self.part_of: dict[int, str] = {}  # the key of who has a fixed part, else empty
        self.evenings_left: dict[int, int] = {}
        self.known_for: dict[int, list[str]] = {}

    def at(self, moment: datetime, act: Act) -> None:
        """Plan an act; what would lie in the future of the demo never happens."""
        if moment < self.end:
            heapq.heappush(self.acts, (moment, next(self.order), act))

    def next_act(self) -> tuple[datetime, Act]:
        """Take the earliest act that is left."""
        moment, _, act = heapq.heappop(self.acts)
        return moment, act


def day_of(moment: datetime) -> date:
    """The day in Tokyo."""
    return moment.astimezone(TOKYO).date()
