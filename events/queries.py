"""Facts for the rules, and reads for the pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations, groupby
from operator import itemgetter
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, Greatest
from django.utils import timezone

from events import lottery
from events.choices import (
    SEATED,
    Allotment,
    Combined,
    EventState,
    ItemKind,
    Outcome,
    Presence,
    RegistrationState,
    Right,
)
from events.marks import Record
from events.models import Attendance, Condition, Event, Group, Offer, Registration, Round, RunSheetItem, Seat
from events.models.event import EventQuerySet
from events.rules.closing import Evening, outcome, why_not_close, why_not_note
from events.rules.cohost import ALL, COVERS
from events.rules.drawing import MET_TONIGHT, Setting, weight_of_meeting
from events.rules.eligibility import Asked, Conditions
from events.rules.evening import Talk
from events.rules.event import Item, Plan, Standing, why_not_edit
from events.rules.first_timer import Past, seats_kept
from events.rules.follow_up import Pace, is_due, is_late_withdrawal
from events.rules.grouping import Ground, GroupingTask, Person, shared_ground
from events.rules.grouping import Plan as GroupingPlan
from events.rules.registration import Doors, Room
from events.rules.room import RoomHours
from events.rules.seating import Pinned
from events.rules.waitlist import SHORTEST_OFFER, HeldSeat, is_first_come, is_open
from kouryu.clock import within
from kouryu.prepared import prepared
from members.choices import GroupSize, MailKind, Role
from members.models import AuditEntry, Block, KeptApart, OutgoingMail, Period, ProfileTheme, Suspension, User
from members.taxonomies import nameable_themes

# --- facts for the rules of seats


# For rules that do not ask whether an event is led; to one that does, its doors are shut.
NOT_ASKED = False


def doors_of(event: Event, *, has_leader: bool) -> Doors:
    """The facts for `why_doors_are_shut`. No query: `has_leader` is asked by who reads or locks the event."""
    return Doors(
        starts_at=event.starts_at,
        registration_closes_at=event.registration_closes_at,
        registration_opens_at=event.registration_opens_at,
        is_published=event.state == EventState.PUBLISHED,
        is_called_off=event.state == EventState.CALLED_OFF,
        is_closed=event.state == EventState.CLOSED,
        has_leader=has_leader,
    )


def hours_of(event: Event) -> RoomHours:
    """When the room is open. No query."""
    return RoomHours(
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        opens_before=settings.ROOM_OPENS_BEFORE,
        is_called_off=event.state == EventState.CALLED_OFF,
        is_closed=event.state == EventState.CLOSED,
    )


def room_of(event: Event, now: datetime) -> Room:
    """Seats and line as they stand; trust it only while the event row is locked."""
    # By hand: asked with the lock held, while everybody else waits, and the ORM takes longer to put this question
    # together than both databases take to answer it.
    with connection.cursor() as cursor:
        states = [*SEATED, RegistrationState.WAITING]
        cursor.execute(_ROOM, [*states, *states, event.pk])
        taken, waiting, first_timers_seated, first_timers_waiting, last, highest_seat = cursor.fetchone()
    return Room(
        capacity=event.capacity,
        taken=taken,
        waiting=waiting,
        next_queue_number=(last or 0) + 1,
        highest_seat=highest_seat or 0,
        is_first_come=is_first_come(doors_of(event, has_leader=NOT_ASKED), now),
        kept=seats_kept_of(event, first_timers_seated, now),
        first_timers_waiting=first_timers_waiting,
    )


_ROOM = """
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
    """How often this member withdrew from this event within the last 24 hours."""
    lines = AuditEntry.objects.filter(object_type="events.registration", object_id=registration.pk)
    return lines.filter(verb="registration.withdraw", at__range=within(timedelta(days=1), now)).count()


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
    return (
        Registration.objects.in_line()
        .filter(event=registration.event_id, queue_number__lte=registration.queue_number)
        .count()
    )


def open_offer(registration: Registration, now: datetime) -> Offer | None:
    """The offer that still waits for an answer; one past its deadline does not, even before the sweeper came."""
    offer = registration.offers.filter(answer="").first()
    return offer if offer and is_open(HeldSeat(offer.expires_at, offer.answer), now) else None


UNDECIDED = {RegistrationState.APPLIED, RegistrationState.WAITING, RegistrationState.OFFERED}


@prepared
def _overlapping(member: int, starts_at: datetime, ends_at: datetime) -> QuerySet[Registration]:
    return Registration.objects.select_related("event").filter(
        member=member, event__starts_at__lt=ends_at, event__ends_at__gt=starts_at
    )


class AtThatTime(NamedTuple):
    """What a member has at the time of an event: in it, and in others that overlap with it."""

    mine: Registration | None
    other: Event | None  # in which they hold a confirmed seat
    undecided: Event | None  # in which they wait, or are offered a seat


def at_that_time(member: User, event: Event) -> AtThatTime:
    """One query for all three, because registering and the event page always ask for them."""
    mine, other, undecided = None, None, None
    for row in _overlapping.ask(member=member.pk, starts_at=event.starts_at, ends_at=event.ends_at):
        if row.event_id == event.pk:
            mine = row
        elif row.state == RegistrationState.CONFIRMED and row.event.state == EventState.PUBLISHED:
            other = row.event
        elif row.state in UNDECIDED and row.event.state == EventState.PUBLISHED:
            undecided = row.event
    return AtThatTime(mine, other, undecided)


def overlapping_event(member: User, event: Event) -> Event | None:
    """Another event that takes place at this time and in which the member holds a confirmed seat."""
    return at_that_time(member, event).other


def past_of(member: User, record: Record) -> Past:
    """All that decides whether a member is a first-timer."""
    return Past(attended=events_attended(member), seats_given_up=record.seats_given_up)


def events_attended(member: User) -> int:
    """At how many events `member` was present."""
    return len(_attendances.ask(member=member.pk))


@prepared
def _attendances(member: int) -> QuerySet[Attendance]:
    return Attendance.objects.filter(registration__member=member, presence=Presence.PRESENT).values_list("pk")


def themes_of(member: User) -> frozenset[str]:
    """The keys of the career themes that `member` chose."""
    return frozenset(ProfileTheme.objects.filter(profile=member.pk).values_list("theme", flat=True))


def find_visible(member: User, pk: int) -> Event | None:
    """An event that this member may see, without its host: enough for an act, whose flow reads it again, locked."""
    return _visible.first(pk=pk, member=member.pk)


@prepared
def _visible(pk: int, member: int) -> EventQuerySet:
    return Event.objects.visible_to(member).filter(pk=pk)


def conditions_of(event: Event) -> Conditions:
    """What the event asks of those who join."""
    return conditions_from(event, _conditions.ask(event=event.pk))


@prepared
def _conditions(event: int) -> QuerySet[Condition]:
    return Condition.objects.filter(event=event)


def conditions_from(event: Event, rows: Iterable[Condition]) -> Conditions:
    """The rule's view of an event's condition rows."""
    return Conditions(
        asked=tuple(Asked(row.kind, frozenset(row.values)) for row in rows),
        any_is_enough=event.conditions_combined == Combined.ANY,
    )


def events_with_a_line_to_move(now: datetime) -> QuerySet[Event]:
    """Published events in which an offer ran out, or in which someone waits although a seat is free to be offered.

    Of an early morning's event it may name one that then offers nothing: only the rule knows the quiet hours.
    """
    of_event = Registration.objects.filter(event=OuterRef("pk"))
    lapsed = Offer.objects.filter(registration__event=OuterRef("pk"), answer="", expires_at__lte=now)
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
        .filter(Exists(lapsed) | (Q(starts_at__gte=now + SHORTEST_OFFER) & (anybody | first_timer)))
        .order_by("pk")
    )


# --- hosting

PAST_EVENTS_SHOWN = 30


def plan_of(event: Event) -> Plan:
    """What is written down about an event, in the words of its rules."""
    return Plan(
        title=event.title,
        description=event.description,
        host_words=event.host_words,
        format=event.format,
        place=event.place,
        room_kind=event.room_kind,
        room_url=event.room_url,
        starts_at=event.starts_at,
        minutes=event.minutes,
        length_reason=event.length_reason,
        registration_opens_at=event.registration_opens_at,
        registration_closes_at=event.registration_closes_at,
        allotment=event.allotment,
        capacity=event.capacity,
        group_size=event.group_size,
        first_timer_seats=event.first_timer_seats,
        first_timer_seats_until=event.first_timer_seats_until,
        themes=tuple(event.themes),
        promises=tuple(event.promises),
        conditions=tuple((row.kind, tuple(row.values)) for row in event.conditions.order_by("pk")),
        conditions_combined=event.conditions_combined,
        run_sheet=tuple(
            Item(
                minutes=row.minutes,
                title=row.title,
                note=row.note,
                kind=row.kind,
                group_size=row.group_size,
                depth=row.depth,
            )
            for row in event.run_sheet.all()
        ),
    )


def standing_of(event: Event) -> Standing:
    """The facts for the rules about changing an event. One query at most."""
    return Standing(
        state=event.state, starts_at=event.starts_at, version=event.version, is_drawn=lottery.is_drawn(event)
    )


def evening_of(event: Event) -> Evening:
    """The facts for the rules about leading an evening. No query."""
    return Evening(
        state=event.state,
        starts_at=event.starts_at,
        room_opens_for=settings.ROOM_OPENS_BEFORE,
    )


def with_counts(events: EventQuerySet) -> EventQuerySet:
    """Events with `seats_taken` and `people_waiting`."""
    is_seated = Q(registrations__state__in=SEATED)
    is_waiting = Q(registrations__state=RegistrationState.WAITING)
    return events.annotate(
        seats_taken=Count("registrations", filter=is_seated),
        people_waiting=Count("registrations", filter=is_waiting),
    )


EVENTS_TO_COPY, EVENTS_LOOKED_AT = 12, 60


def events_to_copy(member: User) -> list[Event]:
    """The host's own latest events, whatever became of them, one for each title: a series would fill the list."""
    latest = Event.objects.filter(host=member).order_by("-starts_at", "-pk")[:EVENTS_LOOKED_AT]
    by_title: dict[str, Event] = {}
    for event in latest:
        by_title.setdefault(event.title, event)
    return list(by_title.values())[:EVENTS_TO_COPY]


@dataclass(frozen=True)
class HostedEvents:
    """A host's events: to be written, coming, and behind."""

    drafts: list[Event]
    coming: list[Event]
    past: list[Event]

    def __bool__(self) -> bool:
        return bool(self.drafts or self.coming or self.past)


def rights_in(event: Event, member: User) -> frozenset[str]:
    """What this member may do with an event that `run_by` found for them."""
    if event.host_id == member.pk or Role.OWNER in member.roles:
        return ALL
    return COVERS[event.co_hosts.get(member=member).right]


def hosted_events(member: User, now: datetime) -> HostedEvents:
    """Hosted or helped with: coming ones soonest first, past ones latest first; what is called off counts as past."""
    runs = Event.objects.run_by(member, Right.CHECK_IN).order_by()
    hosted = (
        with_counts(Event.objects.filter(pk__in=runs.values("pk")))
        .select_related("host__profile")
        .order_by("starts_at", "pk")
    )
    is_open = Q(state=EventState.PUBLISHED)
    past = hosted.exclude(is_open).exclude(state=EventState.DRAFT)
    return HostedEvents(
        drafts=list(hosted.filter(state=EventState.DRAFT)),
        coming=list(hosted.filter(is_open)),
        past=list(past.reverse()[:PAST_EVENTS_SHOWN]),
    )


@dataclass(frozen=True)
class HostDesk:
    """All that a host sees of one event."""

    no_editing: StrEnum | None
    no_noting: StrEnum | None
    no_closing: StrEnum | None
    people: list[Registration]
    line: list[Registration]
    offers: list[Offer]
    applicants: int  # of a lottery still to be drawn
    hides_order: bool  # who stands where in a drawn line would tell whose ticket is which

    @property
    def present(self) -> int:
        return self._count(Presence.PRESENT)

    @property
    def excused(self) -> int:
        return self._count(Presence.EXCUSED)

    @property
    def unknown(self) -> int:
        """How many are neither present nor excused yet."""
        return len(self.people) - self.present - self.excused

    @property
    def seats_taken(self) -> int:
        """Seats that are held, those on offer included."""
        return len(self.people) + len(self.offers)

    def _count(self, presence: Presence) -> int:
        return sum(one.presence == presence for one in self.people)


def host_desk(event: Event, now: datetime) -> HostDesk:
    """Who comes, who waits, and what the host may do now."""
    evening = evening_of(event)
    is_lottery = event.allotment == Allotment.LOTTERY
    order = ["member__profile__called_name", "pk"] if is_lottery else ["queue_number"]
    return HostDesk(
        no_editing=why_not_edit(standing_of(event), now=now),
        no_noting=why_not_note(evening, RegistrationState.CONFIRMED, now=now),
        no_closing=why_not_close(evening, now=now),
        people=list(people_at_desk(event)),
        line=list(event.registrations.in_line().select_related("member__profile").order_by(*order)),
        offers=list(open_offers(event, now)),
        applicants=event.registrations.applied().count() if is_lottery else 0,
        hides_order=is_lottery,
    )


def can_draw(event: Event, now: datetime) -> bool:
    """Is it time to draw groups? Whether enough people are there is said when the host tries."""
    return why_not_note(evening_of(event), RegistrationState.CONFIRMED, now=now) is None


def people_at_desk(event: Event) -> QuerySet[Registration]:
    """Everybody with a seat, in the order of their called names, with what the door noted."""
    return (
        event.registrations.confirmed()
        .select_related("member__profile")
        .annotate(presence=Coalesce("attendance__presence", Value("")), left_at=F("attendance__left_at"))
        .order_by("member__profile__called_name", "pk")
    )


def open_offers(event: Event, now: datetime) -> QuerySet[Offer]:
    """Seats held for somebody who has not answered and still may."""
    return (
        Offer.objects.filter(registration__event=event, answer="", expires_at__gt=now)
        .select_related("registration__member__profile")
        .order_by("expires_at", "pk")
    )


def people_present(event: Event) -> list[Registration]:
    """Those with a seat who were checked in and have not left, in the order of their arrival in the books."""
    return list(
        event.registrations.confirmed()
        .filter(attendance__presence=Presence.PRESENT, attendance__left_at=None)
        .select_related("member__profile")
        .prefetch_related("member__profile__theme_rows")
        .order_by("pk")
    )


def group_size_of(event: Event, number: int) -> int:
    """How many sit in a group of this round; the plan may have lost talks since it was drawn."""
    sizes = [talk.group_size or event.group_size for talk in talks_of(event)]
    return sizes[min(number, len(sizes)) - 1] if sizes else event.group_size


def talks_of(event: Event) -> QuerySet[RunSheetItem]:
    """The rounds of the run sheet, in their order."""
    return event.run_sheet.filter(kind=ItemKind.TALK)


def blocked_pairs(member_ids: Collection[int | str]) -> list[tuple[str, str]]:
    """Pairs of these members of whom one blocks the other, whoever it was."""
    pairs = Block.objects.filter(blocker__in=member_ids, blocked__in=member_ids).order_by("pk")
    return [(str(a), str(b)) for a, b in pairs.values_list("blocker_id", "blocked_id")]


def apart_pairs(member_ids: Collection[int | str]) -> list[tuple[str, str]]:
    """Pairs of these members of whom one would rather not sit with the other again, whoever it is."""
    pairs = KeptApart.objects.filter(holder__in=member_ids, person__in=member_ids).order_by("pk")
    return [(str(a), str(b)) for a, b in pairs.values_list("holder_id", "person_id")]


def past_company(event: Event, member_ids: Collection[int]) -> list[tuple[str, str, float]]:
    """Pairs of these members who sat together at an earlier event; the more recent, the heavier."""
    seats = (
        Seat.objects.seen()
        .filter(member__in=member_ids, round__event__state=EventState.CLOSED)
        .exclude(round__event=event)
        .values_list("group_id", "member_id", "round__event__starts_at")
        .order_by("group_id", "member_id")
    )
    weights: dict[tuple[str, str], float] = {}
    for _group, rows in groupby(seats, key=itemgetter(0)):
        together = list(rows)
        weight = weight_of_meeting(event.starts_at - together[0][2])
        for (_, a, _), (_, b, _) in combinations(together, 2):
            pair = (str(a), str(b))
            weights[pair] = max(weight, weights.get(pair, 0))
    return [(a, b, weight) for (a, b), weight in sorted(weights.items())]


# --- leading through the evening


def talk_of(drawn: Round) -> Talk:
    """When this round was drawn, shown and begun, and when it ends. No query."""
    return Talk(drawn.number, drawn.published_at, drawn.started_at, drawn.ends_at)


def lines_about(event: Event, verb: str) -> QuerySet[AuditEntry]:
    """What the record of acts has of this done to an event."""
    return AuditEntry.objects.filter(object_type=event._meta.label_lower, object_id=event.pk, verb=verb)


def acts_of(event: Event, verb: str, *, why: str | None = None) -> int:
    """How often this was done to an event, by anybody."""
    lines = lines_about(event, verb)
    return lines.count() if why is None else lines.filter(why=why).count()


# A line that takes back or changes what the door had noted; the first note of somebody has no field.
CORRECTION = Q(verb="attendance.undo") | Q(verb="attendance.note", fields=["presence"])


def corrections_of(event: Event) -> int:
    """How often something that the door had noted was taken back or changed, by anybody."""
    lines = AuditEntry.objects.filter(
        object_type=Registration._meta.label_lower, object_id__in=event.registrations.values("pk")
    )
    return lines.filter(CORRECTION).count()


def groups_by_round(event: Event) -> QuerySet[Round]:
    """The drawn rounds with their groups, seats and people, in four queries whatever their number."""
    seats = Seat.objects.select_related("member__profile").order_by("pk")
    groups = Group.objects.prefetch_related(Prefetch("seats", queryset=seats))
    return event.rounds.prefetch_related(Prefetch("groups", queryset=groups), Prefetch("seats", queryset=seats))


def groups_of(drawn: Round) -> QuerySet[Group]:
    """The groups of a round with their seats, as they are now."""
    return Group.objects.filter(round=drawn).prefetch_related(Prefetch("seats", Seat.objects.order_by("pk")))


def has_locks(drawn: Round) -> bool:
    """Is a group or a seat of this round locked?"""
    return any(one.is_locked for one in (*drawn.groups.all(), *drawn.seats.all()))


def pinned_rooms(drawn: Round, present: Collection[int]) -> list[Pinned]:
    """Who of a round stays where they are in a new draw; a lock does not hold anybody who is not there."""
    return [_pinned(group, present) for group in drawn.groups.all()]


def _pinned(group: Group, present: Collection[int]) -> Pinned:
    stay = (seat for seat in group.seats.all() if (group.is_locked or seat.is_locked) and seat.member_id in present)
    return Pinned(tuple(str(seat.member_id) for seat in stay), is_closed=group.is_locked)


def whole_plan(event: Event) -> tuple[list[Round], GroupingPlan]:
    """The drawn rounds, and the same in the words of the grouping rules."""
    rounds = list(groups_by_round(event))
    rooms = [[[str(seat.member_id) for seat in group.seats.all()] for group in drawn.groups.all()] for drawn in rounds]
    return rounds, GroupingPlan(rooms)


def person_at_table(member: User) -> Person:
    """What the claims about a group may look at."""
    return Person(id=str(member.pk), industry=member.profile.industry or None, job=member.profile.occupation or None)


def minutes_of_talk(event: Event, number: int) -> int:
    """How long the run sheet gives this talk; the plan may have lost talks since they were drawn."""
    minutes = list(talks_of(event).values_list("minutes", flat=True))
    return minutes[min(number, len(minutes)) - 1]


def met_tonight(event: Event) -> list[tuple[str, str, float]]:
    """Pairs who already sat together this evening, so heavy that meeting again is the last resort."""
    seats = Seat.objects.filter(round__event=event, round__started_at__isnull=False)
    rows = seats.order_by("group_id", "member_id").values_list("group_id", "member_id")
    pairs = (pair for _, group in groupby(rows, key=itemgetter(0)) for pair in combinations([m for _, m in group], 2))
    return [(str(a), str(b), MET_TONIGHT) for a, b in pairs]


def follow_ups_due(now: datetime) -> Iterator[tuple[Registration, Outcome]]:
    """Registrations of closed events with the outcome whose mail is due and not written yet.

    One query finds the missing ones, whatever the number of events. Members who are suspended, rest or do not want
    these mails get none.
    """
    pace = Pace(after=settings.FOLLOW_UP_AFTER, within=settings.FOLLOW_UP_WITHIN)
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
        if MailKind.FOLLOW_UP in registration.member.muted_mail:
            continue
        if what := _follow_up_for(registration, pace, now):
            yield registration, what


def _follow_up_for(registration: Registration, pace: Pace, now: datetime) -> Outcome | None:
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


def grouping_task(event: Event, present: list[Registration], setting: Setting, *, seed: int) -> GroupingTask:
    """Everything that seating these people in these rooms may look at."""
    member_ids = [registration.member_id for registration in present]
    apart = apart_pairs(member_ids) if setting.keeps_wishes else []
    return GroupingTask(
        people=tuple(_person(registration) for registration in present),
        sizes=setting.sizes,
        blocked=(*blocked_pairs(member_ids), *apart),
        history=tuple(past_company(event, member_ids)),
        rules=setting.rules,
        seed=seed,
    )


def ground_of(crew: Iterable[Registration], reader: User) -> Ground:
    """What these people of one group share, as far as `reader`, one of them, may be told.

    Of themes only those that the reader chose too: who has none of it would otherwise learn who has.
    """
    people = {registration.member_id: _person(registration) for registration in crew}
    mine = people[reader.pk].themes if reader.pk in people else ()
    return shared_ground(list(people.values()), nameable_themes() & set(mine))


def _person(registration: Registration) -> Person:
    profile = registration.member.profile
    may_match_private = profile.private_themes_match
    themes = (row for row in profile.theme_rows.all() if row.entry and (may_match_private or not row.entry.is_private))
    return Person(
        id=str(registration.member_id),
        industry=profile.industry or None,
        job=profile.occupation or None,
        first_timer=registration.is_first_timer,
        small=profile.group_size == GroupSize.THREE,
        themes=tuple(sorted(row.theme for row in themes)),
    )
