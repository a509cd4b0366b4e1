"""The rules of letters: who may write to whom and when, picks without a name, pairs who always write, reach."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from feedback.cases.rules import CaseFacts, NoCase, why_not_release
from feedback.letters.limits import LETTERS, OWN_STRENGTHS
from kouryu.clock import TOKYO


@dataclass(frozen=True)
class WrittenLetter:
    """One of the two letters of an evening."""

    picks: frozenset[str]
    written_at: datetime


@dataclass(frozen=True)
class LetterExchange:
    """One evening at which the two sat in one group: what each wrote to the other, if they did."""

    event: int
    there: WrittenLetter | None
    back: WrittenLetter | None


def is_mutual(exchange: LetterExchange) -> bool:
    """Whether both wrote."""
    return exchange.there is not None and exchange.back is not None


def is_same_at_once(exchange: LetterExchange, within: timedelta) -> bool:
    """Whether both picked the very same strengths, not longer than `within` apart."""
    there, back = exchange.there, exchange.back
    if there is None or back is None:
        return False
    return there.picks == back.picks and abs(there.written_at - back.written_at) <= within


def is_a_habit(exchanges: Sequence[LetterExchange], rounds: int) -> bool:
    """Did both write at each of the latest `rounds` evenings that they shared? `exchanges` has the latest first."""
    return len(exchanges) >= rounds and all(is_mutual(exchange) for exchange in exchanges[:rounds])


class NoReach(StrEnum):
    """Why nothing can be brought to somebody. One reason for all causes, so that a block cannot be told from them."""

    NOW = "out-of-reach"  # they left, have no paid days, are suspended, or one of the two blocks the other


class NoLetter(StrEnum):
    """Why one member cannot write to another."""

    ONESELF = "letter-to-oneself"
    NOT_TOGETHER = "letter-not-together"
    NOT_STARTED = "letter-not-started"
    TOO_LATE = "letter-too-late"
    HELD = "letter-held"
    DELIVERED = "letter-delivered"
    ENOUGH_TODAY = "letter-enough-today"


class BadLetter(StrEnum):
    """What is wrong with the words or the picks."""

    NO_PICK = "letter-no-pick"
    TOO_MANY_PICKS = "letter-too-many-picks"
    UNKNOWN_PICK = "letter-unknown-pick"
    SAW_SHORT = "letter-saw-short"
    SAW_LONG = "letter-saw-long"
    WOULD_COUNT_LONG = "letter-would-count-long"


class NoOwnPicks(StrEnum):
    """What is wrong with the strengths that a member chose for themselves."""

    NONE = "own-none"
    TOO_MANY = "own-too-many"
    UNKNOWN = "own-unknown"


class NoThanks(StrEnum):
    """Why a thank-you cannot be said."""

    NOT_TOGETHER = "thanks-not-together"
    LINE_LONG = "thanks-line-long"


@dataclass(frozen=True)
class Encounter:
    """All that the rules may look at of two people and an evening."""

    is_oneself: bool
    have_met: bool  # sat in one group at this evening, both checked in
    is_within_reach: bool  # the other one, for the first
    starts_at: datetime
    closes_at: datetime  # after this nobody writes any more
    is_held: bool = False  # a moderator looks at their letter
    is_final: bool = False  # their letter has been delivered, or a moderator has hidden it
    given_today: int = 0  # other letters that the giver wrote on this day in Tokyo
    daily_limit: int = 12


def why_not_write(meeting: Encounter, now: datetime) -> NoLetter | NoReach | None:
    """The first reason against writing, or None.

    Nobody writes to themselves. Both were checked in and sat in one group. The other one is within reach: a block
    is told from no other cause. From the start of the evening (its quiet five
    minutes are for writing) until the closing time. Not while a moderator looks at the letter, not once it is
    delivered, and not too many on one day.
    """
    if meeting.is_oneself:
        return NoLetter.ONESELF
    if not meeting.have_met:
        return NoLetter.NOT_TOGETHER
    if not meeting.is_within_reach:
        return NoReach.NOW
    if now < meeting.starts_at:
        return NoLetter.NOT_STARTED
    if now > meeting.closes_at:
        return NoLetter.TOO_LATE
    if meeting.is_held:
        return NoLetter.HELD
    if meeting.is_final:
        return NoLetter.DELIVERED
    if meeting.given_today >= meeting.daily_limit:
        return NoLetter.ENOUGH_TODAY
    return None


def why_not_thank(meeting: Encounter, line: str) -> NoThanks | NoReach | None:
    """Thanks have no closing time: they may answer a letter that arrived on the last day."""
    if meeting.is_oneself or not meeting.have_met:
        return NoThanks.NOT_TOGETHER
    if not meeting.is_within_reach:
        return NoReach.NOW
    return why_not_line(line)


def why_not_line(line: str) -> NoThanks | None:
    """Up to 100 code points; `line` is already clean."""
    return NoThanks.LINE_LONG if len(line) > LETTERS.thanks else None


def clean_picks(picks: Sequence[str]) -> list[str]:
    """Each pick once, in the order chosen."""
    return list(dict.fromkeys(picks))


def why_not_picks(picks: Sequence[str], known: Collection[str]) -> BadLetter | None:
    """One to three of the thirty."""
    if not picks:
        return BadLetter.NO_PICK
    return why_not_draft_picks(picks, known)


def why_not_draft_picks(picks: Sequence[str], known: Collection[str]) -> BadLetter | None:
    """A draft may have none yet."""
    if len(picks) > LETTERS.picks:
        return BadLetter.TOO_MANY_PICKS
    if any(pick not in known for pick in picks):
        return BadLetter.UNKNOWN_PICK
    return None


def why_not_saw(saw: str) -> BadLetter | None:
    """15 to 300 code points of what the giver saw; `saw` is already clean."""
    if len(saw) < LETTERS.saw_at_least:
        return BadLetter.SAW_SHORT
    return why_not_draft_saw(saw)


def why_not_draft_saw(saw: str) -> BadLetter | None:
    """A draft may be short or empty, but no longer than a letter holds."""
    return BadLetter.SAW_LONG if len(saw) > LETTERS.saw_at_most else None


def why_not_would_count(would_count: str) -> BadLetter | None:
    """May be left empty; refused beyond its length."""
    return BadLetter.WOULD_COUNT_LONG if len(would_count) > LETTERS.would_count else None


def why_not_own_picks(picks: Sequence[str], known: Collection[str]) -> NoOwnPicks | None:
    """One to five of the thirty; who wants none leaves the question for later."""
    if not picks:
        return NoOwnPicks.NONE
    if len(picks) > OWN_STRENGTHS.picks:
        return NoOwnPicks.TOO_MANY
    if any(pick not in known for pick in picks):
        return NoOwnPicks.UNKNOWN
    return None


def deliver_at(now: datetime, starts_at: datetime) -> datetime:
    """When a letter written at `now` about an evening that started at `starts_at` arrives.

    The next morning in Tokyo, but never on the day of the meeting itself: a talk before breakfast cools for a night
    too.
    """
    return max(next_morning(now), _morning_of_day_after(starts_at))


def next_morning(now: datetime) -> datetime:
    """The first moment after `now` at which letters arrive."""
    local = now.astimezone(TOKYO)
    if local.time() < LETTERS.arrives_at:
        return datetime.combine(local.date(), LETTERS.arrives_at, TOKYO)
    return _morning_of_day_after(now)


def _morning_of_day_after(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(TOKYO).date() + timedelta(days=1), LETTERS.arrives_at, TOKYO)


class NoPicks(StrEnum):
    """Why anonymous picks cannot be left, or not be taken back."""

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
    if not meeting.have_met:
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
    """Midnight in Tokyo of the first of a month whose release, with the morning's letters, has come by `now`."""
    local = now.astimezone(TOKYO)
    midnight = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if local >= datetime.combine(midnight.date(), LETTERS.arrives_at, TOKYO):
        return midnight
    year, month = (local.year, local.month - 1) if local.month > 1 else (local.year - 1, 12)
    return midnight.replace(year=year, month=month)


@dataclass(frozen=True)
class ReleasedBatch:
    """A release that was made: who could have left its sets, and how many they were."""

    candidates: frozenset[int]
    sets: int


@dataclass(frozen=True)
class Pool:
    """The evenings of one receiver whose writing windows have closed since their last pool, as people."""

    met: frozenset[int]  # sat in a group with the receiver there, both checked in
    signed: frozenset[int] = frozenset()  # a letter of theirs about one of these evenings has arrived
    blocked: frozenset[int] = frozenset()  # by the receiver
    # Of these the receiver knows nothing:
    on_the_way: frozenset[int] = frozenset()  # have given a letter that has not arrived
    gone: frozenset[int] = frozenset()  # block the receiver, or have left


@dataclass(frozen=True)
class WaitingPicks:
    """A set that has not been released."""

    id: int
    giver: int


@dataclass(frozen=True)
class Release:
    """What the first of a month does to a pool."""

    closes: bool  # its evenings are used up; otherwise they wait for those of the next months
    candidates: frozenset[int] = frozenset()  # who could have left what is released
    released: tuple[int, ...] = ()  # ids of sets


def release(pool: Pool, waiting: Sequence[WaitingPicks], earlier: Sequence[ReleasedBatch], *, enough: int) -> Release:
    """Which of the waiting sets (the oldest first) join the receiver's mirror. `enough` is K of product.md 1.6.

    Whether the pool closes depends on nothing but what the receiver knows, never on a set that waits: else a month
    without a release would tell who has not left any. Of a closed pool those sets are released whose givers are
    among its candidates, as far as there is room.
    """
    free = pool.met - pool.signed - pool.blocked - _exhausted(earlier, enough)
    if len(free) < enough:
        return Release(closes=False)
    candidates = free - pool.on_the_way - pool.gone
    fitting = [each.id for each in waiting if each.giver in candidates]
    released = fitting[: how_many_fit(candidates, earlier, enough=enough)]
    return Release(closes=True, candidates=candidates, released=tuple(released))


def how_many_fit(candidates: Collection[int], earlier: Iterable[ReleasedBatch], *, enough: int) -> int:
    """How many sets these candidates can hide.

    For each set, of now and of before, `enough` people have to remain possible even if the givers of all other
    sets told that those were theirs. So three people hide one set, four hide two; and a person who could have left
    an earlier set hides that one too.
    """
    beside = [batch for batch in earlier if batch.sets and batch.candidates & frozenset(candidates)]
    own = len(candidates) - enough + 1 - sum(batch.sets for batch in beside)
    return max(0, min([own, *(_sets_left(batch, earlier, enough) for batch in beside)]))


def _exhausted(earlier: Sequence[ReleasedBatch], enough: int) -> frozenset[int]:
    """Those who hide as many sets as they can."""
    full = [batch.candidates for batch in earlier if batch.sets and _sets_left(batch, earlier, enough) <= 0]
    return frozenset().union(*full)


def _sets_left(batch: ReleasedBatch, batches: Iterable[ReleasedBatch], enough: int) -> int:
    """How many more sets could come from the people of this batch before it is too small for its own."""
    from_them = sum(other.sets for other in batches if other.candidates & batch.candidates)
    return len(batch.candidates) - enough + 1 - from_them
