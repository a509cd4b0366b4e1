"""What must always be true of seats, lines, offers and groups, whatever happened before?

Each check returns one sentence per breach; `manage.py check_invariants` lists them.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q

from events.choices import SEATED, EventState, RegistrationState
from events.models import Event, Offer, Registration, Seat
from events.rules.waitlist import SHORTEST_OFFER
from members.models import AuditEntry, Block


def no_seat_beyond_capacity(now: datetime) -> list[str]:
    """A lowered capacity takes no seat away; but then none is granted either until there are fewer than it allows."""
    seated = Count("registrations", filter=Q(registrations__state__in=SEATED))
    crowded = Event.objects.annotate(seated=seated).filter(seated__gt=F("capacity")).order_by("pk")
    return [
        f"event {event.pk}: {event.seated} seats granted, capacity {event.capacity}"
        for event in crowded
        if not _was_lowered(event)
    ]


def _was_lowered(event: Event) -> bool:
    """Was the capacity changed while all these people had their seats?"""
    changes = AuditEntry.objects.filter(verb="event.change", object_type="events.event", object_id=event.pk)
    changed_at = max((line.at for line in changes if "capacity" in line.fields), default=None)
    if changed_at is None:
        return False
    return not Offer.objects.filter(registration__event=event, made_at__gt=changed_at).exists()


def seats_are_numbered(now: datetime) -> list[str]:
    broken = Registration.objects.filter(
        Q(state__in=SEATED, seat_number=None) | (~Q(state__in=SEATED) & Q(seat_number__isnull=False))
    )
    return [f"registration {row.pk} is {row.state} with seat {row.seat_number}" for row in broken.order_by("pk")]


def one_person_per_seat(now: datetime) -> list[str]:
    seats = Registration.objects.exclude(seat_number=None).values("event", "seat_number")
    rows = seats.annotate(people=Count("pk")).filter(people__gt=1)
    return [f"event {row['event']}: seat {row['seat_number']} is given to {row['people']} people" for row in rows]


def one_registration_per_member(now: datetime) -> list[str]:
    pairs = Registration.objects.values("event", "member").annotate(number=Count("pk")).filter(number__gt=1)
    return [f"event {row['event']}: user {row['member']} is registered {row['number']} times" for row in pairs]


def nobody_in_line_is_passed_over(now: datetime) -> list[str]:
    """Whoever has a seat or an offer came before everybody who waits: newcomers queue behind those in line.

    But for the last half hour, in which a free seat goes to whoever takes it, and for seats kept for first-timers.
    """
    in_order = Q(registrations__state__in=SEATED, registrations__changed_at__lt=F("starts_at") - SHORTEST_OFFER)
    in_order &= Q(first_timer_seats=0) | Q(registrations__is_first_timer=False)
    last_seated = Max("registrations__queue_number", filter=in_order)
    first_waiting = Min("registrations__queue_number", filter=Q(registrations__state=RegistrationState.WAITING))
    events = Event.objects.annotate(last_seated=last_seated, first_waiting=first_waiting)
    return [
        f"event {event.pk}: number {event.first_waiting} waits while number {event.last_seated} has a seat"
        for event in events.filter(last_seated__gt=F("first_waiting")).order_by("pk")
    ]


def offered_means_one_open_offer(now: datetime) -> list[str]:
    open_offers = Count("offers", filter=Q(offers__answer=""))
    rows = Registration.objects.annotate(open_offers=open_offers).order_by("pk")
    offered = Q(state=RegistrationState.OFFERED)
    broken = rows.filter((offered & ~Q(open_offers=1)) | (~offered & ~Q(open_offers=0)))
    return [f"registration {row.pk} is {row.state} with {row.open_offers} open offers" for row in broken]


def answered_offers_say_when(now: datetime) -> list[str]:
    broken = Offer.objects.filter(Q(answer="", answered_at__isnull=False) | (~Q(answer="") & Q(answered_at=None)))
    return [f"offer {offer.pk} is answered {offer.answer!r} at {offer.answered_at}" for offer in broken]


def closed_events_say_when(now: datetime) -> list[str]:
    broken = Event.objects.filter(state=EventState.CLOSED, closed_at=None).order_by("pk")
    return [f"event {event.pk} is closed, at no time" for event in broken]


def places_are_in_the_round_of_their_group(now: datetime) -> list[str]:
    broken = Seat.objects.exclude(round=F("group__round")).order_by("pk")
    return [f"place {seat.pk} is in round {seat.round_id} and in a group of another" for seat in broken]


def blocks_keep_people_apart(now: datetime) -> list[str]:
    """Only groups shown after the block: it cannot undo an evening."""
    together = Seat.objects.filter(group=OuterRef(OuterRef("group")), member=OuterRef("blocked"))
    blocks = Block.objects.filter(blocker=OuterRef("member"), blocked_at__lt=OuterRef("round__published_at"))
    broken = Seat.objects.filter(Exists(blocks.filter(Exists(together)))).order_by("pk")
    return [f"group {seat.group_id}: user {seat.member_id} sits with somebody they block" for seat in broken]


CHECKS = [
    no_seat_beyond_capacity,
    seats_are_numbered,
    one_person_per_seat,
    one_registration_per_member,
    nobody_in_line_is_passed_over,
    offered_means_one_open_offer,
    answered_offers_say_when,
    closed_events_say_when,
    places_are_in_the_round_of_their_group,
    blocks_keep_people_apart,
]
