"""What the list of events and the page of one event show: reads and rules brought together, nothing written."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.utils.timezone import localtime

from events.event.choices import Allotment, ConditionKind, EventState, Right
from events.event.limits import BATCHES
from events.event.models import EventQuerySet, host_may_lead
from events.event.queries import counts
from events.event.rules.eligibility import Candidate, Conditions, NotEligible, why_not_join
from events.event.rules.first_timer import Past, is_first_timer
from events.event.rules.steps import Steps
from events.models import Event, Invitation, Offer, Registration, RunSheetItem
from events.registration import calendar, refusals
from events.registration.choices import SEATED, Presence, RegistrationState
from events.registration.queries import candidates, lottery, marks
from events.registration.queries import registration as queries
from events.registration.queries.candidates import OtherEvent
from events.registration.queries.lottery import LotteryBox
from events.registration.rules.fit import EventTraits, MemberPreferences, fit, time_band
from events.registration.rules.follow_up import is_late_withdrawal
from events.registration.rules.registration import (
    Newcomer,
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
from events.registration.words.event import PromiseSaid, line_rule, promises_in_words
from events.registration.words.reasons import ReasonLine, not_for_you_line, reason_line
from kouryu.drawings import family_of
from kouryu.refusal import Explanation
from members.accounts.choices import GroupSize, Role
from members.accounts.sql import theme_keys_of
from members.accounts.taxonomies import career_themes, industries
from members.models import User

# --- the list


@dataclass(frozen=True)
class Filters:
    """What the reader ticked; nothing ticked asks nothing."""

    formats: frozenset[str] = frozenset()
    max_minutes: int | None = None
    time_bands: frozenset[str] = frozenset()

    def let_through(self, event: Event) -> bool:
        """Is the event as it was asked for? What was not asked for is no reason against it."""
        if self.formats and event.format not in self.formats:
            return False
        if self.max_minutes is not None and event.minutes > self.max_minutes:
            return False
        return not self.time_bands or time_band(event.starts_at) in self.time_bands


@dataclass
class Tally:
    """How an event stands, in numbers only: seats and places in line as they are, what people are in steps."""

    applied: int = 0
    taken: int = 0
    waiting: int = 0
    first_timers: int = 0  # of those with a seat
    industries: frozenset[str] = frozenset()


@dataclass(frozen=True)
class EventCard:
    """One event in the list."""

    event: Event
    tally: Tally
    line: ReasonLine
    points: float
    my_state: str
    kept: int  # seats that wait for first-timers, where the reader is none

    @property
    def seats_left(self) -> int:
        """Free seats, but for those kept for first-timers."""
        return max(0, self.event.capacity - self.tally.taken - self.kept)

    @property
    def is_before_draw(self) -> bool:
        """A lottery in which nobody has a seat or a place in line is still to be drawn."""
        return self.event.allotment == Allotment.LOTTERY and not (self.tally.taken or self.tally.waiting)

    @property
    def is_full(self) -> bool:
        """No free seat, or somebody is in line before whoever comes now."""
        return not self.seats_left or bool(self.tally.waiting)

    @property
    def is_mine(self) -> bool:
        return self.my_state in SEATED

    @property
    def day_class(self) -> str:
        return {5: "sat", 6: "sun"}.get(localtime(self.event.starts_at).weekday(), "")


@dataclass(frozen=True)
class NextEvent:
    """The reader's own next seat, and what there is to do."""

    event: Event
    offer_expires_at: datetime | None
    room_is_open: bool
    room_opens_at: datetime


@dataclass(frozen=True)
class EventList:
    cards: list[EventCard]
    next_event: NextEvent | None
    is_first_timer: bool


def event_list(member: User, filters: Filters, *, now: datetime) -> EventList:
    """The coming events, those that suit this member first: the same few queries however many there are."""
    events = list(
        Event.objects.visible_to(member)
        .filter(state=EventState.PUBLISHED, ends_at__gt=now)
        # Who is in it already still finds what nobody leads for the moment.
        .filter(host_may_lead() | Q(pk__in=member.registrations.live().values("event")))
        .select_related("host__profile")
        .prefetch_related("conditions")
        .annotate(is_invited=Exists(Invitation.objects.filter(event=OuterRef("pk"), member=member)))
        .defer("description", "host_words", "room_url")
        .order_by("starts_at", "pk")
    )
    mine = _registrations_of(member)
    attended = sum(presence == Presence.PRESENT for _, presence in mine.values())
    themes = theme_keys_of(member)
    candidate = replace(candidates.from_profile(member, themes=themes, now=now), events_attended=attended)
    asked = {condition.kind for event in events for condition in event.conditions.all()}
    if ConditionKind.FIRST_TIMER in asked and not attended:
        candidate = replace(candidate, seats_given_up=marks.record_of(member, now).seats_given_up)
    if ConditionKind.PLAN in asked:
        candidate = replace(candidate, plan=candidates.plan_of(member, now=now))
    if ConditionKind.SERIES in asked:
        candidate = replace(candidate, series=candidates.series_of(member))
    wishes = _wishes_of(member, themes)
    shown = [event for event in events if event.starts_at > now and filters.let_through(event)]
    tallies = _tallies(shown, now)
    cards = [
        _card(event, tallies[event.pk], candidate, wishes, my_state=mine.get(event.pk, ("", ""))[0], now=now)
        for event in shown
    ]
    cards.sort(key=lambda card: -card.points)  # stable: of equals the sooner first
    return EventList(
        cards=cards,
        next_event=_next_event(member, events, mine, now=now),
        is_first_timer=not attended,
    )


def _registrations_of(member: User) -> dict[int, tuple[str, str | None]]:
    rows = member.registrations.values_list("event_id", "state", "attendance__presence")
    return {event_id: (state, presence) for event_id, state, presence in rows}


def _wishes_of(member: User, themes: frozenset[str]) -> MemberPreferences:
    profile = member.profile
    has_size = profile.group_size and profile.group_size != GroupSize.ANY
    return MemberPreferences(
        max_minutes=int(profile.length) if profile.length else None,
        group_size=int(profile.group_size) if has_size else None,
        time_bands=frozenset(profile.time_bands),
        themes=themes,
        industry=profile.industry,
    )


def _tallies(events: list[Event], now: datetime) -> dict[int, Tally]:
    tallies: dict[int, Tally] = defaultdict(Tally)
    confirmed: dict[int, dict[int, str | None]] = defaultdict(dict)
    rows = (
        Registration.objects.live()
        .filter(event__in=[event.pk for event in events])
        .values_list("event_id", "state", "member_id", "member__profile__industry", "is_first_timer")
    )
    for event_id, state, member_id, industry, is_new in rows:
        tally = tallies[event_id]
        if state == RegistrationState.APPLIED:
            tally.applied += 1
            continue
        if state == RegistrationState.WAITING:
            tally.waiting += 1
            continue
        tally.taken += 1
        tally.first_timers += is_new
        if state == RegistrationState.CONFIRMED:
            confirmed[event_id][member_id] = industry
    reads = {counts.seats_of(event): _read_seats(confirmed[event.pk]) for event in events}
    for count, steps in counts.look_at_all(reads, now=now).items():
        tallies[count.event.pk].industries = frozenset(steps.table("industries")) - {""}
    return tallies


def _card(
    event: Event, tally: Tally, candidate: Candidate, wishes: MemberPreferences, *, my_state: str, now: datetime
) -> EventCard:
    conditions = queries.conditions_from(event, event.conditions.all())
    kept = queries.seats_kept_of(event, tally.first_timers, now) if candidate.events_attended else 0
    if why_not_join(replace(candidate, is_invited=event.is_invited), conditions):
        return EventCard(event, tally, not_for_you_line(conditions), points=-1, my_state=my_state, kept=kept)
    evening = EventTraits(
        starts_at=event.starts_at,
        minutes=event.minutes,
        group_size=event.group_size,
        themes=frozenset(event.themes),
        industries=tally.industries,
        is_narrow=bool(conditions),
    )
    found = fit(wishes, evening)
    line = reason_line(found, event, conditions, wishes)
    return EventCard(event, tally, line, points=found.points, my_state=my_state, kept=kept)


def _next_event(
    member: User, events: list[Event], mine: dict[int, tuple[str, str | None]], *, now: datetime
) -> NextEvent | None:
    """The soonest event in which the reader holds a seat; an offer that waits for an answer comes before it."""
    offers = _offers_to(member, now) if any(state == RegistrationState.OFFERED for state, _ in mine.values()) else {}
    seated = [event for event in events if mine.get(event.pk, ("", ""))[0] == RegistrationState.CONFIRMED]
    event = next((event for event in events if event.pk in offers), None) or next(iter(seated), None)
    if event is None:
        return None
    hours = queries.video_room_hours_of(event)
    return NextEvent(
        event=event,
        offer_expires_at=offers.get(event.pk),
        room_is_open=why_not_enter(hours, now) is None,
        room_opens_at=hours.opens_at,
    )


def _offers_to(member: User, now: datetime) -> dict[int, datetime]:
    """Until when each offer that waits for the reader's answer stands, by event."""
    offers = Offer.objects.open_at(now).filter(registration__member=member)
    return dict(offers.values_list("registration__event_id", "expires_at"))


# --- the page of one event


@dataclass(frozen=True)
class RunSheetSlot:
    """A line of the run sheet with the time at which it begins."""

    item: RunSheetItem
    starts_at: datetime


@dataclass(frozen=True)
class Topic:
    """What somebody wants to talk about. Whose it is, the page tells nobody; a link reports it by its row."""

    text: str
    registration: int
    writer: int


@dataclass(frozen=True)
class EventPage:
    event: Event
    conditions: Conditions
    seat_counts: SeatCounts
    is_first_timer: bool  # told apart only where seats are kept for them
    people: list[tuple[str, int, str]] | None  # industry, number, hue; None while too few to tell without naming
    topics: list[Topic]
    common_ground: str  # a theme of the reader's that enough of the others chose, or ""
    waits_with_topics: bool  # the reader runs the event, and reads what people wrote once nobody can register
    registration: Registration | None
    place: int | None
    offer: Offer | None
    refusal: Explanation | None  # why the reader cannot register now, if so
    others: list[OtherEvent]  # what else would suit a reader who does not fit
    is_eligible: bool
    is_my_event: bool
    undecided_elsewhere: Event | None  # at this time too: the reader waits there, or is offered a seat
    double_seat: Event | None  # at this time too: a change of the time put two of the reader's seats together
    has_leader: bool
    is_late: bool  # to give a seat back without a mark, for who registers now
    can_withdraw: bool
    can_take: bool  # a free seat, from the line, shortly before the start
    room_is_open: bool
    room_opens_at: datetime
    is_over: bool
    lottery: LotteryBox | None
    mark_ahead: marks.Ahead | None  # what giving the seat back now would mean

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
        return self.seat_counts.free_for(is_first_timer=self.is_first_timer)

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
        return seat_for_newcomer(self.seat_counts, is_first_timer=self.is_first_timer) == SeatOrLine.LINE

    @property
    def state(self) -> str:
        return self.registration.state if self.registration else ""

    @property
    def calendar_links(self) -> dict[str, str]:
        return calendar.links(self.event)

    @property
    def is_seated(self) -> bool:
        return self.state in SEATED

    @property
    def can_register(self) -> bool:
        return self.state in {"", RegistrationState.WITHDRAWN} and self.refusal is None

    @property
    def line_rule(self) -> str:
        """How a freed seat is offered, in a sentence."""
        return line_rule(settings.OFFER_FOR)


def event_page(member: User, event: Event, *, now: datetime) -> EventPage:
    """All that the page shows, for what `find_event` found."""
    conditions = queries.conditions_of(event)
    registration, other, undecided = queries.at_that_time(member, event)
    known = known_of(event)
    seated = [row for row in known if row.state in SEATED]
    mine = theme_keys_of(member)
    state = registration.state if registration else ""
    window = queries.registration_window_of(event)
    hours = queries.video_room_hours_of(event)
    kept = queries.seats_kept_of(event, sum(row.is_first_timer for row in seated), now)
    candidate = candidates.candidate_of(member, conditions, event=event, themes=mine, now=now)
    not_eligible = why_not_join(candidate, conditions)
    asks_marks = kept or (not_eligible is None and marks.delays(event, now))
    record = marks.record_of(member, now) if asks_marks else marks.MarkRecord()
    past = queries.past_of(member, record) if kept else Past()
    newcomer = Newcomer(
        is_host=event.host_id == member.pk,
        has_name=bool(member.called_name),
        is_registered=state not in {"", RegistrationState.WITHDRAWN},
        has_overlapping_seat=other is not None,
        not_eligible=not_eligible,
        opens_at=marks.opens_at(event, record.points),
    )
    reason = None
    if not newcomer.is_registered:
        reason = why_not_register(window, newcomer, now, has_leader=event.has_leader)
    can_withdraw = why_not_withdraw(window, is_registered=newcomer.is_registered, now=now) is None
    counted, topics = _counted(event, known, now)
    is_run_by_me = _is_run_by(event, member)
    waits_with_topics = is_run_by_me and now < event.registration_closes_at
    seat_counts = SeatCounts(
        capacity=event.capacity,
        taken=len(seated),
        waiting=event.waiting,
        is_first_come=is_first_come(window, now),
        kept=kept,
        first_timers_waiting=event.first_timers_waiting,
    )
    is_waiting = state == RegistrationState.WAITING
    return EventPage(
        event=event,
        conditions=conditions,
        seat_counts=seat_counts,
        is_first_timer=is_first_timer(past),
        people=_people(counted.table("industries")) if counted.batches else None,
        topics=[] if waits_with_topics else _topics(event, known, topics),
        common_ground="" if is_run_by_me else _common_ground(member, mine, counted),
        waits_with_topics=waits_with_topics,
        registration=registration,
        place=queries.place_in_line(registration) if registration and is_waiting else None,
        offer=queries.open_offer(registration, now) if registration and state == RegistrationState.OFFERED else None,
        refusal=refusals.explain(reason, event=event, other=other, conditions=conditions, opens_at=newcomer.opens_at)
        if reason
        else None,
        # Asked only for somebody who reads that they do not fit: everybody else pays nothing for it.
        others=candidates.others_that_fit(member, candidate, conditions, event=event, now=now)
        if isinstance(reason, NotEligible)
        else [],
        is_eligible=newcomer.not_eligible is None and not newcomer.is_host,
        is_my_event=newcomer.is_host,
        undecided_elsewhere=undecided,
        double_seat=other if state == RegistrationState.CONFIRMED else None,
        has_leader=event.has_leader,
        is_late=is_late_withdrawal(now, event.starts_at),
        can_take=why_not_take(
            seat_counts,
            window,
            is_waiting=is_waiting,
            has_leader=event.has_leader,
            has_overlapping_seat=newcomer.has_overlapping_seat,
            now=now,
        )
        is None,
        can_withdraw=can_withdraw,
        room_is_open=state == RegistrationState.CONFIRMED and why_not_enter(hours, now) is None,
        room_opens_at=hours.opens_at,
        is_over=now >= event.ends_at or window.is_closed,
        lottery=lottery.box(event, member.pk),
        mark_ahead=_mark_ahead(registration, event, now) if can_withdraw else None,
    )


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


def _is_run_by(event: Event, member: User) -> bool:
    """Does the reader see at the desk who comes? They could put a name to what changes on the page.

    An event that was not read for this reader (a preview) is shown to nobody but those who run it.
    """
    return event.host_id == member.pk or Role.OWNER in member.roles or getattr(event, "is_helped", True)


def _mark_ahead(registration: Registration | None, event: Event, now: datetime) -> marks.Ahead | None:
    has_seat = registration and registration.state == RegistrationState.CONFIRMED
    return marks.ahead(registration, event, now) if registration and has_seat else None


def _run_sheet(event: Event) -> list[RunSheetSlot]:
    slots, moment = [], event.starts_at
    for item in event.run_sheet.all():
        slots.append(RunSheetSlot(item, moment))
        moment += timedelta(minutes=item.minutes)
    return slots


def _counted(event: Event, known: list[Known], now: datetime) -> tuple[Steps, Steps]:
    """The members with a seat who are counted, and whose wish is shown. Offers are not: nobody has taken them yet."""
    confirmed = [row for row in known if row.state == RegistrationState.CONFIRMED]
    wishes = {row.member_id: row.wants_to_talk for row in confirmed if row.wants_to_talk}
    reads = {
        counts.seats_of(event): _read_seats({row.member_id: row.industry for row in confirmed}),
        counts.wishes_of(event): lambda: (wishes, counts.texts_as_they_are(wishes)),
    }
    seats, shown = counts.look_at_all(reads, now=now).values()
    return seats, shown


def _read_seats(industries: Mapping[int, str | None]) -> counts.Read:
    return lambda: (industries, counts.industries_and_themes(industries))


def _people(numbers: Mapping[str, int]) -> list[tuple[str, int, str]]:
    """Industries by number, in the order of the classification; who told none is counted in none."""
    named = [(str(entry), numbers[code]) for code, entry in industries().items() if numbers.get(code)]
    return [(name, number, family_of(place)) for place, (name, number) in enumerate(named)]


def _topics(event: Event, known: list[Known], counted: Steps) -> list[Topic]:
    """What people want to talk about, without names and in an order that does not tell who came first."""
    shown = counted.table("texts")
    topics = [
        Topic(row.wants_to_talk, row.registration_id, row.member_id)
        for row in known
        if row.wants_to_talk and counts.digest_of(row.member_id, row.wants_to_talk) in shown
    ]
    return sorted(topics, key=lambda topic: hashlib.sha256(f"{event.pk}/{topic.text}".encode()).digest())


def _common_ground(member: User, mine: frozenset[str], counted: Steps) -> str:
    """The theme that most of the others share with me; never of so few that it points at somebody.

    Private themes are not in the count, and how many the others are is not told: a number that grows by three with
    three newcomers would say of each of them what they chose.
    """
    numbers = counted.table("themes")
    me = int(member.pk in counted.people)
    shared = [(numbers.get(key, 0) - me, str(theme)) for key, theme in career_themes().items() if key in mine]
    number, name = max(shared, default=(0, ""), key=lambda found: found[0])
    return name if number >= BATCHES.fewest else ""


# --- my events


@dataclass(frozen=True)
class MyEvent:
    """One of the reader's own events."""

    event: Event
    state: str
    place: int | None
    was_there: bool
    has_leader: bool
    double_seat: Event | None = None  # another of the reader's seats at this time


def my_events(member: User, *, now: datetime) -> dict[str, list[MyEvent] | list[Event]]:
    """What the reader has a seat in or waits for, or helps with, soonest first; and where they were, latest first."""
    ahead = Registration.objects.in_line_up_to(OuterRef("queue_number")).filter(event=OuterRef("event"))
    ahead = ahead.order_by().values("event")
    rows = (
        member.registrations.live()
        .exclude(event__state=EventState.DRAFT)
        .select_related("event", "attendance")
        .annotate(
            place=Subquery(ahead.annotate(number=Count("pk")).values("number")),
            has_leader=Exists(Event.objects.led().filter(pk=OuterRef("event"))),
        )
        .order_by("event__starts_at", "pk")
    )
    coming: list[MyEvent] = []
    past: list[MyEvent] = []
    for row in rows:
        is_coming = row.event.state == EventState.PUBLISHED and row.event.ends_at > now
        (coming if is_coming else past).append(_my_event(row))
    helping = Event.objects.run_by(member, Right.CHECK_IN).filter(co_hosts__member=member).order_by("starts_at", "pk")
    return {
        "coming": _with_double_seats(coming),
        "helping": list(helping),
        "past": [one for one in reversed(past) if one.state == RegistrationState.CONFIRMED],
    }


def _with_double_seats(coming: list[MyEvent]) -> list[MyEvent]:
    """Each with another seat of the reader's at its time, if a change of the time put one there."""
    seats = [one.event for one in coming if one.state == RegistrationState.CONFIRMED]
    return [
        replace(one, double_seat=next((seat for seat in seats if _overlap(one.event, seat)), None))
        if one.state == RegistrationState.CONFIRMED
        else one
        for one in coming
    ]


def _overlap(one: Event, other: Event) -> bool:
    return one.pk != other.pk and one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _my_event(row: Registration) -> MyEvent:
    attendance = getattr(row, "attendance", None)
    return MyEvent(
        event=row.event,
        state=row.state,
        place=row.place if row.state == RegistrationState.WAITING else None,
        was_there=attendance is not None and attendance.presence == Presence.PRESENT,
        has_leader=row.has_leader,
    )
