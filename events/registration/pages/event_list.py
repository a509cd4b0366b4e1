"""The list of events: those that suit the reader first, and their own next seat."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.timezone import localtime

from events.event.choices import Allotment, ConditionKind
from events.event.queries import counts
from events.event.rules.eligibility import Candidate, why_not_join
from events.models import Event, Offer, Registration
from events.registration.choices import SEATED, Presence, RegistrationState
from events.registration.queries import candidates, marks
from events.registration.queries import registration as queries
from events.registration.rules.fit import EventTraits, MemberPreferences, fit, time_band
from events.registration.rules.video_room import why_not_enter
from events.registration.sql import coming_to
from events.registration.words.reasons import ReasonLine, not_for_you_line, reason_line
from members.accounts.choices import GroupSize
from members.accounts.sql import theme_keys_of
from members.models import User


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

    def add(self, state: str, *, is_first_timer: bool) -> None:
        """Count one registration that stands."""
        if state == RegistrationState.APPLIED:
            self.applied += 1
        elif state == RegistrationState.WAITING:
            self.waiting += 1
        else:
            self.taken += 1
            self.first_timers += is_first_timer


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
    def asks_affinity(self) -> bool:
        """Whether its members must have put themselves into a group. No mail names such an evening as fitting."""
        return asks_affinity(self.event)

    @property
    def day_class(self) -> str:
        return {5: "sat", 6: "sun"}.get(localtime(self.event.starts_at).weekday(), "")


def asks_affinity(event: Event) -> bool:
    """Whether those who come must have put themselves into a group; of conditions that were read with the event."""
    return any(condition.kind == ConditionKind.AFFINITY for condition in event.conditions.all())


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
    events = coming_to(member, now)
    mine = _registrations_of(member)
    there = sum(presence == Presence.PRESENT for _, presence in mine.values())
    attended = there + marks.carried_over_to(member).attended
    themes = theme_keys_of(member)
    candidate = _candidate(member, events, themes, attended, now)
    wishes = _wishes_of(member, themes)
    shown = [event for event in events if event.starts_at > now and filters.let_through(event)]
    tallies = _tallies(shown, now)
    cards = [
        _card(event, tallies[event.pk], candidate, wishes, my_state=mine.get(event.pk, ("", ""))[0], now=now)
        for event in shown
    ]
    return EventList(
        cards=sorted(cards, key=lambda card: -card.points),  # stable: of equals the sooner first
        next_event=_next_event(member, events, mine, now=now),
        is_first_timer=not attended,
    )


def _candidate(member: User, events: list[Event], themes: frozenset[str], attended: int, now: datetime) -> Candidate:
    """The facts about the member that one of these events asks for; what none asks costs no query."""
    candidate = replace(candidates.from_profile(member, themes=themes, now=now), events_attended=attended)
    asked = {condition.kind for event in events for condition in event.conditions.all()}
    if ConditionKind.FIRST_TIMER in asked and not attended:
        candidate = replace(candidate, seats_given_up=marks.record_of(member, now).seats_given_up)
    if ConditionKind.PLAN in asked:
        candidate = replace(candidate, plan=candidates.plan_of(member, now=now))
    if ConditionKind.SERIES in asked:
        candidate = replace(candidate, series=candidates.series_of(member))
    if ConditionKind.AFFINITY in asked:
        candidate = candidates.with_affinities(candidate, member)
    return candidate


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
    rows = (
        Registration.objects.live()
        .filter(event__in=[event.pk for event in events])
        .values_list("event_id", "state", "member_id", "member__profile__industry", "is_first_timer")
    )
    tallies: dict[int, Tally] = defaultdict(Tally)
    confirmed: dict[int, dict[int, str | None]] = defaultdict(dict)
    for event_id, state, member_id, industry, is_new in rows:
        tallies[event_id].add(state, is_first_timer=is_new)
        if state == RegistrationState.CONFIRMED:
            confirmed[event_id][member_id] = industry
    # Who comes to an event for a group is told to those who come (`WITHHELD` of who_comes).
    told = [event for event in events if not asks_affinity(event)]
    reads = {counts.seats_of(event): counts.read_seats(confirmed[event.pk]) for event in told}
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
        group_size=event.group_size if event.has_groups else None,
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
