"""Marks: the facts for their rules, and what members and staff see of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from events.event.choices import Allotment, EventState
from events.models import Attendance, Event, Mark, Offer, Registration, Ticket
from events.registration.choices import COUNTED, Answer, Presence, Ruling, Sparing
from events.registration.limits import MARKS, SEATS
from events.registration.rules.follow_up import is_late_withdrawal
from events.registration.rules.mark import (
    Loss,
    MarkStatus,
    free_until,
    opening_for,
    points_of,
    why_not_object,
    why_not_say_ill,
    why_spared,
)
from events.registration.sql import marks_of
from members.models import User

PASSING = (Sparing.CHANGED, Sparing.DOUBLE_SEAT, Sparing.SECOND_THOUGHT)  # says nothing of the next time in this event


def status_of(mark: Mark) -> MarkStatus:
    """The facts of a mark for the rules."""
    return MarkStatus(mark.points, mark.expires_at, has_objection=mark.objected_at is not None, ruling=mark.ruling)


def loss_of(registration: Registration, *, gave_up_at: datetime | None, says_ill: bool, now: datetime) -> Loss:
    """The facts of a seat that is still held and about to be given up, or that stayed empty, for the rules on marks."""
    member, event = registration.member_id, registration.event
    return Loss(
        starts_at=event.starts_at,
        gave_up_at=gave_up_at,
        agreed_at=registration.said_yes_at,
        changed_at=event.terms_changed_at,
        has_double_seat=_has_double_seat(registration, was_absent=gave_up_at is None),
        others_waited=event.registrations.in_line().exists(),
        seat_offered_at=_seat_offered_at(registration),
        is_first_timer=registration.is_first_timer,
        has_given_up_before=seats_given_up(member, besides=registration) > 0,
        says_ill=says_ill,
        illnesses=illnesses_of(member, now=now),
    )


def _has_double_seat(registration: Registration, *, was_absent: bool) -> bool:
    """Whether a change of the time put another seat of theirs beside this one.

    Whoever was in neither is spared for the evening that was changed only.
    """
    event = registration.event
    others = double_seats(event).filter(member=registration.member_id)
    is_moved_away = event.terms_changed_at is not None and registration.said_yes_at < event.terms_changed_at
    if was_absent and not is_moved_away:
        others = others.filter(attendance__presence=Presence.PRESENT)
    return others.exists()


def double_seats(event: Event) -> QuerySet[Registration]:
    """Seats in other evenings at this time, where one of the two was moved: otherwise nobody gets two."""
    others = Registration.objects.confirmed().exclude(event=event).select_related("event")
    others = others.overlapping(event.starts_at, event.ends_at)
    others = others.filter(event__state__in=[EventState.PUBLISHED, EventState.CLOSED])
    return others if event.calendar_sequence else others.filter(event__calendar_sequence__gt=0)


def seats_given_up(member_id: int, *, besides: Registration) -> int:
    """Other seats that this member gave up."""
    return _of(member_id).for_seats_given_up().exclude(registration=besides).count()


def number_given_up() -> QuerySet:
    """How many seats each member gave up, as a `Subquery` on members."""
    counted = Mark.objects.for_seats_given_up().filter(registration__member=OuterRef("pk"))
    return counted.order_by().values("registration__member").annotate(number=Count("pk")).values("number")


def illnesses_of(member_id: int, *, now: datetime) -> int:
    """How often illness was told in the last half year."""
    return _of(member_id).filter(spared_for=Sparing.ILLNESS, given_at__gt=now - MARKS.illnesses_count_for).count()


def points_by_member(member_ids: Collection[int], *, now: datetime) -> dict[int, int]:
    """What the marks of these members weigh now; who has none is not in it."""
    marks = defaultdict(list)
    rows = Mark.objects.weighing_at(now).filter(registration__member__in=member_ids)
    for mark in rows.select_related("registration"):
        marks[mark.registration.member_id].append(status_of(mark))
    return {member: points_of(theirs, now=now) for member, theirs in marks.items()}


@dataclass(frozen=True)
class MarkRecord:
    """What all marks of one member come to."""

    points: int = 0
    seats_given_up: int = 0


def record_of(member: User, now: datetime) -> MarkRecord:
    """What counts against a member now, and what they gave up lately; with what an earlier account left behind."""
    rows, before = list(marks_of(member)), carried_over_to(member)
    statuses = [MarkStatus(mark.points, mark.expires_at, ruling=mark.ruling) for mark in rows]
    given_up = sum(mark.ruling != Ruling.LIFTED and mark.spared_for in COUNTED for mark in rows)
    return MarkRecord(points_of([*statuses, *before.marks], now=now), given_up + before.given_up)


@dataclass(frozen=True)
class CarriedOver:
    """What an earlier account with the same address left behind (`members.leaving`)."""

    attended: int = 0
    given_up: int = 0
    marks: tuple[MarkStatus, ...] = ()


def carried_over_to(member: User) -> CarriedOver:
    """What counts of an earlier account of this member. No query: it stands in the profile."""
    facts = member.profile.carried_over.get("evenings", {})
    marks = tuple(MarkStatus(points, datetime.fromisoformat(until)) for points, until in facts.get("marks", []))
    return CarriedOver(facts.get("attended", 0), facts.get("given_up", 0), marks)


def what_weighs(member: User, now: datetime) -> dict[str, Any]:
    """The marks that weigh now and the seats given up, as a new account will read them."""
    weighing = [[mark.points, mark.expires_at.isoformat()] for mark in _of(member.pk).weighing_at(now)]
    before = [[mark.points, mark.expires_at.isoformat()] for mark in carried_over_to(member).marks if mark.weighs(now)]
    return {"given_up": record_of(member, now).seats_given_up, "marks": [*before, *weighing]}


def delays(event: Event, now: datetime) -> bool:
    """Could marks still delay somebody's registration? In a lottery it does not matter when one applies."""
    opening = event.registration_opens_at or event.published_at
    return opening is not None and event.allotment != Allotment.LOTTERY and now < opening + MARKS.longest_delay


def opens_at(event: Event, points: int) -> datetime | None:
    """When registration opens for somebody whose marks weigh so much."""
    opening = event.registration_opens_at or event.published_at
    if opening is None or event.allotment == Allotment.LOTTERY:
        return event.registration_opens_at
    return opening_for(opening, event.registration_closes_at, points)


def opens_at_for(member: User, event: Event, now: datetime) -> datetime | None:
    """When registration opens for this member, whose marks are read only while they could still matter."""
    return opens_at(event, record_of(member, now).points) if delays(event, now) else event.registration_opens_at


def absences_to_mark(now: datetime) -> QuerySet[Registration]:
    """Seats left empty in events closed of late that can say so, without a mark yet.

    Who gave the seat back for a reason that only holds for that time, came again and stayed away has none yet either.
    """
    attended = Attendance.objects.filter(registration=OuterRef("pk"))
    came = Attendance.objects.filter(registration__event=OuterRef("event"), presence=Presence.PRESENT)
    closed = Registration.objects.confirmed().filter(
        event__state=EventState.CLOSED,
        event__closed_at__gt=now - MARKS.noted_within,
        event__closed_at__gte=F("event__starts_at") + MARKS.time_to_arrive,
    )
    unmarked = Q(mark=None) | Q(mark__spared_for__in=PASSING, mark__given_at__lt=F("event__starts_at"))
    return closed.filter(unmarked, Exists(came)).exclude(Exists(attended)).order_by("pk")


# --- what members see


class GivingBack(StrEnum):
    """What giving a seat back would mean. Each has its template in `registration/marks/giving_back/`."""

    CHANGED = "changed"
    DOUBLE_SEAT = "double-seat"
    RETHOUGHT = "rethought"
    IN_TIME = "in-time"
    SHORT_NOTICE = "short-notice"
    FIRST_TIME = "first-time"
    MARKED = "marked"


WITHOUT_MARK = {
    Sparing.CHANGED: GivingBack.CHANGED,
    Sparing.DOUBLE_SEAT: GivingBack.DOUBLE_SEAT,
    Sparing.SECOND_THOUGHT: GivingBack.RETHOUGHT,
    Sparing.SHORT_NOTICE: GivingBack.SHORT_NOTICE,
    Sparing.FIRST_TIME: GivingBack.FIRST_TIME,
}


@dataclass(frozen=True)
class Ahead:
    """What giving the seat back now would mean; shown beside the button."""

    late_from: datetime
    was_changed: bool  # so lately that it is later than usual
    is_late: bool
    spared: Sparing | None
    can_say_ill: bool
    expires_at: datetime

    @property
    def meaning(self) -> GivingBack:
        if self.is_late:
            return WITHOUT_MARK.get(self.spared, GivingBack.MARKED)
        return GivingBack.CHANGED if self.was_changed else GivingBack.IN_TIME


def ahead(registration: Registration, event: Event, now: datetime) -> Ahead:
    """Asked of somebody who holds a confirmed seat."""
    registration.event = event
    late_from = free_until_for(registration)
    shown = Ahead(
        late_from=late_from,
        was_changed=late_from > event.starts_at - SEATS.late_from,
        is_late=is_late_withdrawal(now, event.starts_at),
        spared=None,
        can_say_ill=False,
        expires_at=now + MARKS.kept_for,
    )
    if not shown.is_late:
        return shown
    loss = loss_of(registration, gave_up_at=now, says_ill=False, now=now)
    spared = why_spared(loss)
    can_say_ill = spared in {None, Sparing.FIRST_TIME} and loss.illnesses < MARKS.illnesses_free
    return replace(shown, spared=spared, can_say_ill=can_say_ill)


def free_until_for(registration: Registration) -> datetime:
    """Until when this seat is given back without a mark. No query where its event is known."""
    event = registration.event
    return free_until(event.starts_at, agreed_at=registration.said_yes_at, changed_at=event.terms_changed_at)


@dataclass(frozen=True)
class MyMark:
    """One of the reader's marks, and what they may do about it."""

    mark: Mark
    weighs: bool
    is_over: bool
    can_object: bool
    can_say_ill: bool


def my_marks(member: User, now: datetime) -> list[MyMark]:
    """All, latest first, with what is over."""
    illnesses = illnesses_of(member.pk, now=now)
    return [_my_mark(mark, illnesses, now) for mark in _of(member.pk).order_by("-given_at", "-pk")]


def _my_mark(mark: Mark, illnesses: int, now: datetime) -> MyMark:
    status = status_of(mark)
    return MyMark(
        mark=mark,
        weighs=status.weighs(now),
        is_over=now >= mark.expires_at,
        can_object=why_not_object(status, now=now) is None,
        can_say_ill=why_not_say_ill(status, illnesses=illnesses, now=now) is None,
    )


def objections(*, answered: bool) -> QuerySet[Mark]:
    """What members said against their marks: oldest first where it waits, latest first where it was answered."""
    said = Mark.objects.objected_to().select_related("registration__event", "registration__member__profile")
    if answered:
        return said.exclude(ruling="").order_by("-answered_at", "-pk")
    return said.filter(ruling="").order_by("objected_at", "pk")


def _of(member_id: int) -> QuerySet[Mark]:
    return Mark.objects.filter(registration__member=member_id).select_related("registration__event")


def _seat_offered_at(registration: Registration) -> datetime | None:
    """When a seat from the line, or from a draw, became theirs."""
    taken = Offer.objects.filter(registration=registration, answer=Answer.ACCEPTED).order_by("-answered_at")
    if moment := taken.values_list("answered_at", flat=True).first():
        return moment
    won = Ticket.objects.filter(registration=registration, is_win=True)
    return won.values_list("registration__event__draw__drawn_at", flat=True).first()
