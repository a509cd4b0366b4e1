"""Rounds: where an evening stands, and what its host may do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from events.registration.rules.closing import EveningFacts, NoAttendance, why_not_note


class EveningStage(StrEnum):
    """What the people at an evening are doing now."""

    EARLY = "early"  # before the start
    OPENING = "opening"  # begun, and no talk yet
    TALK = "talk"
    BETWEEN = "between"  # one talk is over, another one comes
    QUIET = "quiet"  # the last talk is over: everybody writes
    OVER = "over"


class NoRunning(StrEnum):
    """Why the host cannot lead on like this."""

    NOT_STARTED = "running-not-started"
    DRAWN_ANEW = "running-drawn-anew"  # what the host looked at is not there any more
    NOT_PUBLISHED = "running-not-published"
    EARLIER_ROUND_FIRST = "running-earlier-round-first"
    ROUND_BEGUN = "running-round-begun"
    NOBODY_SEATED = "running-nobody-seated"


@dataclass(frozen=True)
class RoundTimes:
    """One round as it stands; times that have not come are None."""

    number: int
    published_at: datetime | None = None
    started_at: datetime | None = None
    ends_at: datetime | None = None


def stage_of(
    talks: Sequence[RoundTimes], *, starts_at: datetime, ends_at: datetime, closed: bool, now: datetime
) -> EveningStage:
    """Where the evening stands. `talks` are all drawn rounds in order, whether anybody sees them yet or not.

    Over once it is closed or its end has passed: a talk never outlasts the evening. The last begun talk says the
    rest: it runs until its end; after it comes another one, or the quiet minutes when there is none.
    """
    if closed or now >= ends_at:
        return EveningStage.OVER
    begun = [talk for talk in talks if talk.started_at is not None]
    if not begun:
        return EveningStage.EARLY if now < starts_at else EveningStage.OPENING
    if begun[-1].ends_at is None or now < begun[-1].ends_at:
        return EveningStage.TALK
    return EveningStage.BETWEEN if len(begun) < len(talks) else EveningStage.QUIET


def talk_ends_at(now: datetime, minutes: int, evening_ends_at: datetime) -> datetime:
    """When a talk of so many minutes that begins now is over: with the evening at the latest."""
    return min(now + timedelta(minutes=minutes), max(evening_ends_at, now))


def why_not_publish_round(
    evening: EveningFacts, talk: RoundTimes, *, seats: int, now: datetime
) -> NoRunning | NoAttendance | None:
    """The first reason why the members may not see this round yet, or None.

    The door must be open and the event not closed. What has begun stays as it is. Somebody must have a seat in it.
    Who cannot sit together is no reason: they are seated apart when it is shown.
    """
    if reason := why_not_note(evening, "confirmed", now=now):
        return reason
    if talk.started_at is not None:
        return NoRunning.ROUND_BEGUN
    return None if seats else NoRunning.NOBODY_SEATED


def why_not_begin(
    evening: EveningFacts, talk: RoundTimes, talks: Sequence[RoundTimes], *, seats: int, now: datetime
) -> NoRunning | NoAttendance | None:
    """The first reason why this round cannot begin now, or None: a talk begins on the evening, one after the other,
    and only once everybody could see with whom they sit.
    """
    if reason := why_not_publish_round(evening, talk, seats=seats, now=now):
        return reason
    if now < evening.starts_at:
        return NoRunning.NOT_STARTED
    if any(other.started_at is None for other in talks if other.number < talk.number):
        return NoRunning.EARLIER_ROUND_FIRST
    return None if talk.published_at is not None else NoRunning.NOT_PUBLISHED


def why_not_change_round(talk: RoundTimes, *, is_late: bool, now: datetime) -> NoRunning | None:
    """The first reason why nobody's seat in this round changes any more, or None.

    What has begun stays as it is; only who came late and has no seat yet (`is_late`) may still join while it runs.
    """
    if talk.started_at is None:
        return None
    runs = talk.ends_at is not None and now < talk.ends_at
    return None if is_late and runs else NoRunning.ROUND_BEGUN
