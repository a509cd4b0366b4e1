"""A grouping task and its plan: what has to be known to split an evening, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from events.event.limits import EVENTS


class HostRule(StrEnum):
    """OFF: rooms need no host. EACH_GROUP: every room in use has at least one host."""

    OFF = "off"
    EACH_GROUP = "each_group"


class FirstTimerRule(StrEnum):
    """What a room without a host may hold.

    NOT_ALONE: no single first-timer. NO_PAIR_WITHOUT_HOST: no two or more first-timers.
    """

    OFF = "off"
    NOT_ALONE = "not_alone"
    NO_PAIR_WITHOUT_HOST = "no_pair_without_host"


class NoPlanCause(StrEnum):
    """The hard rule that stands in the way. For staff and logs: it must never reach the text
    that a member sees, because a refusal may not tell that a block is behind it."""

    SIZES = "sizes"
    BLOCKED = "blocked"
    HOST = "host"
    FIRST_TIMER = "first_timer"
    SMALL_ROOM = "small_room"
    LOCKED = "locked"


class NoPlan(Exception):
    """No plan keeps every hard rule, or none was found. What to give up is the caller's choice."""

    def __init__(self, cause: NoPlanCause) -> None:
        super().__init__(cause.value)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who is present in at least one round.

    `industry` and `job` of None are unknown, and never equal to another unknown. `small` asks for
    rooms of at most three. `gives` and `asks` are topics; `themes` are what the person would like
    to share with a room mate. `absent` holds the rounds they miss, counted from 1.
    """

    id: str
    industry: str | None = None
    job: str | None = None
    first_timer: bool = False
    host: bool = False
    small: bool = False
    gives: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    absent: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """The hard rules an event switches on; blocks always hold."""

    host: HostRule = HostRule.OFF
    first_timer: FirstTimerRule = FirstTimerRule.OFF
    small: bool = False


@dataclass(frozen=True, slots=True)
class Weights:
    """Points per repeated meeting, per unit of history, per pair of the same industry or job, and
    points taken off per ask that is covered and per person who meets somebody with their theme.

    A plan with fewer repeats is always better, whatever `repeat` says: it only shows in sums. `theme` is
    not part of the benchmark. It outweighs two colleagues in a room and the least past company, because
    everybody with a theme shall meet somebody who shares it: with 6 points, 2 % of those who could did not.
    """

    repeat: float = 1000
    history: float = 20
    industry: float = 10
    job: float = 4
    ask: float = 6
    theme: float = 30


@dataclass(frozen=True, slots=True)
class GroupingTask:
    """One evening: `sizes` holds the room sizes of every round, in room order.

    The sizes of a round add up to the people present in it; a room of size 0 is closed.
    `blocked` are unordered pairs, `history` unordered pairs with the weight of having met before
    (1 long ago to 3 recently). Pairs that name somebody not in `people` have no effect.
    """

    people: tuple[Participant, ...]
    sizes: tuple[tuple[int, ...], ...]
    blocked: tuple[tuple[str, str], ...] = ()
    history: tuple[tuple[str, str, float], ...] = ()
    rules: Rules = field(default_factory=Rules)
    weights: Weights = field(default_factory=Weights)
    seed: int = 0


@dataclass(frozen=True, slots=True)
class SizeLimits:
    """How few and how many people a room in use may hold when a plan is repaired."""

    smallest: int = EVENTS.smallest_group
    largest: int = EVENTS.largest_group


@dataclass(frozen=True, slots=True)
class Locks:
    """What a repair leaves alone, rounds and rooms counted from 1: (round, id) of people who keep their room,
    and (round, room) of rooms that nobody else enters or leaves, but to be away."""

    people: frozenset[tuple[int, str]] = frozenset()
    rooms: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class SeatingPlan:
    """rounds[r][g] lists the ids in room g of round r, in the order of `GroupingTask.people`."""

    rounds: list[list[list[str]]]


@dataclass(frozen=True, slots=True)
class Quality:
    """What a plan is worth. Hard rules: meetings of blocked pairs, rooms without a host, rooms bad
    for first-timers, people in a room too large. Then `repeats`, the meetings of a pair beyond its
    first within the evening, and `soft`, the points of all other worries (less is better).
    """

    blocked: int
    host_missing: int
    first_timer_bad: int
    small_bad: int
    repeats: int
    soft: float

    @property
    def hard(self) -> int:
        """How often a hard rule is broken; 0 in every plan that is shown."""
        return self.blocked + self.host_missing + self.first_timer_bad + self.small_bad

    @property
    def cause(self) -> NoPlanCause | None:
        """The first hard rule that the plan breaks."""
        if self.blocked:
            return NoPlanCause.BLOCKED
        if self.host_missing:
            return NoPlanCause.HOST
        if self.first_timer_bad:
            return NoPlanCause.FIRST_TIMER
        return NoPlanCause.SMALL_ROOM if self.small_bad else None

    @property
    def rank(self) -> tuple[int, int, float]:
        """Plans are compared by this, strictly in this order; less is better."""
        return (self.hard, self.repeats, round(self.soft, 6))
