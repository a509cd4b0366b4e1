"""May this letter be written, is what it says enough, and when does it arrive?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from feedback.rules.reach import NoReach

TOKYO = ZoneInfo("Asia/Tokyo")
ARRIVES_AT = time(7)
MOST_PICKS = 3
MOST_OWN_PICKS = 5
SHORTEST_SAW, LONGEST_SAW = 15, 300
LONGEST_WOULD_COUNT = 300
LONGEST_THANKS = 100


class NoLetter(StrEnum):
    """Why one member cannot write to another."""

    ONESELF = "letter-to-oneself"
    NOT_TOGETHER = "letter-not-together"
    NOT_STARTED = "letter-not-started"
    TOO_LATE = "letter-too-late"
    HELD = "letter-held"
    DELIVERED = "letter-delivered"
    ENOUGH_TODAY = "letter-enough-today"


class BadWords(StrEnum):
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
    both_were_there: bool  # both checked in
    shared_a_group: bool
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
    if not meeting.both_were_there or not meeting.shared_a_group:
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
    if meeting.is_oneself or not meeting.both_were_there or not meeting.shared_a_group:
        return NoThanks.NOT_TOGETHER
    if not meeting.is_within_reach:
        return NoReach.NOW
    return why_not_line(line)


def why_not_line(line: str) -> NoThanks | None:
    """Up to 100 code points; `line` is already clean."""
    return NoThanks.LINE_LONG if len(line) > LONGEST_THANKS else None


def clean_picks(picks: Sequence[str]) -> list[str]:
    """Each pick once, in the order chosen."""
    return list(dict.fromkeys(picks))


def why_not_picks(picks: Sequence[str], known: Collection[str]) -> BadWords | None:
    """One to three of the thirty."""
    if not picks:
        return BadWords.NO_PICK
    return why_not_draft_picks(picks, known)


def why_not_draft_picks(picks: Sequence[str], known: Collection[str]) -> BadWords | None:
    """A draft may have none yet."""
    if len(picks) > MOST_PICKS:
        return BadWords.TOO_MANY_PICKS
    if any(pick not in known for pick in picks):
        return BadWords.UNKNOWN_PICK
    return None


def why_not_saw(saw: str) -> BadWords | None:
    """15 to 300 code points of what the giver saw; `saw` is already clean."""
    if len(saw) < SHORTEST_SAW:
        return BadWords.SAW_SHORT
    return why_not_draft_saw(saw)


def why_not_draft_saw(saw: str) -> BadWords | None:
    """A draft may be short or empty, but no longer than a letter holds."""
    return BadWords.SAW_LONG if len(saw) > LONGEST_SAW else None


def why_not_would_count(would_count: str) -> BadWords | None:
    """May be left empty; refused beyond its length."""
    return BadWords.WOULD_COUNT_LONG if len(would_count) > LONGEST_WOULD_COUNT else None


def why_not_own_picks(picks: Sequence[str], known: Collection[str]) -> NoOwnPicks | None:
    """One to five of the thirty; who wants none leaves the question for later."""
    if not picks:
        return NoOwnPicks.NONE
    if len(picks) > MOST_OWN_PICKS:
        return NoOwnPicks.TOO_MANY
    if any(pick not in known for pick in picks):
        return NoOwnPicks.UNKNOWN
    return None


def deliver_at(now: datetime, starts_at: datetime, night: timedelta = timedelta(0)) -> datetime:
    """When a letter written at `now` about an evening that started at `starts_at` arrives.

    The next 7:00 in Tokyo, but never on the day of the meeting itself: a talk before breakfast cools for a night
    too. `night`, where it is not zero, stands for the whole wait (the demo shortens it).
    """
    if night:
        return now + night
    return max(next_morning(now), _morning_of_day_after(starts_at))


def next_morning(now: datetime) -> datetime:
    """The first 7:00 in Tokyo after `now`."""
    local = now.astimezone(TOKYO)
    if local.time() < ARRIVES_AT:
        return datetime.combine(local.date(), ARRIVES_AT, TOKYO)
    return _morning_of_day_after(now)


def _morning_of_day_after(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(TOKYO).date() + timedelta(days=1), ARRIVES_AT, TOKYO)
