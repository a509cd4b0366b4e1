"""The page of one event: what it is, who comes, and how the reader stands to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db.models import (
    BooleanField,
    Count,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
)
from django.db.models.functions import Coalesce

from events.event.choices import ConditionKind, EventState
from events.event.limits import BATCHES
from events.event.models import EventQuerySet, host_may_lead
from events.event.rules.eligibility import Candidate, Conditions, NotEligible, why_not_join
from events.event.rules.first_timer import Past, is_first_timer
from events.event.words import PromiseSaid, promises_in_words
from events.models import Event, Offer, Registration, RunSheetItem
from events.registration import calendar, refusals
from events.registration.choices import SEATED, RegistrationState
from events.registration.pages.who_comes import WITHHELD, WhoComes, is_run_by, who_comes
from events.registration.queries import candidates, lottery, marks
from events.registration.queries import registration as queries
from events.registration.queries.candidates import OtherEvent
from events.registration.queries.lottery import LotteryBox
from events.registration.rules.follow_up import is_late_withdrawal
from events.registration.rules.registration import (
    Newcomer,
    NoRegistration,
    SeatCounts,
    SeatOrLine,
    seat_for_newcomer,
    why_not_register,
    why_not_withdraw,
)
from events.registration.rules.video_room import why_not_enter
from events.registration.rules.waitlist import is_first_come, why_not_take
from events.registration.sql import Known, known_of
from events.registration.words.conditions import conditions_in_words, openers
from events.registration.words.event import line_rule
from kouryu.refusal import Explanation
from members.accounts.sql import theme_keys_of
from members.models import User


@dataclass(frozen=True)
class RunSheetSlot:
    """A line of the run sheet with the time at which it begins."""

    item: RunSheetItem
    starts_at: datetime


@dataclass(frozen=True)
class MyPlace:
    """How the reader stands to the event. Who has no seat, and nothing else at that time, is as the defaults say."""

    is_eligible: bool
    is_first_timer: bool = False  # told apart only where seats are kept for them
    is_host: bool = False
    registration: Registration | None = None
    place: int | None = None
    offer: Offer | None = None
    refusal: Explanation | None = None  # why the reader cannot register now, if so
    others: Sequence[OtherEvent] = ()  # what else would suit a reader who does not fit
    undecided_elsewhere: Event | None = None  # at this time too: the reader waits there, or is offered a seat
    double_seat: Event | None = None  # at this time too: a change of the time put two of the reader's seats together
    can_withdraw: bool = False
    can_take: bool = False  # a free seat, from the line, shortly before the start
    room_is_open: bool = False
    mark_ahead: marks.Ahead | None = None  # what giving the seat back now would mean


NOT_REGISTERED = {"", RegistrationState.WITHDRAWN}


class ReaderState(StrEnum):
    """How the reader stands to the event. Each has its template in `registration/event/state/`."""

    CALLED_OFF = "called-off"
    OVER = "over"
    CONFIRMED = "confirmed"
    OFFERED = "offered"
    OFFER_PASSED = "offer-passed"
    APPLIED = "applied"
    WAITING = "waiting"
    HOST = "host"
    REFUSED = "refused"
    LOTTERY = "lottery"
    KEPT = "kept"  # what is left is for first-timers
    FULL = "full"
    WITHDRAWN = "withdrawn"
    FREE = "free"


@dataclass(frozen=True)
class EventPage:
    event: Event
    conditions: Conditions
    seat_counts: SeatCounts
    who: WhoComes
    mine: MyPlace
    is_late: bool  # to give a seat back without a mark, for who registers now
    is_over: bool
    room_opens_at: datetime
    lottery: LotteryBox | None

    # Asked only when the template draws these parts anew: they are the same for every reader.

    @property
    def fewest(self) -> int:
        """How many people a number is about at least."""
        return BATCHES.fewest

    @property
    def promises(self) -> list[PromiseSaid]:
        return promises_in_words(self.event.promises)

    @property
    def run_sheet(self) -> list[RunSheetSlot]:
        return _run_sheet(self.event)

    @property
    def asks_affinity(self) -> bool:
        """Whether a seat here says of its holder that they put themselves into a group."""
        return ConditionKind.AFFINITY in self.conditions and not self.is_over

    @property
    def meant_for(self) -> list[str]:
        return conditions_in_words(self.conditions)

    @property
    def openers(self) -> list[str]:
        return openers(self.conditions)

    @property
    def taken(self) -> int:
        return self.seat_counts.taken

    @property
    def waiting(self) -> int:
        return self.seat_counts.waiting

    @property
    def seats_left(self) -> int:
        """Free for this reader: first-timers see the seats kept for them, too."""
        return self.seat_counts.free_for(is_first_timer=self.mine.is_first_timer)

    @property
    def keeps_seats_from_me(self) -> bool:
        """Whether what is left is kept for first-timers, of whom the reader is none."""
        return not self.seats_left and self.seat_counts.free_for(is_first_timer=True) > 0

    @property
    def is_before_draw(self) -> bool:
        return self.lottery is not None and self.lottery.drawn_at is None

    @property
    def must_wait(self) -> bool:
        """Whether somebody who registers now would stand in line."""
        return seat_for_newcomer(self.seat_counts, is_first_timer=self.mine.is_first_timer) == SeatOrLine.LINE

    @property
    def state(self) -> ReaderState:
        """What the page says first, in one word."""
        if self.event.state == EventState.CALLED_OFF:
            return ReaderState.CALLED_OFF
        if self.is_over:
            return ReaderState.OVER
        if self.registration_state == RegistrationState.OFFERED and not self.mine.offer:
            return ReaderState.OFFER_PASSED
        if self.registration_state not in NOT_REGISTERED:
            return ReaderState(self.registration_state)
        if self.mine.is_host:
            return ReaderState.HOST
        return ReaderState.REFUSED if self.mine.refusal else self._state_to_register

    @property
    def _state_to_register(self) -> ReaderState:
        """Of a reader who may register: what they would get."""
        if self.is_before_draw:
            return ReaderState.LOTTERY
        if self.keeps_seats_from_me:
            return ReaderState.KEPT
        if self.must_wait:
            return ReaderState.FULL
        return ReaderState.WITHDRAWN if self.registration_state == RegistrationState.WITHDRAWN else ReaderState.FREE

    @property
    def registration_state(self) -> str:
        return self.mine.registration.state if self.mine.registration else ""

    @property
    def has_confirmed_seat(self) -> bool:
        return self.registration_state == RegistrationState.CONFIRMED

    @property
    def calendar_links(self) -> dict[str, str]:
        return calendar.links(self.event)

    @property
    def is_seated(self) -> bool:
        return self.registration_state in SEATED

    @property
    def can_register(self) -> bool:
        return self.registration_state in NOT_REGISTERED and self.mine.refusal is None

    @property
    def line_rule(self) -> str:
        """How a freed seat is offered, in a sentence."""
        return line_rule(settings.OFFER_FOR)


def event_page(member: User, event: Event, *, now: datetime) -> EventPage:
    """All that the page shows, for what `find_event` found."""
    conditions = queries.conditions_of(event)
    known = known_of(event)
    seat_counts = _seat_counts(event, known, now)
    reader = _facts_of(member, event, conditions, keeps_seats=seat_counts.kept > 0, now=now)
    return EventPage(
        event=event,
        conditions=conditions,
        seat_counts=seat_counts,
        who=_who_comes(reader, event, conditions, known, now=now),
        mine=_my_place(reader, event, conditions, seat_counts, now),
        is_late=is_late_withdrawal(now, event.starts_at),
        is_over=now >= event.ends_at or event.state == EventState.CLOSED,
        room_opens_at=queries.video_room_hours_of(event).opens_at,
        lottery=lottery.box(event, member.pk),
    )


def _who_comes(
    reader: ReaderFacts, event: Event, conditions: Conditions, known: list[Known], *, now: datetime
) -> WhoComes:
    is_in_it = reader.state == RegistrationState.CONFIRMED or is_run_by(event, reader.member)
    if ConditionKind.AFFINITY in conditions and not is_in_it:
        return WITHHELD
    return who_comes(reader.member, reader.themes, event, known, now=now)


def _seat_counts(event: Event, known: list[Known], now: datetime) -> SeatCounts:
    seated = [row for row in known if row.state in SEATED]
    return SeatCounts(
        capacity=event.capacity,
        taken=len(seated),
        waiting=event.waiting,
        is_first_come=is_first_come(queries.registration_window_of(event), now),
        kept=queries.seats_kept_of(event, sum(row.is_first_timer for row in seated), now),
        first_timers_waiting=event.first_timers_waiting,
    )


# --- the reader


@dataclass(frozen=True)
class ReaderFacts:
    """What is read of the reader, and what the rules may look at of them."""

    member: User
    themes: frozenset[str]
    registration: Registration | None
    other: Event | None  # in which they sit at that time
    undecided: Event | None
    candidate: Candidate
    newcomer: Newcomer
    past: Past

    @property
    def state(self) -> str:
        return self.registration.state if self.registration else ""


def _facts_of(member: User, event: Event, conditions: Conditions, *, keeps_seats: bool, now: datetime) -> ReaderFacts:
    registration, other, undecided = queries.at_that_time(member, event)
    themes = theme_keys_of(member)
    candidate = candidates.candidate_of(member, conditions, event=event, themes=themes, now=now)
    not_eligible = why_not_join(candidate, conditions)
    asks_marks = keeps_seats or (not_eligible is None and marks.delays(event, now))
    record = marks.record_of(member, now) if asks_marks else marks.MarkRecord()
    newcomer = Newcomer(
        is_host=event.host_id == member.pk,
        has_name=bool(member.called_name),
        is_registered=registration is not None and registration.is_standing,
        has_overlapping_seat=other is not None,
        not_eligible=not_eligible,
        opens_at=marks.opens_at(event, record.points),
    )
    past = queries.past_of(member, record) if keeps_seats else Past()
    return ReaderFacts(member, themes, registration, other, undecided, candidate, newcomer, past)


def _my_place(
    reader: ReaderFacts, event: Event, conditions: Conditions, seat_counts: SeatCounts, now: datetime
) -> MyPlace:
    reason = _why_not_register(reader, event, now)
    registration, has_seat = reader.registration, reader.state == RegistrationState.CONFIRMED
    can_withdraw = _can_withdraw(reader, event, now)
    return MyPlace(
        is_eligible=reader.newcomer.not_eligible is None and not reader.newcomer.is_host,
        is_first_timer=is_first_timer(reader.past),
        is_host=reader.newcomer.is_host,
        registration=registration,
        place=queries.place_in_line(registration) if reader.state == RegistrationState.WAITING else None,
        offer=queries.open_offer(registration, now) if reader.state == RegistrationState.OFFERED else None,
        refusal=_explained(reason, reader, event, conditions),
        # Asked only for somebody who reads that they do not fit: everybody else pays nothing for it.
        others=_others(reader, event, conditions, now) if isinstance(reason, NotEligible) else (),
        undecided_elsewhere=reader.undecided,
        double_seat=reader.other if has_seat else None,
        can_withdraw=can_withdraw,
        can_take=_can_take(reader, event, seat_counts, now),
        room_is_open=has_seat and why_not_enter(queries.video_room_hours_of(event), now) is None,
        mark_ahead=marks.ahead(registration, event, now) if has_seat and can_withdraw else None,
    )


def _why_not_register(reader: ReaderFacts, event: Event, now: datetime) -> NoRegistration | NotEligible | None:
    if reader.newcomer.is_registered:
        return None
    window = queries.registration_window_of(event)
    return why_not_register(window, reader.newcomer, now, has_leader=event.has_leader)


def _explained(
    reason: NoRegistration | NotEligible | None, reader: ReaderFacts, event: Event, conditions: Conditions
) -> Explanation | None:
    if reason is None:
        return None
    opens_at = reader.newcomer.opens_at
    return refusals.explain(reason, event=event, other=reader.other, conditions=conditions, opens_at=opens_at)


def _others(reader: ReaderFacts, event: Event, conditions: Conditions, now: datetime) -> list[OtherEvent]:
    return candidates.others_that_fit(reader.member, reader.candidate, conditions, event=event, now=now)


def _can_withdraw(reader: ReaderFacts, event: Event, now: datetime) -> bool:
    window = queries.registration_window_of(event)
    return why_not_withdraw(window, is_registered=reader.newcomer.is_registered, now=now) is None


def _can_take(reader: ReaderFacts, event: Event, seat_counts: SeatCounts, now: datetime) -> bool:
    reason = why_not_take(
        seat_counts,
        queries.registration_window_of(event),
        is_waiting=reader.state == RegistrationState.WAITING,
        has_leader=event.has_leader,
        has_overlapping_seat=reader.other is not None,
        now=now,
    )
    return reason is None


def with_line(events: EventQuerySet) -> EventQuerySet:
    """Events as `event_page` wants them: with their host, may they lead, and how many stand in line."""
    line = Registration.objects.in_line().filter(event=OuterRef("pk"))
    in_line = (
        line.order_by().values("event").annotate(number=Count("pk"), new=Count("pk", filter=Q(is_first_timer=True)))
    )
    return events.select_related("host__profile").annotate(
        waiting=Coalesce(Subquery(in_line.values("number"), output_field=IntegerField()), 0),
        first_timers_waiting=Coalesce(Subquery(in_line.values("new"), output_field=IntegerField()), 0),
        has_leader=ExpressionWrapper(host_may_lead(), output_field=BooleanField()),
    )


def _run_sheet(event: Event) -> list[RunSheetSlot]:
    slots, moment = [], event.starts_at
    for item in event.run_sheet.all():
        slots.append(RunSheetSlot(item, moment))
        moment += timedelta(minutes=item.minutes)
    return slots
