"""What becomes of seats, marks and calendars when the member goes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from events.models import Attendance, CalendarFeed, Mark, Registration
from events.registration.flows.registration import give_back_seats
from events.registration.queries.marks import what_weighs
from events.registration.queries.registration import events_attended
from kouryu.leaving import on_leaving, remembers, stays
from members.models import User

stays(Attendance, why="how many came to an evening, and who sat with whom; it names nobody", until="for good")


@on_leaving(CalendarFeed, Registration, Mark)
def give_back_what_is_held(member: User, *, now: datetime) -> None:
    """Seats, offers and places in line go on to others, without a mark. The rest is a number without words."""
    give_back_seats(member=member, until=None, by=None, now=now)
    member.registrations.update(wants_to_talk="", can_offer="", shares_wish=False)
    Mark.objects.filter(registration__member=member).update(objection="", answer="")
    CalendarFeed.objects.filter(member=member).delete()


@remembers("evenings")
def evenings(member: User, *, now: datetime) -> dict[str, Any] | None:
    """What makes somebody no first-timer, and the marks that still weigh."""
    attended, record = events_attended(member), what_weighs(member, now)
    if not (attended or record["given_up"]):
        return None
    return {"attended": attended, **record}
