"""Closing: who was there, and who may still say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from events.registration.choices import Outcome


class NoAttendance(StrEnum):
    """Why nobody can be checked in, or an event not be closed, now."""

    NOT_OPEN_YET = "door-not-open-yet"
    NOT_STARTED = "door-not-started"
    NOT_PUBLISHED = "door-not-published"
    CLOSED = "door-closed"
    CALLED_OFF = "door-called-off"
    NO_SEAT = "door-no-seat"


class NoCorrection(StrEnum):
    """Why the record of a closed evening stays as it is."""

    NOT_CLOSED = "correction-not-closed"
    NO_SEAT = "correction-no-seat"
    WAS_THERE = "correction-was-there"
    SAME = "correction-same"


@dataclass(frozen=True)
class EveningFacts:
    """All that the door may look at."""

    state: str  # an EventState
    starts_at: datetime
    room_opens_for: timedelta  # how long before the start the door opens

    @property
    def opens_at(self) -> datetime:
        """From when on people can join the room."""
        return self.starts_at - self.room_opens_for


def outcome(registration_state: str, presence: str) -> Outcome | None:
    """What happened to a registration once its event is closed; None for those who never had a seat.

    Who withdrew is excused, whatever the door noted before. Of those with a seat, who was checked in attended, who
    sent word is excused, everybody else was absent.
    """
    if registration_state == "withdrawn":
        return Outcome.EXCUSED
    if registration_state != "confirmed":
        return None
    if presence == "present":
        return Outcome.ATTENDED
    return Outcome.EXCUSED if presence == "excused" else Outcome.ABSENT


def why_not_note(evening: EveningFacts, registration_state: str, *, now: datetime) -> NoAttendance | None:
    """The first reason why the door may not note anything about this registration, or None."""
    if reason := _why_shut(evening):
        return reason
    if now < evening.opens_at:
        return NoAttendance.NOT_OPEN_YET
    return None if registration_state == "confirmed" else NoAttendance.NO_SEAT


def why_not_close(evening: EveningFacts, *, now: datetime) -> NoAttendance | None:
    """The first reason why an event cannot be closed, or None: it must have begun."""
    if reason := _why_shut(evening):
        return reason
    if now < evening.starts_at:
        return NoAttendance.NOT_STARTED
    return None


def why_not_correct_afterwards(state: str, registration_state: str, presence: str, wanted: str) -> NoCorrection | None:
    """Why the desk cannot change who was there, or None.

    Nobody who was there is made absent: what they gave and received since hangs on it.
    """
    if state != "closed":
        return NoCorrection.NOT_CLOSED
    if registration_state != "confirmed":
        return NoCorrection.NO_SEAT
    if presence == wanted:
        return NoCorrection.SAME
    return NoCorrection.WAS_THERE if presence == "present" else None


def _why_shut(evening: EveningFacts) -> NoAttendance | None:
    shut = {
        "draft": NoAttendance.NOT_PUBLISHED,
        "closed": NoAttendance.CLOSED,
        "called-off": NoAttendance.CALLED_OFF,
    }
    return shut.get(evening.state)
