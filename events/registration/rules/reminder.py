"""Reminders: when somebody is reminded of an event, and who is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from events.registration.limits import REMINDERS
from kouryu.clock import TOKYO


class Reminder(StrEnum):
    """Three of them; each is a kind of mail that a member can switch off."""

    DAY_BEFORE = "day-before"
    HOUR_BEFORE = "hour-before"
    FIVE_MINUTES = "five-minutes"


@dataclass(frozen=True)
class ReminderTiming:
    """`lead`: how long before the start it is due (None: in the evening of the day before). `late`: for how long a
    sweep that was held up may still send it. `until`: how long before the start its words stop being true.
    """

    lead: timedelta | None
    late: timedelta
    until: timedelta


NO_TIME = timedelta()
TIMINGS = {
    Reminder.DAY_BEFORE: ReminderTiming(None, late=REMINDERS.day_before_late, until=REMINDERS.first_lead),
    Reminder.HOUR_BEFORE: ReminderTiming(REMINDERS.first_lead, late=REMINDERS.first_late, until=REMINDERS.last_lead),
    Reminder.FIVE_MINUTES: ReminderTiming(REMINDERS.last_lead, late=REMINDERS.last_late, until=NO_TIME),
}


def due_at(what: Reminder, starts_at: datetime) -> datetime:
    """The moment at which this reminder leaves."""
    lead = TIMINGS[what].lead
    if lead is not None:
        return starts_at - lead
    day_before = starts_at.astimezone(TOKYO).date() - timedelta(days=1)
    return datetime.combine(day_before, REMINDERS.day_before_at, TOKYO)


def is_due(what: Reminder, starts_at: datetime, *, now: datetime) -> bool:
    """Whether it is time, and not too late."""
    due = due_at(what, starts_at)
    return due <= now < due + TIMINGS[what].late


def goes_to(what: Reminder, starts_at: datetime, *, seated_at: datetime, now: datetime) -> bool:
    """Whether it is time, for somebody who has held their seat since `seated_at`.

    Who came to their seat after the moment of a reminder gets none for it: their answer has just told them all.
    """
    return is_due(what, starts_at, now=now) and seated_at <= due_at(what, starts_at)


def useful_until(what: Reminder, starts_at: datetime) -> datetime:
    """A reminder that could not be handed over by then is not sent any more."""
    return starts_at - TIMINGS[what].until
