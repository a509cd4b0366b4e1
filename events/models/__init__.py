"""The events app's tables."""

from events.models.attendance import Attendance
from events.models.cohost import CoHost
from events.models.count import StepCount
from events.models.evening import Note, Signal, Word
from events.models.event import Condition, Event, RunSheetItem
from events.models.feed import CalendarFeed
from events.models.grouping import Group, Round, Seat
from events.models.invitation import Invitation
from events.models.lottery import Draw, Ticket
from events.models.mark import Mark
from events.models.registration import Offer, Registration
from events.models.series import Series
from events.models.template import EventTemplate

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
