"""Whom a member met, and when."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from events.models import Attendance, Seat
from events.registration.choices import Presence
from members.models import User


def seats_beside(member: User, *, until: datetime) -> QuerySet[Seat]:
    """The seats of those who sat in a group with `member` at an evening that is over, and were there as `member` was.

    People who left or were blocked since are among them: what happened is not undone. Whoever names people leaves
    them out.
    """
    at_that_event = Attendance.objects.filter(registration__event=OuterRef("round__event"), presence=Presence.PRESENT)
    mine = Seat.objects.seen().filter(Exists(at_that_event.filter(registration__member=member)), member=member)
    return (
        Seat.objects.filter(group__in=mine.values("group"), round__event__ends_at__lte=until)
        .filter(Exists(at_that_event.filter(registration__member=OuterRef("member"))))
        .exclude(member=member)
    )
