"""May picks be left without a name, and when is their hiding place large enough to let them out?

What the receiver can see, and so what these rules protect against, is in docs/decisions/0019.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from feedback.rules.case import CaseFacts, NoCase, why_not_release
from feedback.rules.letter import TOKYO, Encounter
from feedback.rules.reach import NoReach

JOINS_AT = time(7)  # on the first of a month, with the morning's letters


class NoPicks(StrEnum):
    """Why nameless picks cannot be left, or not be taken back."""

    ONESELF = "nameless-to-oneself"
    NOT_TOGETHER = "nameless-not-together"
    NOT_STARTED = "nameless-not-started"
    TOO_LATE = "nameless-too-late"
    LEFT_BEFORE = "nameless-left-before"
    SIGNED = "nameless-signed"
    ENOUGH_TODAY = "nameless-enough-today"
    CLOSED = "nameless-closed"
    BESIDE_LETTER = "nameless-beside-letter"  # a letter, where picks have been left


def why_not_leave(
    meeting: Encounter, *, left_before: bool, has_letter: bool, now: datetime
) -> NoPicks | NoReach | None:
    """The first reason against leaving picks without a name, or None.

    Like a letter: not to oneself; both were there in one group, and the other one is within reach; from the start of
    the evening until the closing time. Once per giver and receiver for ever, not beside a letter of the same evening
    that was given, and not too many on one day.
    """
    if meeting.is_oneself:
        return NoPicks.ONESELF
    if not meeting.both_were_there or not meeting.shared_a_group:
        return NoPicks.NOT_TOGETHER
    if not meeting.is_within_reach:
        return NoReach.NOW
    if now < meeting.starts_at:
        return NoPicks.NOT_STARTED
    if now > meeting.closes_at:
        return NoPicks.TOO_LATE
    if left_before:
        return NoPicks.LEFT_BEFORE
    if has_letter:
        return NoPicks.SIGNED
    if meeting.given_today >= meeting.daily_limit:
        return NoPicks.ENOUGH_TODAY
    return None


def why_not_take_back(closes_at: datetime, now: datetime) -> NoPicks | None:
    """As long as letters of that evening can be written; by then nothing can have been released."""
    return NoPicks.CLOSED if now > closes_at else None


def why_not_look(case: CaseFacts) -> NoCase | None:
    """Only whoever holds an undecided case that concerns somebody."""
    return why_not_release(case) or (None if case.member_exists else NoCase.NOBODY_THERE)


def latest_first_of_month(now: datetime) -> datetime:
    """Midnight in Tokyo of the first of a month whose release has come by `now`."""
    local = now.astimezone(TOKYO)
    midnight = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if local >= datetime.combine(midnight.date(), JOINS_AT, TOKYO):
        return midnight
    year, month = (local.year, local.month - 1) if local.month > 1 else (local.year - 1, 12)
    return midnight.replace(year=year, month=month)


@dataclass(frozen=True)
class HidingPlace:
    """A release that was made: who could have left its sets, and how many they were."""

    candidates: frozenset[int]
    sets: int


@dataclass(frozen=True)
class Pool:
    """The evenings of one receiver whose writing windows have closed since their last pool, as people."""

    met: frozenset[int]  # shared a room with the receiver there, both checked in
    signed: frozenset[int] = frozenset()  # a letter of theirs about one of these evenings has arrived
    blocked: frozenset[int] = frozenset()  # by the receiver
    # Of these the receiver knows nothing:
    on_the_way: frozenset[int] = frozenset()  # have given a letter that has not arrived
    gone: frozenset[int] = frozenset()  # block the receiver, or have left


@dataclass(frozen=True)
class Waiting:
    """A set that has not been released."""

    id: int
    giver: int


@dataclass(frozen=True)
class Release:
    """What the first of a month does to a pool."""

    closes: bool  # its evenings are used up; otherwise they wait for those of the next months
    candidates: frozenset[int] = frozenset()  # who could have left what is released
    released: tuple[int, ...] = ()  # ids of sets


def release(pool: Pool, waiting: Sequence[Waiting], earlier: Sequence[HidingPlace], *, enough: int) -> Release:
    """Which of the waiting sets (the oldest first) join the receiver's mirror. `enough` is K of product.md 1.6.

    Whether the pool closes depends on nothing but what the receiver knows, never on a set that waits: else a month
    without a release would tell who has not left any. Of a closed pool those sets are released whose givers are
    among its candidates, as far as there is room.
    """
    free = pool.met - pool.signed - pool.blocked - _worn_out(earlier, enough)
    if len(free) < enough:
        return Release(closes=False)
    candidates = free - pool.on_the_way - pool.gone
    fitting = [each.id for each in waiting if each.giver in candidates]
    released = fitting[: room(candidates, earlier, enough=enough)]
    return Release(closes=True, candidates=candidates, released=tuple(released))


def room(candidates: Collection[int], earlier: Iterable[HidingPlace], *, enough: int) -> int:
    """How many sets these candidates can hide.

    For each set, of now and of before, `enough` people have to remain possible even if the givers of all other
    sets told that those were theirs. So three people hide one set, four hide two; and a person who could have left
    an earlier set hides that one too.
    """
    beside = [place for place in earlier if place.sets and place.candidates & frozenset(candidates)]
    own = len(candidates) - enough + 1 - sum(place.sets for place in beside)
    return max(0, min([own, *(_slack(place, earlier, enough) for place in beside)]))


def _worn_out(earlier: Sequence[HidingPlace], enough: int) -> frozenset[int]:
    """Those who hide as many sets as they can."""
    full = [place.candidates for place in earlier if place.sets and _slack(place, earlier, enough) <= 0]
    return frozenset().union(*full)


def _slack(place: HidingPlace, places: Iterable[HidingPlace], enough: int) -> int:
    """How many more sets could come from the people of this hiding place before it is too small for its own."""
    from_them = sum(other.sets for other in places if other.candidates & place.candidates)
    return len(place.candidates) - enough + 1 - from_them
