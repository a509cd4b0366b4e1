"""What must always be true of seats, lines, offers and groups, whatever happened before.

Each check returns one sentence per breach; `manage.py check_invariants` lists them. Those of the evening itself are in
`events.invariants.evening`.
"""

from __future__ import annotations

from datetime import datetime
from itertools import groupby, pairwise
from operator import attrgetter

from django.conf import settings
from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest

from events.event.choices import EventState, Gathering
from events.invariants import evening as evening_invariants
from events.models import Draw, Event, Offer, Registration, Round, Seat
from events.registration.choices import SEATED, Answer, RegistrationState
from events.registration.limits import OFFERS
from events.registration.queries.registration import registrations_without_a_paid_day
from events.registration.rules.waking import after_waking
from members.audit.checking import BY_SQL, lines_of, noted, overdue, then
from members.models import AuditEntry, Block

PLACED = ("registration.confirm", "registration.wait", "registration.apply")  # each gives a number of the line
GIVEN_BACK = ("registration.withdraw", "offer.decline", "offer.expire")
GRANTED = ("registration.confirm", "registration.take", "offer.make")  # each gives a seat, as a draw does

LEAVE_SEATS = "Take no seat from anybody by hand: ask the host, who can raise the capacity or call somebody."
BLOCKED = "Tell the host to draw the groups anew where the round has not begun. Tell nobody who blocks whom."


@then(LEAVE_SEATS)
def no_seat_beyond_capacity(now: datetime) -> list[str]:
    """A lowered capacity takes no seat away; but then none is granted either until there are fewer than it allows."""
    seated = Count("registrations", filter=Q(registrations__state__in=SEATED))
    crowded = Event.objects.annotate(seated=seated).filter(seated__gt=F("capacity")).order_by("pk")
    return [
        f"event {event.pk}: {event.seated} seats granted, capacity {event.capacity}"
        for event in crowded
        if _was_seated_after_the_change(event.registrations.seated(), event)
    ]


@then(LEAVE_SEATS)
def seat_numbers_fit(now: datetime) -> list[str]:
    """A number above the capacity is in order only for a seat that was granted before the capacity was lowered."""
    high = Registration.objects.seated().filter(seat_number__gt=F("event__capacity")).select_related("event")
    return [
        f"registration {row.pk} has seat {row.seat_number}, capacity {row.event.capacity}"
        for row in high.order_by("pk")
        if _was_seated_after_the_change(Registration.objects.filter(pk=row.pk), row.event)
    ]


def _was_seated_after_the_change(registrations: QuerySet[Registration], event: Event) -> bool:
    """Whether one of these seats was granted after the event's capacity was last changed, or that never was."""
    changes = AuditEntry.objects.filter(verb="event.change", object_type="events.event", object_id=event.pk)
    changed_at = max((line.at for line in changes if "capacity" in line.fields), default=None)
    if changed_at is None:
        return True
    granted = lines_of(Registration, *GRANTED).filter(object_id__in=registrations.values("pk"), at__gt=changed_at)
    drawn = Draw.objects.filter(event=event, drawn_at__gt=changed_at)
    return granted.exists() or (drawn.exists() and registrations.filter(ticket__is_win=True).exists())


@then(BY_SQL)
def registrations_were_made(now: datetime) -> list[str]:
    """Nobody comes, waits or has a seat without the line that says since when; winners of a draw have theirs by it."""
    placed = noted(Registration, *PLACED)
    seat = noted(Registration, *GRANTED)
    won = Q(ticket__is_win=True, event__draw__drawn_at__isnull=False)
    unplaced = Registration.objects.exclude(placed).order_by("pk")
    unseated = Registration.objects.seated().filter(placed).exclude(Q(seat) | won).order_by("pk")
    withdrawn = Registration.objects.filter(placed, state=RegistrationState.WITHDRAWN)
    kept = withdrawn.exclude(noted(Registration, *GIVEN_BACK)).order_by("pk")
    return (
        [f"registration {row.pk} was never made" for row in unplaced]
        + [f"registration {row.pk} has a seat that was never granted" for row in unseated]
        + [f"registration {row.pk} is withdrawn, and nobody gave it back" for row in kept]
    )


@then(LEAVE_SEATS)
def the_line_has_no_gap(now: datetime) -> list[str]:
    """Each arrival takes the next number, each draw as many as took part: the last number is how many there were.

    A number of somebody who came back stays empty, which is in order: they arrived twice.
    """
    event = Registration.objects.filter(pk=OuterRef("object_id")).values("event")
    arrivals = lines_of(Registration, *PLACED).annotate(event=Subquery(event)).exclude(event=None)
    number = dict(arrivals.order_by().values_list("event").annotate(Count("pk")))
    drawn = {draw.event_id: len(draw.order) for draw in Draw.objects.exclude(drawn_at=None).iterator()}
    last = Registration.objects.order_by("event").values_list("event").annotate(Max("queue_number"))
    given = {event: number.get(event, 0) + drawn.get(event, 0) for event in {*number, *drawn}}
    return [
        f"event {event}: the line ends at {highest}, and {given.get(event, 0)} numbers were given"
        for event, highest in last
        if highest != given.get(event, 0)
    ]


@then(LEAVE_SEATS)
def the_line_is_in_the_order_of_arrival(now: datetime) -> list[str]:
    """Of those who wait or are offered a seat: as their lines were written, and before them as lots were drawn."""
    arrived = lines_of(Registration, *PLACED).filter(object_id=OuterRef("pk")).order_by("-pk")
    line = Registration.objects.filter(state__in=[RegistrationState.WAITING, RegistrationState.OFFERED])
    line = line.annotate(line=Subquery(arrived.values("pk")[:1]), at=Subquery(arrived.values("at")[:1]))
    rows = line.exclude(line=None).order_by("event", "queue_number").select_related("event__draw", "ticket")
    return [
        f"event {event}: somebody stands before those who came earlier"
        for event, people in groupby(rows, key=attrgetter("event_id"))
        if any(before > after for before, after in pairwise(map(_arrival, people)))
    ]


def _arrival(row: Registration) -> tuple[int, int]:
    """Where this one stands among all: those of a draw by their lot, then everybody as they came."""
    draw = getattr(row.event, "draw", None)
    if draw is None or draw.drawn_at is None or row.at >= draw.drawn_at:
        return 1, row.line
    return 0, draw.order.index(row.ticket.code)


@then("See whether the sweep of the lines runs (give_back_unpaid_seats); then it gives the seat on by itself.")
def seats_belong_to_paying_members(now: datetime) -> list[str]:
    """Places in coming evenings of those whose days and days of grace are over, longer than the sweep takes."""
    before = registrations_without_a_paid_day(overdue("give-back-unpaid-seats", now))
    broken = registrations_without_a_paid_day(now).filter(pk__in=before.values("pk"))
    return [f"registration {row.pk} is of somebody whose paid days are over" for row in broken]


@then(LEAVE_SEATS)
def hosts_have_no_seat_at_their_own(now: datetime) -> list[str]:
    broken = Registration.objects.live().filter(member=F("event__host")).order_by("pk")
    return [f"registration {row.pk} is of the host" for row in broken]


@then("See whether the sweep of the lines runs (move_waiting_lists); then the seat goes on by itself.")
def offers_end_in_time(now: datetime) -> list[str]:
    """Of evenings that take place: one that was called off or closed asks for no answer any more. And none is open for
    longer than an offer ever is.
    """
    late = overdue("move-waiting-lists", now)
    broken = Offer.objects.lapsed_at(late).filter(registration__event__state=EventState.PUBLISHED)
    waiting = Offer.objects.unanswered().order_by("pk")
    long = [offer for offer in waiting if offer.expires_at > after_waking(offer.made_at, settings.OFFER_FOR)]
    return [f"offer {offer.pk} is still open since its deadline" for offer in broken.order_by("pk")] + [
        f"offer {offer.pk} stays open for longer than any" for offer in long
    ]


@then(LEAVE_SEATS)
def offers_are_answered_while_they_are_open(now: datetime) -> list[str]:
    """Taken before its deadline, or passed after it. Giving back is possible whenever it is not settled yet."""
    late = Q(answer=Answer.ACCEPTED, answered_at__gte=F("expires_at"))
    early = Q(answer=Answer.EXPIRED, answered_at__lt=F("expires_at")) | Q(answered_at__lt=F("made_at"))
    broken = Offer.objects.filter(late | early | Q(expires_at__lte=F("made_at"))).order_by("pk")
    return [f"offer {offer.pk} was answered when it could not be" for offer in broken]


@then(LEAVE_SEATS)
def seats_are_numbered(now: datetime) -> list[str]:
    broken = Registration.objects.filter(
        Q(state__in=SEATED, seat_number=None) | (~Q(state__in=SEATED) & Q(seat_number__isnull=False))
    )
    return [f"registration {row.pk} is {row.state} with seat {row.seat_number}" for row in broken.order_by("pk")]


@then(LEAVE_SEATS)
def one_person_per_seat(now: datetime) -> list[str]:
    seats = Registration.objects.exclude(seat_number=None).values("event", "seat_number")
    rows = seats.annotate(people=Count("pk")).filter(people__gt=1)
    return [f"event {row['event']}: seat {row['seat_number']} is given to {row['people']} people" for row in rows]


@then(LEAVE_SEATS)
def one_registration_per_member(now: datetime) -> list[str]:
    pairs = Registration.objects.values("event", "member").annotate(number=Count("pk")).filter(number__gt=1)
    return [f"event {row['event']}: user {row['member']} is registered {row['number']} times" for row in pairs]


@then(LEAVE_SEATS)
def nobody_in_line_is_passed_over(now: datetime) -> list[str]:
    """Whoever has a seat or an offer came before everybody who waits: newcomers queue behind those in line.

    But for the last half hour, in which a free seat goes to whoever takes it, and for seats kept for first-timers.
    """
    in_order = Q(registrations__state__in=SEATED, registrations__changed_at__lt=F("starts_at") - OFFERS.shortest)
    in_order &= Q(first_timer_seats=0) | Q(registrations__is_first_timer=False)
    last_seated = Max("registrations__queue_number", filter=in_order)
    first_waiting = Min("registrations__queue_number", filter=Q(registrations__state=RegistrationState.WAITING))
    events = Event.objects.annotate(last_seated=last_seated, first_waiting=first_waiting)
    return [
        f"event {event.pk}: number {event.first_waiting} waits while number {event.last_seated} has a seat"
        for event in events.filter(last_seated__gt=F("first_waiting")).order_by("pk")
    ]


@then(LEAVE_SEATS)
def nobody_sits_twice_at_one_time(now: datetime) -> list[str]:
    """But for who got a second seat at that time because a host moved one of the two evenings after both were taken."""
    said_yes = Coalesce("agreed_at", "registered_at")
    changed_at = OuterRef("event__terms_changed_at")
    seats = Registration.objects.confirmed().filter(event__state=EventState.PUBLISHED).annotate(said_yes=said_yes)
    others = seats.overlapping(OuterRef("event__starts_at"), OuterRef("event__ends_at")).filter(
        member=OuterRef("member")
    )
    others = others.annotate(
        both_taken_at=Greatest("said_yes", OuterRef("said_yes")),
        other_changed_at=ExpressionWrapper(changed_at, output_field=DateTimeField()),
    )
    moved = Q(event__terms_changed_at__gte=F("both_taken_at")) | Q(other_changed_at__gte=F("both_taken_at"))
    unmoved = others.exclude(pk=OuterRef("pk")).annotate(
        is_moved=Case(When(moved, then=Value(True)), default=Value(False))
    )
    twice = seats.filter(Exists(unmoved.filter(is_moved=False))).order_by("pk")
    return [f"event {row.event_id}: user {row.member_id} has another seat at that time" for row in twice]


@then(LEAVE_SEATS)
def offered_means_one_open_offer(now: datetime) -> list[str]:
    open_offers = Count("offers", filter=Q(offers__in=Offer.objects.unanswered()))
    rows = Registration.objects.annotate(open_offers=open_offers).order_by("pk")
    offered = Q(state=RegistrationState.OFFERED)
    broken = rows.filter((offered & ~Q(open_offers=1)) | (~offered & ~Q(open_offers=0)))
    return [f"registration {row.pk} is {row.state} with {row.open_offers} open offers" for row in broken]


@then(LEAVE_SEATS)
def answered_offers_say_when(now: datetime) -> list[str]:
    unanswered = Q(pk__in=Offer.objects.unanswered())
    broken = Offer.objects.filter(unanswered ^ Q(answered_at=None))
    return [f"offer {offer.pk} is answered {offer.answer!r} at {offer.answered_at}" for offer in broken]


@then(BY_SQL)
def closed_events_say_when(now: datetime) -> list[str]:
    broken = Event.objects.filter(state=EventState.CLOSED, closed_at=None).order_by("pk")
    return [f"event {event.pk} is closed, at no time" for event in broken]


@then(BY_SQL)
def rounds_are_of_evenings_with_groups(now: datetime) -> list[str]:
    broken = Round.objects.filter(event__gathering=Gathering.TOGETHER).order_by("pk")
    return [f"round {drawn.pk} is of event {drawn.event_id}, which has no groups" for drawn in broken]


@then(BLOCKED)
def places_are_in_the_round_of_their_group(now: datetime) -> list[str]:
    broken = Seat.objects.exclude(round=F("group__round")).order_by("pk")
    return [f"place {seat.pk} is in round {seat.round_id} and in a group of another" for seat in broken]


@then(BLOCKED)
def blocks_keep_people_apart(now: datetime) -> list[str]:
    """Only groups shown after the block: it cannot undo an evening."""
    together = Seat.objects.filter(group=OuterRef(OuterRef("group")), member=OuterRef("blocked"))
    blocks = Block.objects.filter(blocker=OuterRef("member"), blocked_at__lt=OuterRef("round__published_at"))
    broken = Seat.objects.filter(Exists(blocks.filter(Exists(together)))).order_by("pk")
    return [f"group {seat.group_id}: user {seat.member_id} sits with somebody they block" for seat in broken]


CHECKS = [
    no_seat_beyond_capacity,
    seat_numbers_fit,
    registrations_were_made,
    the_line_has_no_gap,
    the_line_is_in_the_order_of_arrival,
    seats_belong_to_paying_members,
    hosts_have_no_seat_at_their_own,
    offers_end_in_time,
    offers_are_answered_while_they_are_open,
    seats_are_numbered,
    one_person_per_seat,
    one_registration_per_member,
    nobody_in_line_is_passed_over,
    nobody_sits_twice_at_one_time,
    offered_means_one_open_offer,
    answered_offers_say_when,
    closed_events_say_when,
    rounds_are_of_evenings_with_groups,
    places_are_in_the_round_of_their_group,
    blocks_keep_people_apart,
    *evening_invariants.CHECKS,
]
