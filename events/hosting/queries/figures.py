"""What hosts and staff see of an event in numbers. No cell under five, and no two looks that differ by fewer people.

All of it is counted in steps (`events.event.queries.counts`), whose memory is a table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from events.event.choices import EventState, Format
from events.event.limits import SHOWN
from events.event.queries import counts
from events.event.rules.figures import curve, share, shown, usual
from events.event.rules.steps import Numbers, Steps
from events.hosting.limits import BALANCE, RATES
from events.models import Attendance, Event, Registration
from events.registration.choices import Presence, RegistrationState
from events.registration.limits import SEATS
from members.accounts.taxonomies import career_themes, industries, nameable_themes, occupations
from members.models import User

Cells = list[tuple[str, int | None]]


@dataclass(frozen=True)
class Rates:
    """Per cent of seats; None where fewer than five people are meant, or all the others."""

    whose: str
    events: int
    attended: int | None
    absent: int | None
    late: int | None

    @property
    def percents(self) -> tuple[int | None, ...]:
        return self.attended, self.absent, self.late


@dataclass(frozen=True)
class HostFigures:
    people: int
    industries: Cells
    occupations: Cells
    themes: Cells
    newcomers: Cells
    rates: list[Rates]


def figures(event: Event, *, now: datetime) -> HostFigures:
    """The tables of one event, and the rates of a year."""
    year = _rates_read(event, now)
    steps = counts.look_at_all({counts.figures_of(event): _read_tables(event), **year}, now=now)
    tables = steps[counts.figures_of(event)]
    themes = {key: theme for key, theme in career_themes().items() if key in nameable_themes()}
    return HostFigures(
        people=len(tables.people),
        industries=_named(_hidden(tables.table("industries"), industries()), industries()),
        occupations=_named(_hidden(tables.table("occupations"), occupations()), occupations()),
        themes=_named(_themes_shown(tables), themes),
        newcomers=_named(
            _hidden(tables.table("newcomers"), ("new", "back"), others=False),
            {"new": _("はじめての方"), "back": _("二回目からの方")},
        ),
        rates=[_rates(count.subject, steps[count]) for count in year],
    )


def registrations_by_day(event: Event, *, now: datetime) -> tuple[list[int], list[float]]:
    """How many had registered by each day before the start, and what is usual for this host."""
    earlier = list(
        Event.objects.filter(host=event.host_id, state=EventState.CLOSED)
        .exclude(pk=event.pk)
        .order_by("-starts_at")[: RATES.usual_from]
    )
    moments: dict[int, list[datetime]] = {one.pk: [] for one in [event, *earlier]}
    rows = Registration.objects.filter(event__in=moments).values_list("event_id", "registered_at")
    for event_id, moment in rows:
        moments[event_id].append(moment)
    complete = [curve(moments[one.pk], one.starts_at, until=one.starts_at) for one in earlier]
    return curve(moments[event.pk], event.starts_at, until=now), usual(complete)


def keep_missing_out(*, now: datetime) -> tuple[int | None, Cells]:
    """How many members waited in at least two evenings of the last 90 days and had a seat in none; by industry."""

    def read() -> tuple[Collection[int], counts.Measure]:
        found = dict(_missing(now))
        return found, lambda people: {"industries": Counter(found[one] for one in people)}

    count = counts.Count("missing-out", fewest=SHOWN.fewest, pause=RATES.stay_for)
    steps = counts.look_at_all({count: read}, now=now)[count]
    people = len(steps.people)
    return shown({"all": people})["all"], _named(_hidden(steps.table("industries"), industries()), industries())


def missing_industries(event: Event) -> set[str]:
    """The industries from which nobody has a seat."""
    there = event.registrations.seated().values_list("member__profile__industry", flat=True)
    return set(industries()) - set(there)


# --- the numbers behind them


def _read_tables(event: Event) -> counts.Read:
    """Who comes, in batches of five or more: whoever knows who registered since their last look could else read from
    the difference what that one person does, and what is on their mind.
    """

    def read() -> tuple[Collection[int], counts.Measure]:
        confirmed = event.registrations.confirmed().values_list(
            "member_id", "member__profile__industry", "member__profile__occupation", "is_first_timer"
        )
        profiles = {row[0]: row[1:] for row in confirmed}

        def measure(people: Collection[int]) -> Numbers:
            return {
                "industries": Counter(profiles[one][0] or "" for one in people),
                "occupations": Counter(profiles[one][1] or "" for one in people),
                "newcomers": Counter("new" if profiles[one][2] else "back" for one in people),
                "themes": counts.themes_of_all(people),
            }

        return profiles, measure

    return read


def _hidden(numbers: Mapping[str, int], known: Iterable[str], *, others: bool = True) -> dict[str, int | None]:
    """A table with its small cells hidden; unknown codes are counted as not told (`others`)."""
    codes = [*known, *([""] if others else [])]
    told: Counter[str] = Counter()
    for code, number in numbers.items():
        told[code if code in codes else ""] += number
    return shown({code: told[code] for code in codes})


def _themes_shown(tables: Steps) -> dict[str, int | None]:
    """Of those who did not choose a theme there must be five, too: else "all of them" would name everybody."""
    chosen, people = tables.table("themes"), len(tables.people)
    return {
        key: shown({"yes": chosen.get(key, 0), "no": people - chosen.get(key, 0)})["yes"]
        for key in career_themes()
        if key in nameable_themes()
    }


def _rates_read(event: Event, now: datetime) -> dict[counts.Count, counts.Read]:
    """Of the closed events of a year: this host's and everybody's, online and at a place."""
    closed = Event.objects.filter(state=EventState.CLOSED, starts_at__gt=now - RATES.look_back_for)
    found = {}
    for value in Format.values:
        of_format = closed.filter(format=value)
        for whose, events in ((f"host-{event.host_id}", of_format.filter(host=event.host_id)), ("all", of_format)):
            count = counts.Count(f"rates/{whose}/{value}", fewest=SHOWN.fewest, pause=RATES.stay_for)
            found[count] = _read_rates(events)
    return found


def _read_rates(events: QuerySet[Event]) -> counts.Read:
    """A batch is of seats: evenings come and go once five seats are concerned."""

    def read() -> tuple[Collection[int], counts.Measure]:
        seats = {row[0]: row[1:] for row in _seats_in(events)}

        def measure(ids: Collection[int]) -> Numbers:
            return {
                "outcomes": Counter(_outcome(*seats[one][:3]) for one in ids),
                "events": dict.fromkeys({str(seats[one][3]) for one in ids}, 1),
            }

        return seats, measure

    return read


def _rates(subject: str, steps: Steps) -> Rates:
    numbers = Counter(steps.table("outcomes"))
    seats = numbers["attended"] + numbers["absent"] + numbers["excused"]
    return Rates(
        _whose(subject.removeprefix("rates/")),
        len(steps.table("events")),
        share(numbers["attended"], seats),
        share(numbers["absent"], seats),
        share(numbers["late"], seats + numbers["late"]),
    )


def _seats_in(events: QuerySet[Event]) -> QuerySet[Registration]:
    """What became of each seat: id, state, was there, is anything known, event."""
    there = Exists(Attendance.objects.filter(registration=OuterRef("pk"), presence=Presence.PRESENT))
    known = Exists(Attendance.objects.filter(registration=OuterRef("pk")))
    given_up_late = Q(state=RegistrationState.WITHDRAWN, seat_given_up_at__gt=F("event__starts_at") - SEATS.late_from)
    seats = Registration.objects.filter(Q(state=RegistrationState.CONFIRMED) | given_up_late, event__in=events)
    return seats.annotate(there=there, known=known).values_list("pk", "state", "there", "known", "event_id")


def _outcome(state: str, there: bool, known: bool) -> str:
    if state == RegistrationState.WITHDRAWN:
        return "late"
    if there:
        return "attended"
    return "excused" if known else "absent"


def _missing(now: datetime) -> list[tuple[int, str]]:
    """Members, with their industry, who waited when an evening was closed, called off ones aside; a seat in any other
    evening of that time ends it.
    """
    seated = Registration.objects.seated().filter(
        member=OuterRef("pk"),
        event__starts_at__gt=now - BALANCE.looks_back_for,
        event__state__in=["published", "closed"],
    )
    members = (
        User.objects.exclude(Exists(seated))
        .annotate(
            times=Count(
                "registrations",
                filter=Q(
                    registrations__state=RegistrationState.WAITING,
                    registrations__event__state=EventState.CLOSED,
                    registrations__event__starts_at__gt=now - BALANCE.looks_back_for,
                    registrations__event__starts_at__lte=now,
                ),
            )
        )
        .filter(times__gte=BALANCE.misses)
    )
    return [(pk, industry or "") for pk, industry in members.values_list("pk", "profile__industry")]


def _named(numbers: Mapping[str, int | None], known: Mapping[str, object]) -> Cells:
    """The cells that are shown, in the order of their list; the page says once that the others are fewer than five."""
    return [
        (str(known[code]) if code else _("うかがっていない方"), number)
        for code, number in numbers.items()
        if number is not None
    ]


def _whose(key: str) -> str:
    whose, value = key.split("/")
    text = _("すべての会（%(format)s）") if whose == "all" else _("この進行役の会（%(format)s）")
    return text % {"format": Format(value).label}
