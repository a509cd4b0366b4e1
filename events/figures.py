"""What hosts and staff see of an event in numbers. No cell under five, and no two looks that differ by fewer people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from events.choices import EventState, Format, Presence, RegistrationState
from events.models import Attendance, Event, Registration
from events.rules.figures import (
    FEWEST_SHOWN,
    KEEPS_MISSING_OUT,
    LOOKS_BACK_FOR,
    curve,
    share,
    shown,
    usual,
)
from members.models import ProfileTheme, User
from members.taxonomies import career_themes, industries, occupations

USUAL_FROM = 10  # the host's latest events
RATES_FROM = timedelta(days=365)
LATE = timedelta(hours=24)
A_DAY = 24 * 60 * 60
TABLES_KEPT_FOR = 400 * A_DAY

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
class Figures:
    people: int
    industries: Cells
    occupations: Cells
    themes: Cells
    newcomers: Cells
    rates: list[Rates]


def figures(event: Event, *, now: datetime) -> Figures:
    """The tables of one event; rates are counted once a day."""
    numbers = _tables(event)
    rates = cache.get_or_set(f"figures/rates/{event.pk}/{_today(now):%Y%m%d}", lambda: _rates(event, now), A_DAY)
    return Figures(
        people=numbers["people"],
        industries=_named(numbers["industries"], industries()),
        occupations=_named(numbers["occupations"], occupations()),
        themes=_named(
            {key: numbers["themes"][key] for key, theme in career_themes().items() if not theme.is_private},
            career_themes(),
        ),
        newcomers=_named(numbers["newcomers"], {"new": _("はじめての方"), "back": _("二回目からの方")}),
        rates=[Rates(_whose(key), *values) for key, values in rates.items()],
    )


def registrations_by_day(event: Event, *, now: datetime) -> tuple[list[int], list[float]]:
    """How many had registered by each day before the start, and what is usual for this host."""
    earlier = list(
        Event.objects.filter(host=event.host_id, state=EventState.CLOSED)
        .exclude(pk=event.pk)
        .order_by("-starts_at")[:USUAL_FROM]
    )
    moments: dict[int, list[datetime]] = {one.pk: [] for one in [event, *earlier]}
    rows = Registration.objects.filter(event__in=moments).values_list("event_id", "registered_at")
    for event_id, moment in rows:
        moments[event_id].append(moment)
    complete = [curve(moments[one.pk], one.starts_at, until=one.starts_at) for one in earlier]
    return curve(moments[event.pk], event.starts_at, until=now), usual(complete)


def keep_missing_out(*, now: datetime) -> tuple[int | None, Cells]:
    """How many members waited in at least two evenings of the last 90 days and had a seat in none; by industry."""
    numbers = cache.get_or_set(f"figures/missing/{_today(now):%Y%m%d}", lambda: _missing(now), A_DAY)
    return numbers["people"], _named(numbers["industries"], industries())


def missing_industries(event: Event) -> set[str]:
    """The industries from which nobody has a seat."""
    there = event.registrations.seated().values_list("member__profile__industry", flat=True)
    return set(industries()) - set(there)


# --- the numbers behind them, already hidden: nothing else is ever kept


def _tables(event: Event) -> dict:
    """The tables as they were when five people had last come or gone. Whoever knows who registered since their last
    look could else read from the difference in which industry that one person is, and what is on their mind.
    """
    profiles = list(
        event.registrations.confirmed().values_list(
            "member_id", "member__profile__industry", "member__profile__occupation", "is_first_timer"
        )
    )
    people, key = {row[0] for row in profiles}, f"figures/tables/{event.pk}"
    counted, tables = cache.get(key, (None, None))
    if counted is None or len(people ^ counted) >= FEWEST_SHOWN:
        tables = _numbers(profiles)
        cache.set(key, (people, tables), TABLES_KEPT_FOR)
    return tables


def _numbers(profiles: Sequence[tuple[int, str, str, bool]]) -> dict:
    people = len(profiles)
    chosen = Counter(
        ProfileTheme.objects.filter(profile__in=[row[0] for row in profiles]).values_list("theme", flat=True)
    )
    new = sum(row[3] for row in profiles)
    return {
        "people": people,
        "industries": _table((row[1] for row in profiles), industries()),
        "occupations": _table((row[2] for row in profiles), occupations()),
        # Of those who did not choose a theme there must be five, too: else "all of them" would name everybody.
        "themes": {key: shown({"yes": chosen[key], "no": people - chosen[key]})["yes"] for key in career_themes()},
        "newcomers": shown({"new": new, "back": people - new}),
    }


def _table(codes: Iterable[str], known: Mapping[str, object]) -> dict[str, int | None]:
    numbers = Counter(code if code in known else "" for code in codes)
    return shown({code: numbers[code] for code in [*known, ""]})


def _rates(event: Event, now: datetime) -> dict[str, tuple[int, int | None, int | None, int | None]]:
    """Of the closed events of a year: this host's and everybody's, online and at a place."""
    closed = Event.objects.filter(state=EventState.CLOSED, starts_at__gt=now - RATES_FROM)
    found = {}
    for value in Format.values:
        of_format = closed.filter(format=value)
        for whose, events in (("host", of_format.filter(host=event.host_id)), ("all", of_format)):
            found[f"{whose}/{value}"] = _rates_of(events)
    return found


def _rates_of(events) -> tuple[int, int | None, int | None, int | None]:
    there = Exists(Attendance.objects.filter(registration=OuterRef("pk"), presence=Presence.PRESENT))
    known = Exists(Attendance.objects.filter(registration=OuterRef("pk")))
    given_up_late = Q(state=RegistrationState.WITHDRAWN, seat_given_up_at__gt=F("event__starts_at") - LATE)
    numbers = (
        Registration.objects.filter(event__in=events)
        .annotate(there=there, known=known)
        .aggregate(
            seats=Count("pk", filter=Q(state=RegistrationState.CONFIRMED)),
            attended=Count("pk", filter=Q(state=RegistrationState.CONFIRMED, there=True)),
            absent=Count("pk", filter=Q(state=RegistrationState.CONFIRMED, known=False)),
            late=Count("pk", filter=given_up_late),
        )
    )
    seats, late = numbers["seats"], numbers["late"]
    return (
        events.count(),
        share(numbers["attended"], seats),
        share(numbers["absent"], seats),
        share(late, seats + late),
    )


def _missing(now: datetime) -> dict:
    """Waiting when the evening was closed, called off ones aside; a seat in any other evening of that time ends it."""
    seated = Registration.objects.seated().filter(
        member=OuterRef("pk"), event__starts_at__gt=now - LOOKS_BACK_FOR, event__state__in=["published", "closed"]
    )
    members = (
        User.objects.exclude(Exists(seated))
        .annotate(
            times=Count(
                "registrations",
                filter=Q(
                    registrations__state=RegistrationState.WAITING,
                    registrations__event__state=EventState.CLOSED,
                    registrations__event__starts_at__gt=now - LOOKS_BACK_FOR,
                    registrations__event__starts_at__lte=now,
                ),
            )
        )
        .filter(times__gte=KEEPS_MISSING_OUT)
    )
    table = _table(members.values_list("profile__industry", flat=True), industries())
    people = members.count()
    return {"people": shown({"all": people})["all"], "industries": table}


def _named(numbers: Mapping[str, int | None], known: Mapping[str, object]) -> Cells:
    """The cells that are shown, in the order of their list; the page says once that the others are fewer than five."""
    return [
        (str(known[code]) if code else _("うかがっていない方"), number)
        for code, number in numbers.items()
        if number is not None
    ]


def _whose(key: str) -> str:
    whose, value = key.split("/")
    text = _("この進行役の会（%(format)s）") if whose == "host" else _("すべての会（%(format)s）")
    return text % {"format": Format(value).label}


def _today(now: datetime):
    return timezone.localdate(now)
