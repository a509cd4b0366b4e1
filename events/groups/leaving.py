"""What becomes of places in groups when the member goes."""

from __future__ import annotations

from datetime import datetime

from events.event.choices import EventState
from events.models import Seat
from kouryu.leaving import on_leaving
from members.models import User


@on_leaving(Seat)
def leave_groups(member: User, *, now: datetime) -> None:
    """Those of evenings that are to come. Who sat with whom stays: it is the others' evening, too."""
    member.group_seats.filter(round__event__state=EventState.PUBLISHED).delete()
