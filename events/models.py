"""The events app's tables."""

from events.evening.models import Note, Signal, Word
from events.event.models import CoHost, Condition, Event, Invitation, RunSheetItem, Series, StepCount
from events.groups.models import Group, Round, Seat
from events.hosting.models import EventTemplate
from events.registration.models import Attendance, CalendarFeed, Draw, Mark, Offer, Registration, Ticket

__all__ = [
    "Attendance",
    "CalendarFeed",
    "CoHost",
    "Condition",
    "Draw",
    "Event",
    "EventTemplate",
    "Group",
    "Invitation",
    "Mark",
    "Note",
    "Offer",
    "Registration",
    "Round",
    "RunSheetItem",
    "Seat",
    "Series",
    "Signal",
    "StepCount",
    "Ticket",
    "Word",
]
