"""Moving the line: a freed seat is held for whoever waited longest, until they answer or a deadline passes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import transaction

from events.event.queries import leaders
from events.models import Event, Offer, Registration
from events.registration import mails
from events.registration.choices import Answer, RegistrationState
from events.registration.flows.seats import free_seats, lock_event, move, move_in_line
from events.registration.queries import registration as queries
from events.registration.rules.registration import SeatCounts, next_in_line
from events.registration.rules.waitlist import (
    HeldSeat,
    NoAnswer,
    NoTaking,
    may_offer,
    offer_deadline,
    why_not_accept,
    why_not_decline,
    why_not_take,
)
from kouryu.refusal import Refused
from kouryu.sweeps import OFTEN, sweep
from members.accounts.locks import lock_member
from members.audit import audit
from members.models import User


def move_line(event: Event, *, now: datetime) -> list[Offer]:
    """Expire what has passed and offer what is free; returns the new offers. Call it with the event row locked."""
    _expire_offers(event, now=now)
    return _offer_free_seats(event, now=now)


@transaction.atomic
def take_free_seat(*, member: User, event_id: int, now: datetime) -> Registration:
    """Give a free seat to somebody in line who comes for it when nothing is offered any more, and mail them.

    Taking it twice changes nothing. Refused before the last half hour, when no seat is free, to those who do not
    wait, and to who sits in another event at that time.
    """
    lock_member(member.pk)
    event = lock_event(event_id)
    registration, other, _ = queries.at_that_time(member, event)
    if registration and registration.state == RegistrationState.CONFIRMED:
        return registration
    _expire_offers(event, now=now)
    is_waiting = registration is not None and registration.state == RegistrationState.WAITING
    counts = queries.seat_counts_of(event, now)
    reason = why_not_take(
        counts,
        queries.registration_window_of(event),
        is_waiting=is_waiting,
        has_leader=leaders.has_leader(event),
        has_overlapping_seat=other is not None,
        now=now,
    )
    if reason or not registration:
        raise Refused(reason or NoTaking.NOT_IN_LINE)
    registration.member, registration.agreed_at = member, now
    move(registration, RegistrationState.CONFIRMED, now=now, seat=free_seats(event)[0])
    audit.record("registration.take", registration, by=member, now=now)
    mails.seat_confirmed(registration, now=now)
    return registration


def end_offers_by_the_start(event: Event) -> None:
    """An event that was moved nearer takes the deadlines of its open offers with it."""
    late = Offer.objects.open_at(event.starts_at).filter(registration__event=event)
    late.update(expires_at=event.starts_at)


def _offer_free_seats(event: Event, *, now: datetime) -> list[Offer]:
    """Hold each free seat for the next in line and mail them.

    Whether they sit elsewhere at that time is asked when they accept: offering must not lock other members.
    """
    window = queries.registration_window_of(event)
    if not may_offer(window, now):
        return []
    line = _next_in_line(event, queries.seat_counts_of(event, now))
    if not line or not leaders.has_leader(event):
        return []
    move_in_line(dict(zip(line, free_seats(event, len(line)), strict=True)), RegistrationState.OFFERED, now=now)
    expires_at = offer_deadline(window, now, settings.OFFER_FOR)
    offers = Offer.objects.bulk_create(
        Offer(registration=registration, made_at=now, expires_at=expires_at) for registration in line
    )
    audit.record_all("offer.make", line, by=None, now=now)
    mails.seats_offered(offers, now=now)
    return offers


def accept_offer(*, member: User, event_id: int, now: datetime) -> Registration:
    """Turn the held seat into the member's own and mail them; accepting twice changes nothing.

    Refused without an open offer, after its deadline, or while the member sits in another event at that time.
    """
    with _late_answers_move_the_line(event_id, now):
        return _accept(member, event_id, now)


def decline_offer(*, member: User, event_id: int, now: datetime) -> Registration:
    """Give the held seat to the next in line; the member leaves the line. Declining twice changes nothing."""
    with _late_answers_move_the_line(event_id, now):
        return _decline(member, event_id, now)


def _next_in_line(event: Event, counts: SeatCounts) -> list[Registration]:
    """Who is offered the free seats. Mostly nobody waits or no seat is free, and two questions are saved."""
    if not counts.waiting or not counts.free_for(is_first_timer=True):
        return []
    line = list(event.registrations.in_line().values_list("pk", "is_first_timer"))
    places = next_in_line(counts, [is_first_timer for _, is_first_timer in line])
    chosen = event.registrations.in_line().filter(pk__in=[line[place][0] for place in places])
    return list(chosen.select_related("member__profile", "event"))


def _expire_offers(event: Event, *, now: datetime) -> None:
    """Write down each passed deadline and tell the member."""
    lapsed = Offer.objects.lapsed_at(now).filter(registration__event=event)
    offers = list(lapsed.select_related("registration__member__profile", "registration__event").order_by("pk"))
    if not offers:
        return
    Offer.objects.filter(pk__in=[offer.pk for offer in offers]).update(answer=Answer.EXPIRED, answered_at=now)
    registrations = [offer.registration for offer in offers]
    move_in_line(dict.fromkeys(registrations), RegistrationState.WITHDRAWN, now=now)
    audit.record_all("offer.expire", registrations, by=None, now=now)
    mails.seat_offers_expired(offers, now=now)


@transaction.atomic
def move_waiting_list(event_id: int, *, now: datetime) -> list[Offer]:
    """Expire what has passed and offer what is free, in one go; returns the new offers. Safe to repeat."""
    return move_line(lock_event(event_id), now=now)


@sweep("move-waiting-lists", every=OFTEN)
def move_waiting_lists(*, now: datetime) -> int:
    """Move every line that has something to do, one event per transaction; returns how many those were."""
    event_ids = list(queries.events_with_a_line_to_move(now).values_list("pk", flat=True))
    for event_id in event_ids:
        move_waiting_list(event_id, now=now)
    return len(event_ids)


def close_open_offer(registration: Registration, *, now: datetime) -> None:
    """Spend the offer of somebody who withdraws instead of answering it."""
    registration.offers.unanswered().update(answer=Answer.DECLINED, answered_at=now)


@contextmanager
def _late_answers_move_the_line(event_id: int, now: datetime) -> Iterator[None]:
    """One transaction; whoever answers too late lets the seat go on at once, so that nobody waits for the sweeper."""
    try:
        with transaction.atomic():
            yield
    except Refused as refused:
        if refused.reason == NoAnswer.EXPIRED:
            move_waiting_list(event_id, now=now)
        raise


def _accept(member: User, event_id: int, now: datetime) -> Registration:
    lock_member(member.pk)
    event = lock_event(event_id)
    offer = _latest_offer(member, event)
    if offer and offer.answer == Answer.ACCEPTED and offer.registration.state == RegistrationState.CONFIRMED:
        return offer.registration
    overlaps = queries.overlapping_event(member, event) is not None
    reason = why_not_accept(
        _held(offer),
        queries.registration_window_of(event),
        has_overlapping_seat=overlaps,
        now=now,
    )
    if reason or not offer:
        raise Refused(reason or NoAnswer.NO_OFFER)
    registration = offer.registration
    _answer(offer, Answer.ACCEPTED, now=now)
    registration.agreed_at = now
    move(registration, RegistrationState.CONFIRMED, now=now, seat=registration.seat_number)
    audit.record("offer.accept", registration, by=member, now=now)
    mails.seat_confirmed(registration, now=now)
    return registration


def _decline(member: User, event_id: int, now: datetime) -> Registration:
    event = lock_event(event_id)
    offer = _latest_offer(member, event)
    if offer and offer.answer == Answer.DECLINED and offer.registration.state == RegistrationState.WITHDRAWN:
        return offer.registration
    reason = why_not_decline(_held(offer), queries.registration_window_of(event), now=now)
    if reason or not offer:
        raise Refused(reason or NoAnswer.NO_OFFER)
    registration = offer.registration
    _answer(offer, Answer.DECLINED, now=now)
    move(registration, RegistrationState.WITHDRAWN, now=now)
    audit.record("offer.decline", registration, by=member, now=now)
    mails.seat_withdrawn(registration, was=RegistrationState.OFFERED, is_own_act=True, now=now)
    move_line(event, now=now)
    return registration


def _latest_offer(member: User, event: Event) -> Offer | None:
    offers = Offer.objects.filter(registration__event=event, registration__member=member)
    return offers.select_related("registration__member__profile", "registration__event").order_by("-pk").first()


def _held(offer: Offer | None) -> HeldSeat | None:
    return HeldSeat(offer.expires_at, offer.answer) if offer else None


def _answer(offer: Offer, answer: Answer, *, now: datetime) -> None:
    offer.answer = answer
    offer.answered_at = now
    offer.save(update_fields=["answer", "answered_at"])
