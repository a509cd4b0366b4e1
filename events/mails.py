"""One function per mail of the events app: builds it and puts it into the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.utils.functional import lazy

from events import calendar, reminders
from events.choices import SEATED, Outcome, RegistrationState
from events.models import Event, Invitation, Mark, Offer, Registration
from events.queries import hours_of
from events.rules.reminder import Reminder, useful_until
from events.words import line_rule, promises_in_words
from members import outbox
from members.choices import MailKind
from members.models import User

_line_rule = lazy(line_rule, str)  # read when the mail is drawn, in the language of its reader

# --- seats: answers to the member's own click are never held back at night


def seat_confirmed(registration: Registration, *, now: datetime) -> None:
    """You have a seat; with the calendar entry."""
    _seat_mail(
        "confirmed",
        registration,
        now=now,
        calendar=calendar.invitation(registration, now=now),
        calendar_method=calendar.REQUEST,
    )


def seat_waiting(registration: Registration, *, place: int, now: datetime) -> None:
    """You are in line, at this place, and this is how the line moves."""
    _seat_mail(
        "waiting",
        registration,
        now=now,
        context={"place": place, "line_rule": _line_rule(settings.OFFER_FOR)},
    )


def seats_offered(offers: Sequence[Offer], *, now: datetime) -> None:
    """A seat is held for each of you until then; all of one event and one moment. Like the deadline, it leaves at 7."""
    context = {"expires_at": offers[0].expires_at, "line_rule": _line_rule(settings.OFFER_FOR)}
    _alike("offered", offers, now=now, quiet=True, context=context)


def seat_offers_expired(offers: Sequence[Offer], *, now: datetime) -> None:
    """The seats went on to the next; no harm done, and how to stand in line again. All of one event."""
    _alike("offer-expired", offers, now=now, context={"line_rule": _line_rule(settings.OFFER_FOR)})


def seat_withdrawn(registration: Registration, *, was: RegistrationState, now: datetime) -> None:
    """You are out, as you asked; who had a confirmed seat gets it taken out of the calendar too."""
    file = {}
    if was == RegistrationState.CONFIRMED:
        file = {"calendar": calendar.cancellation(registration, now=now), "calendar_method": calendar.CANCEL}
    _seat_mail("withdrawn", registration, now=now, context={"had_seat": was in SEATED}, **file)


def _seat_mail(
    what: str,
    registration: Registration,
    *,
    now: datetime,
    context: dict[str, object] | None = None,
    quiet: bool = False,
    **file: str,
) -> None:
    outbox.put(
        _key(what, registration),
        kind=MailKind.SEAT,
        to=registration.member,
        template=f"seat/{what}",
        context={"event": registration.event, **(context or {})},
        now=now,
        quiet=quiet,
        **file,
    )


def _alike(
    what: str, offers: Sequence[Offer], *, now: datetime, quiet: bool = False, context: dict[str, object] | None = None
) -> None:
    registrations = [offer.registration for offer in offers]
    outbox.put_alike(
        {_key(what, registration): registration.member for registration in registrations},
        kind=MailKind.SEAT,
        template=f"seat/{what}",
        context={"event": registrations[0].event, **(context or {})},
        now=now,
        quiet=quiet,
    )


def _key(what: str, registration: Registration) -> str:
    # The number in line is new each time somebody comes back, so each stay has its own mails.
    return f"seat/{what}/{registration.event_id}/{registration.member_id}/{registration.queue_number}"


# --- lottery


def lottery_applied(registration: Registration, *, now: datetime) -> None:
    """You take part in the draw, which is then; nothing to do until."""
    _seat_mail("applied", registration, now=now)


def lottery_won(registration: Registration, *, now: datetime) -> None:
    """The draw gave you a seat; with the calendar entry."""
    file = {"calendar": calendar.invitation(registration, now=now), "calendar_method": calendar.REQUEST}
    _seat_mail("drawn-seat", registration, now=now, quiet=_can_wait(registration.event, now), **file)


def lottery_in_line(registration: Registration, *, place: int, now: datetime) -> None:
    """The draw gave the seats to others; you are in line, at this place."""
    context = {"place": place, "line_rule": _line_rule(settings.OFFER_FOR)}
    _seat_mail("drawn-line", registration, now=now, context=context, quiet=_can_wait(registration.event, now))


# --- marks


def mark_answered(mark: Mark, *, now: datetime) -> None:
    """The staff have answered what you said about a mark; where to read it."""
    outbox.put(
        f"mark/answered/{mark.pk}",
        kind=MailKind.SEAT,
        to=mark.registration.member,
        template="mark/answered",
        context={"event": mark.registration.event},
        now=now,
        quiet=True,
    )


# --- hosting: what everybody concerned must know, and what follows an evening

NEAR = timedelta(days=1)


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
    outbox.put(
        f"seat/{what}/{event.pk}/{registration.member_id}/{event.version}",
        kind=MailKind.SEAT,
        to=registration.member,
        template=f"seat/{what}",
        context={"event": event, "registration": registration, **(context or {})},
        now=now,
        quiet=_can_wait(event, now),
        **file,
    )


def _can_wait(event: Event, now: datetime) -> bool:
    """Who is to come tonight must hear it now; all others in the morning."""
    return event.starts_at - now > NEAR


def not_published(event: Event, reason: str, *, now: datetime) -> None:
    """The moment that the host chose has come, and this is why members cannot see the event yet."""
    outbox.put(
        f"hosting/not-published/{event.pk}/{event.publish_at:%Y%m%d%H%M%S}",
        kind=MailKind.HOSTING,
        to=event.host,
        template="hosting/not-published",
        context={"event": event, "reason": str(reason)},
        now=now,
        quiet=True,
    )


def leaderless(event: Event, owner: User, *, now: datetime) -> bool:
    """The host of this evening may not lead it: hand it to another one, or call it off. Once more on its last day."""
    is_near = not _can_wait(event, now)
    return outbox.put(
        f"hosting/leaderless/{event.pk}/{event.host_id}/{owner.pk}/{'near' if is_near else 'first'}",
        kind=MailKind.HOSTING,
        to=owner,
        template="hosting/leaderless",
        context={"event": event, "people": event.registrations.live().count()},
        now=now,
        quiet=not is_near,
    )


def handed_over(event: Event, old: User, *, now: datetime) -> None:
    """To the new host: this evening is yours to lead. To the old one: it is another's now."""
    for member in (event.host, old):
        outbox.put(
            f"hosting/handed-over/{event.pk}/{event.version}/{member.pk}",
            kind=MailKind.HOSTING,
            to=member,
            template="hosting/handed-over",
            context={"event": event, "is_new": member.pk == event.host_id},
            now=now,
            quiet=_can_wait(event, now),
        )


def reminder(registration: Registration, what: Reminder, *, event: Event, now: datetime) -> bool:
    """Soon it begins: when the room opens, what is promised, and the way out for who cannot come.

    At any hour: who has a seat in an early morning wants to hear of it then.
    """
    return outbox.put(
        reminders.key_of(event, what, registration),
        kind=MailKind(what),
        to=registration.member,
        template="seat/reminder",
        context={
            "event": event,
            "what": what.value,
            "room_opens_at": hours_of(event).opens_at,
            # Asked by the template, because only there the member's language is set.
            "promises": partial(promises_in_words, event.promises),
        },
        now=now,
        expires_at=useful_until(what, event.starts_at),
    )


def follow_up(registration: Registration, what: Outcome, *, now: datetime) -> bool:
    """After the evening: the people I met, or, for those who were not there, a gentle word and the way back."""
    return outbox.put(
        f"follow-up/{what}/{registration.event_id}/{registration.member_id}",
        kind=MailKind.FOLLOW_UP,
        to=registration.member,
        template=f"follow-up/{what}",
        context={"event": registration.event},
        now=now,
        quiet=True,
    )


# --- invitations


def invitation(invited: Invitation, *, now: datetime) -> bool:
    """The host would like you to come; the page of the event says to what."""
    return outbox.put(
        f"invitation/{invited.event_id}/{invited.member_id}",
        kind=MailKind.INVITATION,
        to=invited.member,
        template="event/invitation",
        context={"event": invited.event},
        now=now,
        quiet=True,
    )


def missing_industry(event: Event, member: User, *, now: datetime) -> bool:
    """Nobody of your industry comes to this event yet; once for an event."""
    return outbox.put(
        f"missing-industry/{event.pk}/{member.pk}",
        kind=MailKind.INVITATION,
        to=member,
        template="event/missing-industry",
        context={"event": event},
        now=now,
        quiet=True,
    )
