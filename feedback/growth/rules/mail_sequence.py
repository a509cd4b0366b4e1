"""The mails that follow an evening in the days and weeks after it, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from kouryu.clock import TOKYO


class SequenceMail(StrEnum):
    """One mail of the sequence; the thanks and the letters of the first two days have their own sweeps."""

    DRAFTS = "drafts"
    STEPS = "steps"
    DIGEST = "digest"


@dataclass(frozen=True)
class MailTiming:
    """So many days after the evening, at this hour in Tokyo; later than `within` never."""

    days: int
    at: time
    within: timedelta


@dataclass(frozen=True)
class LettersWritten:
    """What somebody has written to the people of an evening."""

    may_write: bool  # letters may still be written
    has_company: bool  # there is somebody to write to
    has_draft: bool
    has_given: bool  # a letter, or word that there will be none


def due_at(timing: MailTiming, starts_at: datetime) -> datetime:
    """When the mail is due for an evening that started at `starts_at`: days count by the date in Tokyo."""
    day = starts_at.astimezone(TOKYO).date() + timedelta(days=timing.days)
    return datetime.combine(day, timing.at, TOKYO)


def is_due(timing: MailTiming, starts_at: datetime, *, now: datetime) -> bool:
    """Is it time, and not too late? What was switched on later never reaches back."""
    due = due_at(timing, starts_at)
    return due <= now < due + timing.within


def starts_between(timing: MailTiming, now: datetime) -> tuple[datetime, datetime]:
    """A little more than the span of starts whose mail is due at `now`; `is_due` decides."""
    first, last = timedelta(days=timing.days + 1), timedelta(days=timing.days - 1)
    return now - timing.within - first, now - last


def wants_word_of_drafts(writing: LettersWritten) -> bool:
    """A letter lies half written, or none was begun at all; and there is still time and somebody to write to."""
    if not writing.may_write or not writing.has_company:
        return False
    return writing.has_draft or not writing.has_given


def is_step_day(on: date, *, now: datetime, since: time, until: time) -> bool:
    """Whether it is the day of the step in Tokyo, between these hours."""
    local = now.astimezone(TOKYO)
    return local.date() == on and since <= local.time() < until
