"""The mails about seats, lines and marks: one function per mail, each puts it into the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.conf import settings
from django.utils.functional import lazy

from events.event.words import promises_in_words
from events.models import Event, Mark, Offer, Registration
from events.registration import calendar
from events.registration.choices import FOLLOW_UP_MAIL, SEAT_MAIL, SEATED, Outcome, RegistrationState
from events.registration.limits import MAILS
from events.registration.queries import reminders
from events.registration.queries.registration import video_room_hours_of
from events.registration.rules.reminder import Reminder, useful_until
from events.registration.words.event import line_rule
from members.mail import outbox
from members.mail.kinds import kind_named

_line_rule = lazy(line_rule, str)  # read when the mail is rendered, in the language of its reader


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


def seat_withdrawn(registration: Registration, *, was: RegistrationState, is_own_act: bool, now: datetime) -> None:
    """You are out, as you asked or since the site had to; a confirmed seat is taken out of the calendar, too."""
    file = {}
    if was == RegistrationState.CONFIRMED:
        file = {"calendar": calendar.cancellation(registration, now=now), "calendar_method": calendar.CANCEL}
    _seat_mail(
        "withdrawn", registration, now=now, context={"had_seat": was in SEATED, "is_own_act": is_own_act}, **file
    )


def _seat_mail(
    what: str,
    registration: Registration,
    *,
    now: datetime,
    context: dict[str, object] | None = None,
    quiet: bool = False,
    **file: str,
) -> None:
    outbox.enqueue(
        _key(what, registration),
        kind=SEAT_MAIL,
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
    outbox.enqueue_for_many(
        {_key(what, registration): registration.member for registration in registrations},
        kind=SEAT_MAIL,
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
    _seat_mail("drawn-seat", registration, now=now, quiet=can_wait(registration.event, now), **file)


def lottery_in_line(registration: Registration, *, place: int, now: datetime) -> None:
    """The draw gave the seats to others; you are in line, at this place."""
    context = {"place": place, "line_rule": _line_rule(settings.OFFER_FOR)}
    _seat_mail("drawn-line", registration, now=now, context=context, quiet=can_wait(registration.event, now))


# --- marks


def mark_answered(mark: Mark, *, now: datetime) -> None:
    """The staff have answered what you said about a mark; where to read it."""
    outbox.enqueue(
        f"mark/answered/{mark.pk}",
        kind=SEAT_MAIL,
        to=mark.registration.member,
        template="mark/answered",
        context={"event": mark.registration.event},
        now=now,
        quiet=True,
    )


# --- hosting: what everybody concerned must know, and what follows an evening


def can_wait(event: Event, now: datetime) -> bool:
    """Whether a mail may wait for the morning: the event is more than a day away."""
    return event.starts_at - now > MAILS.near


def reminder(registration: Registration, what: Reminder, *, event: Event, now: datetime) -> bool:
    """Soon it begins: when the room opens, what is promised, and the way out for who cannot come.

    At any hour: who has a seat in an early morning wants to hear of it then.
    """
    return outbox.enqueue(
        reminders.key_of(event, what, registration),
        kind=kind_named(what),
        to=registration.member,
        template="seat/reminder",
        context={
            "event": event,
            "what": what.value,
            "room_opens_at": video_room_hours_of(event).opens_at,
            # Asked by the template, because only there the member's language is set.
            "promises": partial(promises_in_words, event.promises),
        },
        now=now,
        expires_at=useful_until(what, event.starts_at),
    )


def follow_up(registration: Registration, what: Outcome, *, now: datetime) -> bool:
    """After the evening: the people I met, or, for those who were not there, a gentle word and the way back."""
    return outbox.enqueue(
        f"follow-up/{what}/{registration.event_id}/{registration.member_id}",
        kind=FOLLOW_UP_MAIL,
        to=registration.member,
        template=_follow_up_template(registration, what),
        context={"event": registration.event},
        now=now,
        quiet=True,
    )


def _follow_up_template(registration: Registration, what: Outcome) -> str:
    """Who came to an evening without groups met nobody there by name: theirs leads to a note and a next step."""
    if what == Outcome.ATTENDED and not registration.event.has_groups:
        return "follow-up/attended-together"
    return f"follow-up/{what}"
