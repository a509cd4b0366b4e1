"""Moving the line: a freed seat is held for whoever waited longest, until they answer or a deadline passes."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from events import mails, queries
from events.choices import Answer, RegistrationState
from events.flows.seats import free_seat, lock_event, lock_member, move
from events.models import Event, Offer, Registration
from events.rules.waitlist import (
    HeldSeat,
    NoAnswer,
    offer_deadline,
    seats_to_offer,
    why_not_accept,
    why_not_decline,
)
from kouryu.refusal import Refused
from members import audit
from members.models import User


def offer_free_seats(event: Event, *, now: datetime) -> list[Offer]:
    """Hold each free seat for the next in line and mail them. Call it with the event row locked.

    Whether they sit elsewhere at that time is asked when they accept: offering must not lock other members.
    """
    count = seats_to_offer(queries.room_of(event), queries.doors_of(event), now)
    if not count:
        return []
    line = event.registrations.in_line().select_related("member__profile", "event")
    return [_offer(registration, event, now=now) for registration in line[:count]]


@transaction.atomic
def accept_offer(*, member: User, event_id: int, now: datetime) -> Registration:
    """Turn the held seat into the member's own and mail them; accepting twice changes nothing.

    Refused without an open offer, after its deadline, or while the member sits in another event at that time.
    """
    lock_member(member)
    event = lock_event(event_id)
    offer = _latest_offer(member, event)
    if offer and offer.answer == Answer.ACCEPTED and offer.registration.state == RegistrationState.CONFIRMED:
        return offer.registration
    overlaps = queries.overlapping_event(member, event) is not None
    reason = why_not_accept(_held(offer), queries.doors_of(event), has_overlapping_seat=overlaps, now=now)
    if reason or not offer:
        raise Refused(reason or NoAnswer.NO_OFFER)
    registration = offer.registration
    _answer(offer, Answer.ACCEPTED, now=now)
    move(registration, RegistrationState.CONFIRMED, now=now, seat=registration.seat_number)
    audit.record("offer.accept", registration, by=member, now=now)
    mails.seat_confirmed(registration, now=now)
    return registration


@transaction.atomic
def decline_offer(*, member: User, event_id: int, now: datetime) -> Registration:
    """Give the held seat to the next in line; the member leaves the line. Declining twice changes nothing."""
    event = lock_event(event_id)
    offer = _latest_offer(member, event)
    if offer and offer.answer == Answer.DECLINED and offer.registration.state == RegistrationState.WITHDRAWN:
        return offer.registration
    reason = why_not_decline(_held(offer), queries.doors_of(event), now=now)
    if reason or not offer:
        raise Refused(reason or NoAnswer.NO_OFFER)
    registration = offer.registration
    _answer(offer, Answer.DECLINED, now=now)
    move(registration, RegistrationState.WITHDRAWN, now=now)
    audit.record("offer.decline", registration, by=member, now=now)
    mails.seat_withdrawn(registration, was=RegistrationState.OFFERED, now=now)
    offer_free_seats(event, now=now)
    return registration


def expire_offers(event: Event, *, now: datetime) -> list[Offer]:
    """Write down each passed deadline and tell the member. Call it with the event row locked."""
    lapsed = Offer.objects.filter(registration__event=event, answer="", expires_at__lte=now)
    offers = list(lapsed.select_related("registration__member__profile", "registration__event").order_by("pk"))
    for offer in offers:
        _answer(offer, Answer.EXPIRED, now=now)
        move(offer.registration, RegistrationState.WITHDRAWN, now=now)
        audit.record("offer.expire", offer.registration, by=None, now=now)
        mails.seat_offer_expired(offer, now=now)
    return offers


@transaction.atomic
def move_waiting_list(event_id: int, *, now: datetime) -> list[Offer]:
    """Expire what has passed and offer what is free, in one go; returns the new offers. Safe to repeat."""
    event = lock_event(event_id)
    expire_offers(event, now=now)
    return offer_free_seats(event, now=now)


def move_waiting_lists(*, now: datetime) -> int:
    """Move every line that has something to do, one event per transaction; returns how many those were."""
    event_ids = list(queries.events_with_a_line_to_move(now).values_list("pk", flat=True))
    for event_id in event_ids:
        move_waiting_list(event_id, now=now)
    return len(event_ids)


def close_open_offer(registration: Registration, *, now: datetime) -> None:
    """Spend the offer of somebody who withdraws instead of answering it."""
    Offer.objects.filter(registration=registration, answer="").update(answer=Answer.DECLINED, answered_at=now)


def _offer(registration: Registration, event: Event, *, now: datetime) -> Offer:
    move(registration, RegistrationState.OFFERED, now=now, seat=free_seat(event))
    offer = Offer.objects.create(
        registration=registration,
        made_at=now,
        expires_at=offer_deadline(queries.doors_of(event), now, settings.OFFER_FOR),
    )
    audit.record("offer.make", registration, by=None, now=now)
    mails.seat_offered(offer, now=now)
    return offer


def _latest_offer(member: User, event: Event) -> Offer | None:
    offers = Offer.objects.filter(registration__event=event, registration__member=member)
    return offers.select_related("registration__member__profile", "registration__event").order_by("-pk").first()


def _held(offer: Offer | None) -> HeldSeat | None:
    return HeldSeat(offer.expires_at, offer.answer) if offer else None


def _answer(offer: Offer, answer: Answer, *, now: datetime) -> None:
    offer.answer = answer
    offer.answered_at = now
    offer.save(update_fields=["answer", "answered_at"])
