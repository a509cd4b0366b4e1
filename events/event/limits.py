"""The numbers of an event that several chapters share, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from kouryu.numbers import YEAR


@dataclass(frozen=True)
class EventsLimits:
    """How an event may be planned."""

    shortest: int = 20  # minutes
    recommended: int = 60  # minutes
    longest_without_reason: int = 75  # minutes; then people only wait for the end, unless there is a reason
    longest: int = 120  # minutes
    smallest_group: int = 3  # people
    largest_group: int = 5  # people
    ring: int = 12  # seats that are drawn in one ring where there are no groups
    fewest_seats: int = 3
    most_seats: int = 60
    themes: int = 3
    items: int = 12  # of the run sheet
    talks: int = 4
    deepest_prompts: int = 3
    released_before_start: timedelta = timedelta(hours=1)  # the latest hour until which seats are kept for first-timers
    planned_ahead: timedelta = timedelta(days=366)

    @property
    def years_ahead(self) -> int:
        """The length in years, as sentences say it."""
        return round(self.planned_ahead / YEAR)


@dataclass(frozen=True)
class EventWordsLimits:
    """How long what a host writes may be, in characters."""

    title: int = 80
    description: int = 2000
    host_words: int = 200
    place: int = 200
    room_url: int = 500
    length_reason: int = 300
    called_off_reason: int = 300
    item: int = 60  # of the run sheet
    item_note: int = 200


@dataclass(frozen=True)
class CoHostsLimits:
    """Those who lead an evening beside its host."""

    most: int = 6  # more hands than that no evening of sixty people needs


@dataclass(frozen=True)
class SeriesLimits:
    """One event on many dates."""

    ahead: int = 12  # dates: about what a host can look over before saying yes


@dataclass(frozen=True)
class LotteriesLimits:
    """Drawing seats by lot."""

    # Whoever wins has a day to give the seat back without being late (SEATS.late_from of registration).
    drawn_before_start: timedelta = timedelta(hours=48)


@dataclass(frozen=True)
class CountsLimits:
    """How many members fit the conditions of an event."""

    step: int = 10  # staff read steps of so many
    enough: int = 30  # from here on a host reads "enough"
    fewest_told: int = 5  # fewer people than this are never told as a number
    an_hour: int = 120  # of one host; toggling conditions is slow work, trying out everybody is not


@dataclass(frozen=True)
class BatchesLimits:
    """People who are counted together, so that no two looks tell of one."""

    fewest: int = 3  # people, on the pages of members: fewer could be recognised by an industry or by their words
    pause: timedelta = timedelta(hours=1)  # between two steps of one count: looking every minute shows no more


@dataclass(frozen=True)
class ShownLimits:
    """Numbers about people that others read."""

    fewest: int = 5  # people: a number of fewer tells who they are


@dataclass(frozen=True)
class HostFiguresLimits:
    """What a host reads about an event and the ones before it."""

    weeks: int = 2  # drawn, before the start
    events_for_usual: int = 3  # fewer earlier events than this have no "usual"


EVENTS = EventsLimits()
EVENT_WORDS = EventWordsLimits()
CO_HOSTS = CoHostsLimits()
SERIES = SeriesLimits()
LOTTERIES = LotteriesLimits()
COUNTS = CountsLimits()
BATCHES = BatchesLimits()
SHOWN = ShownLimits()
HOST_FIGURES = HostFiguresLimits()
