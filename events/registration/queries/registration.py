"""Reads about seats: facts for the rules, and what is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat, Greatest
from django.utils import timezone

from events.event.choices import Combined, EventState
from events.event.rules.eligibility import AskedCondition, Conditions
from events.event.rules.first_timer import Past, seats_kept
from events.models import Attendance, Condition, Event, Offer, Registration
from events.registration.choices import FOLLOW_UP_MAIL, SEATED, Outcome, Presence, RegistrationState
from events.registration.limits import FOLLOW_UPS, OFFERS
from events.registration.queries.marks import MarkRecord, carried_over_to
from events.registration.rules.closing import outcome
from events.registration.rules.follow_up import FollowUpTiming, is_due, is_late_withdrawal
from events.registration.rules.registration import RegistrationWindow, SeatCounts
from events.registration.rules.video_room import VideoRoomHours
from events.registration.rules.waitlist import is_first_come
from events.registration.sql import condition_rows_of, registrations_at_the_time_of
from kouryu.clock import within
from kouryu.numbers import DAY
from members.models import AuditEntry, OutgoingMail, Period, Suspension, User

# --- facts for the rules of seats


def registration_window_of(event: Event) -> RegistrationWindow:
    """The facts for `why_registration_is_closed`. No query; whether the event is led is asked of `leaders`."""
    return RegistrationWindow(
        starts_at=event.starts_at,
        registration_closes_at=event.registration_closes_at,
        registration_opens_at=event.registration_opens_at,
        is_published=event.state == EventState.PUBLISHED,
        is_called_off=event.state == EventState.CALLED_OFF,
        is_closed=event.state == EventState.CLOSED,
    )


def video_room_hours_of(event: Event) -> VideoRoomHours:
    """When the room is open. No query."""
    return VideoRoomHours(
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        opens_before=settings.ROOM_OPENS_BEFORE,
        is_called_off=event.state == EventState.CALLED_OFF,
        is_closed=event.state == EventState.CLOSED,
    )


def seat_counts_of(event: Event, now: datetime) -> SeatCounts:
    """Seats and line as they stand; trust it only while the event row is locked."""
    # By hand: asked with the lock held, while everybody else waits, and the ORM takes longer to put this question
    # together than both databases take to answer it.
    with connection.cursor() as cursor:
        states = [*SEATED, RegistrationState.WAITING]
        cursor.execute(_SEAT_COUNTS, [*states, *states, event.pk])
        taken, waiting, first_timers_seated, first_timers_waiting, last, highest_seat = cursor.fetchone()
    return SeatCounts(
        capacity=event.capacity,
        taken=taken,
        waiting=waiting,
        next_queue_number=(last or 0) + 1,
        highest_seat=highest_seat or 0,
        is_first_come=is_first_come(registration_window_of(event), now),
        kept=seats_kept_of(event, first_timers_seated, now),
        first_timers_waiting=first_timers_waiting,
    )


_SEAT_COUNTS = """
    SELECT count(*) FILTER (WHERE state IN (%s, %s)), count(*) FILTER (WHERE state = %s),
           count(*) FILTER (WHERE state IN (%s, %s) AND is_first_timer),
           count(*) FILTER (WHERE state = %s AND is_first_timer),
           max(queue_number), max(seat_number)
    FROM events_registration WHERE event_id = %s
"""


def seats_kept_of(event: Event, first_timers_seated: int, now: datetime) -> int:
    """How many seats of this event still wait for first-timers."""
    return seats_kept(
        event.first_timer_seats, event.first_timer_seats_until, first_timers_seated=first_timers_seated, now=now
    )


def withdrawals_today(registration: Registration, now: datetime) -> int:
    """How often the member themselves withdrew from this event within the last 24 hours."""
    lines = AuditEntry.objects.filter(object_type="events.registration", object_id=registration.pk)
    return lines.filter(verb="registration.withdraw", by=registration.member_id, at__range=within(DAY, now)).count()


def registrations_without_a_paid_day(now: datetime) -> QuerySet[Registration]:
    """Places in coming evenings of members whose days and days of grace are over; whatever role they have."""
    today = timezone.localdate(now)
    still_in = Period.objects.filter(
        member=OuterRef("member"), starts_on__lte=today, ends_on__gt=today - timedelta(days=settings.GRACE_DAYS)
    )
    coming = Registration.objects.live().filter(event__state=EventState.PUBLISHED, event__starts_at__gt=now)
    return coming.exclude(Exists(still_in)).order_by("pk")


def place_in_line(registration: Registration) -> int:
    """1 for whoever is offered the next free seat."""
    line = Registration.objects.in_line_up_to(registration.queue_number)
    return line.filter(event=registration.event_id).count()


def open_offer(registration: Registration, now: datetime) -> Offer | None:
    """The offer that still waits for an answer; one past its deadline does not, even before the sweeper came."""
    return registration.offers.open_at(now).first()


UNDECIDED = {RegistrationState.APPLIED, RegistrationState.WAITING, RegistrationState.OFFERED}


class AtThatTime(NamedTuple):
    """What a member has at the time of an event: in it, and in others that overlap with it."""

    mine: Registration | None
    other: Event | None  # in which they hold a confirmed seat
    undecided: Event | None  # in which they wait, or are offered a seat


def at_that_time(member: User, event: Event) -> AtThatTime:
    """One query for their places; the event of another place is read with it, and only where there is one."""
    mine, other, undecided = None, None, None
    for row in registrations_at_the_time_of(member, event):
        if row.event_id == event.pk:
            mine = row
        elif row.state == RegistrationState.CONFIRMED and row.event_state == EventState.PUBLISHED:
            other = row.event
        elif row.state in UNDECIDED and row.event_state == EventState.PUBLISHED:
            undecided = row.event
    return AtThatTime(mine, other, undecided)


def overlapping_event(member: User, event: Event) -> Event | None:
    """Another event that takes place at this time and in which the member holds a confirmed seat."""
    return at_that_time(member, event).other


def past_of(member: User, record: MarkRecord) -> Past:
    """All that decides whether a member is a first-timer."""
    return Past(attended=events_attended(member), seats_given_up=record.seats_given_up)


def events_attended(member: User) -> int:
    """At how many events `member` was present, also with an earlier account."""
    there = Attendance.objects.filter(registration__member=member, presence=Presence.PRESENT).count()
    return there + carried_over_to(member).attended


def conditions_of(event: Event) -> Conditions:
    """What the event asks of those who join."""
    return conditions_from(event, condition_rows_of(event))


def conditions_from(event: Event, rows: Iterable[Condition]) -> Conditions:
    """The rule's view of an event's condition rows."""
    return Conditions(
        asked=tuple(AskedCondition(row.kind, frozenset(row.values)) for row in rows),
        any_is_enough=event.conditions_combined == Combined.ANY,
    )


def events_with_a_line_to_move(now: datetime) -> QuerySet[Event]:
    """Published events in which an offer ran out, or in which someone waits although a seat is free to be offered.

    Of an early morning's event it may name one that then offers nothing: only the rule knows the quiet hours.
    """
    of_event = Registration.objects.filter(event=OuterRef("pk"))
    lapsed = Offer.objects.lapsed_at(now).filter(registration__event=OuterRef("pk"))
    is_seated = Q(registrations__state__in=SEATED)
    kept = Case(When(first_timer_seats_until__gt=now, then=F("first_timer_seats")), default=0)
    anybody = Exists(of_event.in_line()) & Q(taken__lt=F("capacity") - F("kept"))
    first_timer = Exists(of_event.in_line().filter(is_first_timer=True)) & Q(taken__lt=F("capacity"))
    return (
        Event.objects.filter(state=EventState.PUBLISHED)
        .annotate(
            taken=Count("registrations", filter=is_seated),
            kept=Greatest(kept - Count("registrations", filter=is_seated & Q(registrations__is_first_timer=True)), 0),
        )
        .filter(Exists(lapsed) | (Q(starts_at__gte=now + OFFERS.shortest) & (anybody | first_timer)))
        .order_by("pk")
    )


def lines_about(event: Event, verb: str) -> QuerySet[AuditEntry]:
    """What the record of acts has of this done to an event."""
    return AuditEntry.objects.filter(object_type=AuditEntry.type_of(event), object_id=event.pk, verb=verb)


def follow_ups_due(now: datetime) -> Iterator[tuple[Registration, Outcome]]:
    """Registrations of closed events with the outcome whose mail is due and not written yet.

    One query finds the missing ones, whatever the number of events. Members who are suspended, rest or do not want
    these mails get none.
    """
    pace = FollowUpTiming(after=FOLLOW_UPS.after, within=FOLLOW_UPS.within)
    # `is_due` decides; this only keeps the years of closed events out of the query.
    closed_from = now - pace.within - pace.after
    candidates = (
        Registration.objects.filter(event__state=EventState.CLOSED, event__closed_at__gt=closed_from)
        .filter(state__in=[RegistrationState.CONFIRMED, RegistrationState.WITHDRAWN], member__paused_at=None)
        .exclude(Exists(Suspension.objects.open_at(now).filter(member=OuterRef("member"))))
        .annotate(key_end=Concat(Value("/"), Cast("event_id", CharField()), Value("/"), Cast("member_id", CharField())))
    )
    for word in Outcome:
        key = Concat(Value(f"follow-up/{word}"), OuterRef("key_end"))
        candidates = candidates.exclude(Exists(OutgoingMail.objects.filter(key=key)))
    for registration in candidates.select_related("event", "member__profile", "attendance").order_by("pk"):
        if FOLLOW_UP_MAIL in registration.member.muted_mail:
            continue
        if what := _follow_up_for(registration, pace, now):
            yield registration, what


def _follow_up_for(registration: Registration, pace: FollowUpTiming, now: datetime) -> Outcome | None:
    event = registration.event
    if not is_due(event.ends_at, event.closed_at, pace, now=now):
        return None
    has_left = registration.state == RegistrationState.WITHDRAWN
    gave_up_at = registration.seat_given_up_at
    if has_left and not (gave_up_at and is_late_withdrawal(gave_up_at, event.starts_at)):
        return None  # only the line was left, or the seat long before
    attendance = getattr(registration, "attendance", None)
    what = outcome(registration.state, attendance.presence if attendance else "")
    return Outcome(what) if what else None


def offers_since(member: User, since: datetime, now: datetime) -> QuerySet[Offer]:
    """The seats held for `member` since then that may still be taken."""
    return (
        Offer.objects.open_at(now).filter(registration__member=member, made_at__gt=since).annotate(news_at=F("made_at"))
    )
