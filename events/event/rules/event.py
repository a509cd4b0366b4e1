"""Events: whether one may be written down, published, changed or called off like this."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum

from events.event.limits import EVENTS, LOTTERIES
from events.event.rules.eligibility import AskedCondition, Conditions, excludes_everybody


class PlanFault(StrEnum):
    """What is wrong with a plan, in the order in which the form asks."""

    IN_THE_PAST = "in-the-past"
    TOO_FAR_AWAY = "too-far-away"
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    LONG_WITHOUT_REASON = "long-without-reason"
    CLOSES_IN_THE_PAST = "closes-in-the-past"
    SOON_FOR_LOTTERY = "soon-for-lottery"
    CLOSES_AFTER_START = "closes-after-start"
    OPENS_AFTER_CLOSE = "opens-after-close"
    LATE_FOR_LOTTERY = "late-for-lottery"
    FEW_SEATS = "few-seats"
    MANY_SEATS = "many-seats"
    FIRST_TIMER_SEATS = "first-timer-seats"
    FIRST_TIMER_HOUR_MISSING = "first-timer-hour-missing"
    FIRST_TIMER_HOUR_LATE = "first-timer-hour-late"
    FIRST_TIMER_LOTTERY = "first-timer-lottery"
    GROUP_SIZE = "group-size"
    GROUP_WITHOUT_SEATS = "group-without-seats"
    MANY_THEMES = "many-themes"
    NOBODY_FITS = "nobody-fits"
    PREFECTURE_ONLINE = "prefecture-online"
    NO_RUN_SHEET = "no-run-sheet"
    MANY_ITEMS = "many-items"
    MANY_TALKS = "many-talks"
    PROMPT_DEPTH = "prompt-depth"
    TALK_WITHOUT_GROUPS = "talk-without-groups"
    RUN_SHEET_DIFFERS = "run-sheet-differs"


class NoHosting(StrEnum):
    """Why an act on an event is refused."""

    NOT_A_DRAFT = "hosting-not-a-draft"
    NO_ROOM = "hosting-no-room"
    NO_PLACE = "hosting-no-place"
    NO_PROMISE = "hosting-no-promise"
    NO_TALK = "hosting-no-talk"
    DATE_PASSED = "hosting-date-passed"
    PLAN_FAULTY = "hosting-plan-faulty"
    NO_LEADER = "hosting-no-leader"
    STARTED = "hosting-started"
    CLOSED = "hosting-closed"
    CALLED_OFF = "hosting-called-off"
    CHANGED_MEANWHILE = "hosting-changed-meanwhile"
    CHANGED_OFTEN = "hosting-changed-often"
    FIXED_SINCE_PUBLISHED = "hosting-fixed-since-published"
    DRAWN = "hosting-drawn"
    SEATS_RELEASED = "hosting-seats-released"
    NO_REASON = "hosting-no-reason"
    PUBLISH_IN_THE_PAST = "hosting-publish-in-the-past"
    PUBLISH_TOO_LATE = "hosting-publish-too-late"


@dataclass(frozen=True)
class Item:
    """One slot of the run sheet."""

    minutes: int
    title: str
    note: str = ""
    kind: str = "other"  # an ItemKind
    group_size: int | None = None  # of a talk; None: as the event has it
    depth: int | None = None  # of a talk's prompts; None: deeper with each round

    @property
    def is_talk(self) -> bool:
        return self.kind == "talk"


@dataclass(frozen=True)
class EventPlan:
    """All that a host writes down about an event; form, copy, template and comparison read their fields from here."""

    title: str
    description: str
    starts_at: datetime
    minutes: int
    registration_closes_at: datetime
    capacity: int
    group_size: int
    format: str
    gathering: str = "groups"  # a Gathering
    length_reason: str = ""  # why it is longer than people like to sit; for the staff
    host_words: str = ""
    place: str = ""
    room_kind: str = "shared"  # a VideoRoomKind
    room_url: str = ""
    registration_opens_at: datetime | None = None  # none: as soon as it is published
    allotment: str = "first-come"
    first_timer_seats: int = 0  # of the capacity, kept for first-timers until an hour
    first_timer_seats_until: datetime | None = None
    themes: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()
    conditions: tuple[tuple[str, tuple[str, ...]], ...] = ()  # kind and the values of which one is enough
    conditions_combined: str = "all"  # a Combined
    run_sheet: tuple[Item, ...] = ()

    @property
    def asks(self) -> Conditions:
        """The conditions as their rule reads them."""
        asked = tuple(AskedCondition(kind, frozenset(values)) for kind, values in self.conditions)
        return Conditions(asked, any_is_enough=self.conditions_combined == "any")

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def has_groups(self) -> bool:
        return self.gathering == "groups"

    @property
    def talks(self) -> int:
        return sum(item.is_talk for item in self.run_sheet)

    @property
    def group_sizes(self) -> tuple[int, ...]:
        """How many sit together: in each talk as its row says, else as the event has it."""
        return tuple(item.group_size or self.group_size for item in self.run_sheet if item.is_talk)


ROWS = {"conditions", "run_sheet"}  # the parts of a plan that have a table of their own
# The others are columns of the event with the same names, but that it keeps its end instead of its length.
COLUMNS = tuple(
    "ends_at" if part.name == "minutes" else part.name for part in fields(EventPlan) if part.name not in ROWS
)
# Columns that speak of the host and not of the evening: they go with the host's account.
OF_ITS_HOST = ("host_words", "length_reason")


@dataclass(frozen=True)
class EventFacts:
    """Where an event stands when somebody wants to do something with it."""

    state: str  # an EventState
    starts_at: datetime
    version: int = 1
    is_drawn: bool = False  # a lottery that has given out its seats


def latest_close(starts_at: datetime, allotment: str) -> datetime:
    """Until when one can register where the host says nothing."""
    return starts_at - LOTTERIES.drawn_before_start if allotment == "lottery" else starts_at


def faults_in(plan: EventPlan, *, now: datetime, old: EventPlan | None = None) -> tuple[PlanFault, ...]:
    """Everything that is wrong with a plan, so that a host can mend all of it at once.

    `old` is what it takes the place of: registration that has closed already stays closed, without a fault.
    """
    closes_anew = old is None or old.registration_closes_at != plan.registration_closes_at
    return (
        *_faults_of_time(plan, now),
        *(_faults_of_closing(plan, now) if closes_anew else ()),
        *_faults_of_seats(plan),
        *_faults_of_first_timer_seats(plan),
        *_faults_of_conditions(plan),
        *_faults_of_run_sheet(plan),
    )


def _faults_of_time(plan: EventPlan, now: datetime) -> tuple[PlanFault, ...]:
    checks = {
        PlanFault.IN_THE_PAST: plan.starts_at <= now,
        PlanFault.TOO_FAR_AWAY: plan.starts_at > now + EVENTS.planned_ahead,
        PlanFault.TOO_SHORT: plan.minutes < EVENTS.shortest,
        PlanFault.TOO_LONG: plan.minutes > EVENTS.longest,
        PlanFault.LONG_WITHOUT_REASON: EVENTS.longest_without_reason < plan.minutes <= EVENTS.longest
        and not plan.length_reason.strip(),
        PlanFault.CLOSES_AFTER_START: plan.registration_closes_at > plan.starts_at,
        PlanFault.OPENS_AFTER_CLOSE: plan.registration_opens_at is not None
        and plan.registration_opens_at >= plan.registration_closes_at,
        # Whoever wins must be able to give the seat back in good time.
        PlanFault.LATE_FOR_LOTTERY: plan.allotment == "lottery"
        and latest_close(plan.starts_at, plan.allotment) < plan.registration_closes_at <= plan.starts_at,
    }
    return tuple(fault for fault, found in checks.items() if found)


def _faults_of_closing(plan: EventPlan, now: datetime) -> tuple[PlanFault, ...]:
    """Registration cannot end in the past. Of a lottery so near that none could be held any more, that is said."""
    if not plan.registration_closes_at <= now < plan.starts_at:
        return ()
    is_soon = plan.allotment == "lottery" and latest_close(plan.starts_at, plan.allotment) <= now
    return (PlanFault.SOON_FOR_LOTTERY if is_soon else PlanFault.CLOSES_IN_THE_PAST,)


def _faults_of_seats(plan: EventPlan) -> tuple[PlanFault, ...]:
    sizes = {plan.group_size, *plan.group_sizes} if plan.has_groups else {EVENTS.smallest_group}
    checks = {
        PlanFault.FEW_SEATS: plan.capacity < EVENTS.fewest_seats,
        PlanFault.MANY_SEATS: plan.capacity > EVENTS.most_seats,
        PlanFault.GROUP_SIZE: not all(EVENTS.smallest_group <= size <= EVENTS.largest_group for size in sizes),
        PlanFault.GROUP_WITHOUT_SEATS: EVENTS.fewest_seats <= plan.capacity < max(sizes),
        PlanFault.MANY_THEMES: len(plan.themes) > EVENTS.themes,
    }
    return tuple(fault for fault, found in checks.items() if found)


def _faults_of_conditions(plan: EventPlan) -> tuple[PlanFault, ...]:
    checks = {
        PlanFault.NOBODY_FITS: excludes_everybody(plan.asks),
        PlanFault.PREFECTURE_ONLINE: plan.format != "onsite" and "prefecture" in plan.asks,
    }
    return tuple(fault for fault, found in checks.items() if found)


def _faults_of_first_timer_seats(plan: EventPlan) -> tuple[PlanFault, ...]:
    if not plan.first_timer_seats:
        return ()
    until = plan.first_timer_seats_until
    checks = {
        PlanFault.FIRST_TIMER_SEATS: plan.first_timer_seats > plan.capacity,
        PlanFault.FIRST_TIMER_LOTTERY: plan.allotment == "lottery",
        PlanFault.FIRST_TIMER_HOUR_MISSING: until is None,
        # Those who wait for what is left must still be able to answer an offer.
        PlanFault.FIRST_TIMER_HOUR_LATE: until is not None and until > plan.starts_at - EVENTS.released_before_start,
    }
    return tuple(fault for fault, found in checks.items() if found)


def _faults_of_run_sheet(plan: EventPlan) -> tuple[PlanFault, ...]:
    if not plan.run_sheet:
        return (PlanFault.NO_RUN_SHEET,)
    checks = {
        PlanFault.MANY_ITEMS: len(plan.run_sheet) > EVENTS.items,
        PlanFault.MANY_TALKS: plan.talks > EVENTS.talks,
        PlanFault.TALK_WITHOUT_GROUPS: plan.talks > 0 and not plan.has_groups,
        PlanFault.PROMPT_DEPTH: any(not 1 <= (item.depth or 1) <= EVENTS.deepest_prompts for item in plan.run_sheet),
        PlanFault.RUN_SHEET_DIFFERS: sum(item.minutes for item in plan.run_sheet) != plan.minutes,
    }
    return tuple(fault for fault, found in checks.items() if found)


def why_not_publish(plan: EventPlan, facts: EventFacts, *, now: datetime) -> NoHosting | None:
    """The first reason why members may not see this yet, or None.

    Only drafts are published, before their registration closes. People must be able to get there, know what is
    promised to them, and have something to talk in.
    """
    if facts.state != "draft":
        return NoHosting.NOT_A_DRAFT
    if plan.starts_at <= now or plan.registration_closes_at <= now:
        return NoHosting.DATE_PASSED
    if reason := _why_not_attend(plan):
        return reason
    return NoHosting.PLAN_FAULTY if faults_in(plan, now=now) else None


def why_not_publish_at(at: datetime, plan: EventPlan, facts: EventFacts, *, now: datetime) -> NoHosting | None:
    """The first reason why a draft cannot wait for that moment, or None.

    The moment lies ahead, and people can still register after it. What else is missing is asked when the moment has
    come: until then it can be mended.
    """
    if facts.state != "draft":
        return NoHosting.NOT_A_DRAFT
    if at <= now:
        return NoHosting.PUBLISH_IN_THE_PAST
    return NoHosting.PUBLISH_TOO_LATE if at >= plan.registration_closes_at else None


def _why_not_attend(plan: EventPlan) -> NoHosting | None:
    """What members would miss: a room or a place, a promise, a talk where there are groups."""
    if plan.format == "online" and plan.room_kind == "shared" and not plan.room_url:
        return NoHosting.NO_ROOM
    if plan.format == "onsite" and not plan.place:
        return NoHosting.NO_PLACE
    if not plan.promises:
        return NoHosting.NO_PROMISE
    return None if plan.talks or not plan.has_groups else NoHosting.NO_TALK


def why_not_edit(facts: EventFacts, *, now: datetime) -> NoHosting | None:
    """The first reason why an event stays as it is, or None: it is over, called off, or under way."""
    if facts.state == "closed":
        return NoHosting.CLOSED
    if facts.state == "called-off":
        return NoHosting.CALLED_OFF
    if facts.state == "published" and facts.starts_at <= now:
        return NoHosting.STARTED
    return None


def why_not_change(
    old: EventPlan, new: EventPlan, facts: EventFacts, *, seen_version: int, now: datetime
) -> NoHosting | None:
    """The first reason why `new` may not take the place of `old`, or None.

    What may not be edited at all cannot be changed. Who edited an older version is told first. Once published, the
    format, the way seats are given out and whether there are groups stay, because people have registered trusting
    them; who was drawn is not drawn again, and seats that were kept for first-timers until an hour are not taken back
    from everyone after it; members must still be able to get there. Conditions may change: whoever has a seat or a
    place in line keeps it.
    """
    if reason := why_not_edit(facts, now=now):
        return reason
    if facts.version != seen_version:
        return NoHosting.CHANGED_MEANWHILE
    if facts.state == "draft":
        return None
    if (new.format, new.allotment, new.gathering) != (old.format, old.allotment, old.gathering):
        return NoHosting.FIXED_SINCE_PUBLISHED
    if facts.is_drawn and new.registration_closes_at != old.registration_closes_at:
        return NoHosting.DRAWN
    if _are_released(old, now) and (old.first_timer_seats, old.first_timer_seats_until) != (
        new.first_timer_seats,
        new.first_timer_seats_until,
    ):
        return NoHosting.SEATS_RELEASED
    return _why_not_attend(new)


def _are_released(plan: EventPlan, now: datetime) -> bool:
    """Whether seats were kept for first-timers until an hour that is over."""
    until = plan.first_timer_seats_until
    return bool(plan.first_timer_seats) and until is not None and until <= now


def why_not_call_off(facts: EventFacts, reason: str) -> NoHosting | None:
    """The first reason why an event cannot be called off, or None. What is over is over; people are told why."""
    if facts.state == "closed":
        return NoHosting.CLOSED
    if facts.state == "called-off":
        return NoHosting.CALLED_OFF
    if facts.state == "published" and not reason.strip():
        return NoHosting.NO_REASON
    return None


def needs_new_calendar(old: EventPlan, new: EventPlan) -> bool:
    """Whether what stands in people's calendars no longer holds."""
    return (old.starts_at, old.ends_at, old.place) != (new.starts_at, new.ends_at, new.place)


def changes_terms(old: EventPlan, new: EventPlan) -> bool:
    """Whether it is no longer what somebody said yes to: when, how long, where, promised what, with whom.

    A promise more is no change for the worse. Words, themes, the run sheet and the number of seats are none of it.
    """
    return (
        needs_new_calendar(old, new)
        or old.format != new.format
        or not set(old.promises) <= set(new.promises)
        or old.asks != new.asks
    )


def moves_draw(old: EventPlan, new: EventPlan) -> bool:
    """Whether a lottery will be drawn at another moment than its applicants were told."""
    return new.allotment == "lottery" and old.registration_closes_at != new.registration_closes_at
