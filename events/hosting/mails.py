"""The mails about events that hosts plan and change: one function per mail, each puts it into the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from events.hosting.choices import HOSTING_MAIL, INVITATION_MAIL
from events.models import Event, Invitation, Registration
from events.registration import calendar
from events.registration.choices import SEAT_MAIL, RegistrationState
from events.registration.mails import can_wait
from members.accounts.card import card_of
from members.mail import outbox
from members.models import User


def event_changed(
    registration: Registration,
    *,
    moves: bool,
    has_new_host: bool = False,
    free_until: datetime | None,
    elsewhere: Event | None,
    deadline: datetime | None,
    now: datetime,
) -> None:
    """What was agreed to holds no longer: until when a seat is given back freely, or an offer answered, and where the
    member sits at that time too. With a calendar file where the time or the place moves.
    """
    file = {}
    if moves and registration.state == RegistrationState.CONFIRMED:
        file = {"calendar": calendar.invitation(registration, now=now), "calendar_method": calendar.REQUEST}
    event = registration.event
    context = {
        "moves": moves,
        "has_new_host": has_new_host,
        "host": card_of(event.host, viewer=registration.member),
        "free_until": free_until,
        "is_free_to_the_end": free_until is not None and free_until >= event.starts_at,
        "elsewhere": elsewhere,
        "deadline": deadline,
    }
    _event_mail("event-changed", registration, now=now, context=context, **file)


def draw_moved(registration: Registration, *, event: Event, now: datetime) -> None:
    """The lottery that you take part in is drawn at another moment than you were told."""
    registration.event = event
    _event_mail("draw-moved", registration, now=now)


def called_off(registration: Registration, *, event: Event, now: datetime) -> None:
    """The event does not take place; taken out of the calendar of those who have it there."""
    registration.event = event
    file = {}
    if registration.state == RegistrationState.CONFIRMED:
        file = {"calendar": calendar.cancellation(registration, now=now), "calendar_method": calendar.CANCEL}
    _event_mail("called-off", registration, now=now, **file)


def _event_mail(
    what: str, registration: Registration, *, now: datetime, context: dict[str, object] | None = None, **file: str
) -> None:
    event = registration.event
    # An event can change more than once; each change has its own mail.
    outbox.enqueue(
        f"seat/{what}/{event.pk}/{registration.member_id}/{event.version}",
        kind=SEAT_MAIL,
        to=registration.member,
        template=f"seat/{what}",
        context={"event": event, "registration": registration, **(context or {})},
        now=now,
        quiet=can_wait(event, now),
        **file,
    )


def not_published(event: Event, reason: str, *, now: datetime) -> None:
    """The moment that the host chose has come, and this is why members cannot see the event yet."""
    outbox.enqueue(
        f"hosting/not-published/{event.pk}/{event.publish_at:%Y%m%d%H%M%S}",
        kind=HOSTING_MAIL,
        to=event.host,
        template="hosting/not-published",
        context={"event": event, "reason": str(reason)},
        now=now,
        quiet=True,
    )


def leaderless(event: Event, owner: User, *, now: datetime) -> bool:
    """The host of this evening may not lead it: hand it to another one, or call it off. Once more on its last day."""
    is_near = not can_wait(event, now)
    return outbox.enqueue(
        f"hosting/leaderless/{event.pk}/{event.host_id}/{owner.pk}/{'near' if is_near else 'first'}",
        kind=HOSTING_MAIL,
        to=owner,
        template="hosting/leaderless",
        context={
            "event": event,
            "host": card_of(event.host, viewer=owner),
            "people": event.registrations.live().count(),
        },
        now=now,
        quiet=not is_near,
    )


def host_leaves(host: User, owner: User, *, events: Sequence[Event], due_at: datetime, now: datetime) -> None:
    """To an owner: a host's account is about to go, and what they were to lead until then and after."""
    outbox.enqueue(
        f"hosting/leaving/{host.pk}/{owner.pk}/{due_at:%Y%m%d}",
        kind=HOSTING_MAIL,
        to=owner,
        template="hosting/host-leaves",
        context={"host": card_of(host, viewer=owner), "events": events, "due_at": due_at},
        now=now,
        quiet=True,
    )


def handed_over(event: Event, old: User, *, now: datetime) -> None:
    """To the new host: this evening is yours to lead. To the old one: it is another's now."""
    for member in (event.host, old):
        outbox.enqueue(
            f"hosting/handed-over/{event.pk}/{event.version}/{member.pk}",
            kind=HOSTING_MAIL,
            to=member,
            template="hosting/handed-over",
            context={"event": event, "is_new": member.pk == event.host_id},
            now=now,
            quiet=can_wait(event, now),
        )


# --- invitations


def invitation(invited: Invitation, *, now: datetime) -> bool:
    """The host would like you to come; the page of the event says to what."""
    return outbox.enqueue(
        f"invitation/{invited.event_id}/{invited.member_id}",
        kind=INVITATION_MAIL,
        to=invited.member,
        template="event/invitation",
        context={"event": invited.event},
        now=now,
        quiet=True,
    )


def missing_industry(event: Event, member: User, *, now: datetime) -> bool:
    """Nobody of your industry comes to this event yet; once for an event."""
    return outbox.enqueue(
        f"missing-industry/{event.pk}/{member.pk}",
        kind=INVITATION_MAIL,
        to=member,
        template="event/missing-industry",
        context={"event": event},
        now=now,
        quiet=True,
    )
