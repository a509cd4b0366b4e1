"""What a member set for themselves, held against one event."""

from __future__ import annotations

from calendar import monthrange

from django.utils.timezone import localdate, localtime

from events.event.choices import EventState
from events.models import Event, Registration
from events.registration.rules import own_limits as rules
from events.registration.rules.own_limits import Beyond, OwnLimits
from kouryu.numbers import DAY
from members.models import User


def limits_of(member: User) -> OwnLimits:
    """The member's own limits; the length is the one they told us they like."""
    profile = member.profile
    return OwnLimits(
        minutes=int(profile.length) if profile.length else None,
        events_a_month=profile.most_events_a_month,
        quiet_evening_after=profile.quiet_evening_after,
    )


def beyond(member: User, event: Event) -> tuple[Beyond, ...]:
    """Which of their own limits this event goes beyond; a query only for members who set one that needs it."""
    limits = limits_of(member)
    needs_days = limits.events_a_month is not None or limits.quiet_evening_after
    return rules.beyond(
        limits,
        minutes=event.minutes,
        day=localdate(event.starts_at),
        seats_on=_seats_around(member, event) if needs_days else (),
    )


def _seats_around(member: User, event: Event) -> list:
    """The days of the event's month, and those next to it, on which the member has or had a seat elsewhere."""
    month = localtime(event.starts_at).replace(day=1, hour=0, minute=0)
    days = monthrange(month.year, month.month)[1]
    seats = Registration.objects.seated().filter(
        member=member,
        event__state__in=[EventState.PUBLISHED, EventState.CLOSED],
        event__starts_at__gte=month - DAY,
        event__starts_at__lt=month + (days + 1) * DAY,
    )
    return [localdate(moment) for moment in seats.exclude(event=event).values_list("event__starts_at", flat=True)]
