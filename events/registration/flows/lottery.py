"""Applying to a lottery, and drawing it."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from events.event.choices import Allotment, EventState
from events.models import Draw, Event, Registration, Ticket
from events.registration import mails
from events.registration.choices import RegistrationState
from events.registration.flows.seats import enter, free_seats, lock_event, move
from events.registration.flows.waitlist import move_line
from events.registration.queries import lottery, marks
from events.registration.queries import registration as queries
from events.registration.rules import lottery as rules
from events.registration.rules.registration import NoRegistration
from kouryu.refusal import Refused
from kouryu.sweeps import OFTEN, sweep
from members.accounts.locks import lock_members
from members.audit import audit


def prepare_draw(event: Event) -> None:
    """Fix the seed of a lottery that is being published, so that its hash is known before anybody applies."""
    if event.allotment != Allotment.LOTTERY:
        return
    seed = secrets.token_hex(32)
    Draw.objects.get_or_create(event=event, defaults={"seed": seed, "seed_hash": rules.hash_of(seed)})


def apply(registration: Registration, event: Event, *, now: datetime) -> Registration:
    """Let somebody who may come take part in the draw, and mail them. Call it with the event row locked.

    Who withdrew and comes back before the draw keeps their ticket.
    """
    if event.draw.drawn_at:  # the click came in time and then waited for the draw
        raise Refused(NoRegistration.REGISTRATION_CLOSED)
    place = queries.seat_counts_of(event, now).next_queue_number
    enter(registration, RegistrationState.APPLIED, queue_number=place, now=now)
    Ticket.objects.get_or_create(registration=registration, defaults={"code": secrets.token_hex(8)})
    audit.record("registration.apply", registration, by=registration.member, now=now)
    mails.lottery_applied(registration, now=now)
    return registration


@transaction.atomic
def hold_draw(event_id: int, *, now: datetime) -> Draw | None:
    """Freeze the list, draw, seat the winners, put the others in line as drawn, and mail everybody.

    None where there is nothing to draw, or somebody applied in the moment before: the next sweep draws then.
    """
    applied = Registration.objects.applied().filter(event=event_id)
    locked = {member.pk for member in lock_members(applied.values("member_id"))}
    event = lock_event(event_id)
    if not _is_due(event, now):
        return None
    registrations = list(event.registrations.applied().select_related("member__profile", "ticket").order_by("pk"))
    if not locked.issuperset(row.member_id for row in registrations):
        return None
    draw = _draw(event, registrations, now=now)
    _seat(event, registrations, draw, now=now)
    event.version += 1
    event.save(update_fields=["version"])
    audit.record("lottery.draw", event, by=None, now=now)
    # Winners who sit elsewhere at that time stand first in line: their seats are held until they choose.
    move_line(event, now=now)
    return draw


@sweep("hold-draws", every=OFTEN)
def hold_draws(*, now: datetime) -> int:
    """Draw every lottery whose applications are over, one event per transaction; returns how many were drawn."""
    event_ids = list(lottery.events_to_draw(now).values_list("pk", flat=True))
    return sum(hold_draw(event_id, now=now) is not None for event_id in event_ids)


def _is_due(event: Event, now: datetime) -> bool:
    if event.allotment != Allotment.LOTTERY or event.state != EventState.PUBLISHED or event.draw.drawn_at:
        return False
    return rules.is_draw_due(event.registration_closes_at, event.ends_at, now=now)


def _draw(event: Event, registrations: list[Registration], *, now: datetime) -> Draw:
    """Write down the frozen list and the order that follows from it."""
    members = [row.member_id for row in registrations]
    results, points = lottery.results_of(members, now=now), marks.points_by_member(members, now=now)
    lots = {
        row.ticket.code: rules.lots_of(results[row.member_id], mark_points=points.get(row.member_id, 0), now=now)
        for row in registrations
    }
    tickets = sorted(rules.LotteryEntry(code, number) for code, number in lots.items())
    draw, counts = event.draw, queries.seat_counts_of(event, now)
    draw.drawn_at = now
    draw.seats = max(0, counts.capacity - counts.taken)
    draw.tickets = [[ticket.code, ticket.lots] for ticket in tickets]
    draw.list_digest = rules.list_digest(tickets)
    draw.order = rules.drawn_order(draw.seed, tickets)
    draw.save(update_fields=["drawn_at", "seats", "tickets", "list_digest", "order"])
    winners = set(draw.order[: draw.seats])
    for row in registrations:
        row.ticket.lots, row.ticket.is_win = lots[row.ticket.code], row.ticket.code in winners
    Ticket.objects.bulk_update([row.ticket for row in registrations], ["lots", "is_win"])
    return draw


def _seat(event: Event, registrations: list[Registration], draw: Draw, *, now: datetime) -> None:
    """Move everybody to where the draw puts them."""
    place = {code: number for number, code in enumerate(draw.order, 1)}
    behind = queries.seat_counts_of(event, now).next_queue_number - 1
    elsewhere = lottery.seated_elsewhere(event, [row.member_id for row in registrations])
    free = iter(free_seats(event, event.capacity))
    for row in registrations:  # seats go out by arrival, so that their numbers say nothing of the order drawn
        row.event = event
        row.queue_number = behind + place[row.ticket.code]
        row.save(update_fields=["queue_number"])
        if row.ticket.is_win and row.member_id not in elsewhere:
            move(row, RegistrationState.CONFIRMED, now=now, seat=next(free))
            mails.lottery_won(row, now=now)
        else:
            move(row, RegistrationState.WAITING, now=now)
    _tell_those_in_line(registrations, place, seats=draw.seats or 0, now=now)


def _tell_those_in_line(
    registrations: Collection[Registration], place: dict[str, int], *, seats: int, now: datetime
) -> None:
    for row in registrations:
        if not row.ticket.is_win:
            mails.lottery_in_line(row, place=place[row.ticket.code] - seats, now=now)
