"""Reads of the host's pages: plans, own events, the desk of one event."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, Q, QuerySet

from events.evening.queries.desk import people_at_desk
from events.event.choices import Allotment, EventState, Right
from events.event.models import EventQuerySet
from events.event.rules.event import COLUMNS, EventFacts, EventPlan, Item, why_not_edit
from events.groups.queries import evening_of
from events.models import Event, Offer, Registration
from events.registration.choices import SEATED, Presence, RegistrationState
from events.registration.queries import lottery
from events.registration.rules.closing import why_not_close, why_not_note
from members.models import User

# --- hosting

PAST_EVENTS_SHOWN = 30


def plan_of(event: Event) -> EventPlan:
    """What is written down about an event, in the words of its rules."""
    columns = {name: _as_planned(getattr(event, name)) for name in COLUMNS if name != "ends_at"}
    return EventPlan(
        **columns,
        minutes=event.minutes,
        conditions=tuple((row.kind, tuple(row.values)) for row in event.conditions.order_by("pk")),
        run_sheet=tuple(
            Item(**{part.name: getattr(row, part.name) for part in fields(Item)}) for row in event.run_sheet.all()
        ),
    )


def _as_planned(value: object) -> object:
    """A column's value as plans have it: they are compared, and hold tuples."""
    return tuple(value) if isinstance(value, list) else value


def event_facts_of(event: Event) -> EventFacts:
    """The facts for the rules about changing an event. One query at most."""
    return EventFacts(
        state=event.state, starts_at=event.starts_at, version=event.version, is_drawn=lottery.is_drawn(event)
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
    """The members who come and who wait, and what the host may do now."""
    evening = evening_of(event)
    is_lottery = event.allotment == Allotment.LOTTERY
    line = event.registrations.in_line().select_related("member__profile")
    return HostDesk(
        no_editing=why_not_edit(event_facts_of(event), now=now),
        no_noting=why_not_note(evening, RegistrationState.CONFIRMED, now=now),
        no_closing=why_not_close(evening, now=now),
        people=list(people_at_desk(event)),
        line=list(line.order_by("member__profile__called_name", "pk") if is_lottery else line),
        offers=list(open_offers(event, now)),
        applicants=event.registrations.applied().count() if is_lottery else 0,
        hides_order=is_lottery,
    )


def open_offers(event: Event, now: datetime) -> QuerySet[Offer]:
    """Seats held for somebody who has not answered and still may."""
    return (
        Offer.objects.open_at(now)
        .filter(registration__event=event)
        .select_related("registration__member__profile")
        .order_by("expires_at", "pk")
    )
