"""What a lottery's draw and its page read: results of members, the box on the event page, the published draw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate

from events.event.choices import Allotment, EventState
from events.models import Draw, Event, Offer, Registration, Ticket
from events.registration.choices import Answer, RegistrationState
from events.registration.limits import LOTS
from events.registration.rules.lottery import Result


def is_drawn(event: Event) -> bool:
    """Whether this was a lottery whose order is fixed."""
    return event.allotment == Allotment.LOTTERY and Draw.objects.filter(event=event).exclude(drawn_at=None).exists()


def events_to_draw(now: datetime) -> QuerySet[Event]:
    """Published lotteries whose applications are over and which nobody has drawn yet."""
    return Event.objects.filter(
        state=EventState.PUBLISHED,
        allotment=Allotment.LOTTERY,
        registration_closes_at__lte=now,
        ends_at__gt=now,
        draw__drawn_at=None,
    ).order_by("registration_closes_at", "pk")


def results_of(member_ids: Collection[int], *, now: datetime) -> dict[int, list[Result]]:
    """How the lotteries of late ended for these members. What was called off counts neither as win nor as loss."""
    since = now - LOTS.losses_count_for
    results: dict[int, list[Result]] = defaultdict(list)
    for member, moment, is_win in _tickets_drawn(member_ids, since):
        results[member].append(Result(moment, localdate(moment), is_win))
    for member, moment in _offers_answered(member_ids, since):
        results[member].append(Result(moment, localdate(moment), is_win=True))
    return results


def _tickets_drawn(member_ids: Collection[int], since: datetime) -> QuerySet:
    drawn = Ticket.objects.filter(
        registration__member__in=member_ids, is_win__isnull=False, registration__event__draw__drawn_at__gte=since
    ).exclude(registration__event__state=EventState.CALLED_OFF)
    return drawn.values_list("registration__member", "registration__event__draw__drawn_at", "is_win")


def _offers_answered(member_ids: Collection[int], since: datetime) -> QuerySet:
    """Seats of a lottery that came later: taken or declined, they were there. An offer nobody saw is no win."""
    answered = Offer.objects.filter(
        registration__member__in=member_ids,
        registration__event__allotment=Allotment.LOTTERY,
        answer__in=[Answer.ACCEPTED, Answer.DECLINED],
        answered_at__gte=since,
    ).exclude(registration__event__state=EventState.CALLED_OFF)
    return answered.values_list("registration__member", "answered_at")


def seated_elsewhere(event: Event, member_ids: Collection[int]) -> frozenset[int]:
    """Which of these members hold a confirmed seat in another event at this time."""
    seats = Registration.objects.confirmed().overlapping(event.starts_at, event.ends_at)
    seats = seats.filter(member__in=member_ids, event__state=EventState.PUBLISHED)
    return frozenset(seats.exclude(event=event).values_list("member_id", flat=True))


# --- the pages


@dataclass(frozen=True)
class LotteryBox:
    """What the event page says of the lottery; `ticket` is the reader's own."""

    seed_hash: str
    drawn_at: datetime | None
    applicants: int
    ticket: str


def box(event: Event, member_id: int) -> LotteryBox | None:
    """None for events without a lottery, and for a draft's preview."""
    if event.allotment != Allotment.LOTTERY:
        return None
    draw = Draw.objects.filter(event=event).only("seed_hash", "drawn_at").first()
    if draw is None:
        return None
    codes = dict(
        Ticket.objects.filter(registration__event=event)
        .exclude(registration__state=RegistrationState.WITHDRAWN)
        .values_list("registration__member", "code")
    )
    return LotteryBox(draw.seed_hash, draw.drawn_at, applicants=len(codes), ticket=codes.get(member_id, ""))


@dataclass(frozen=True)
class Drawn:
    """One ticket of a draw in the order drawn."""

    place: int
    code: str
    lots: int
    is_win: bool
    is_mine: bool


def order_drawn(draw: Draw, *, mine: str) -> list[Drawn]:
    """The published order; `mine` is the reader's own code, or empty."""
    lots = dict(draw.tickets)
    seats = draw.seats or 0
    return [Drawn(place, code, lots[code], place <= seats, code == mine) for place, code in enumerate(draw.order, 1)]


def ticket_of(event: Event, member_id: int) -> str:
    """The member's own code, also after they withdrew; empty for who never applied."""
    codes = Ticket.objects.filter(registration__event=event, registration__member=member_id)
    return codes.values_list("code", flat=True).first() or ""


def published(draw: Draw) -> dict[str, Any]:
    """All that is needed to work the order out again, and the order; nothing in it leads to a person."""
    return {
        "event": draw.event_id,
        "drawn_at": draw.drawn_at.isoformat() if draw.drawn_at else "",
        "seats": draw.seats,
        "seed": draw.seed,
        "seed_hash": draw.seed_hash,
        "list_digest": draw.list_digest,
        "tickets": [{"ticket": code, "lots": lots} for code, lots in draw.tickets],
        "order": draw.order,
    }


def lots_explained() -> dict[str, int]:
    """The numbers of the rule, for the page that states it."""
    return {
        "lots": LOTS.each,
        "per_loss": LOTS.per_loss,
        "most_losses": LOTS.losses,
        "days": LOTS.losses_count_for.days,
    }
