"""The members of the simulation, with habits as the assumptions spread them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import exp
from random import Random

from demo.simulation.assumptions import Assumptions
from feedback.letters.strengths import strengths
from members.accounts.choices import Camera, GroupSize, Length, Listening, TimeBand, YearsBand
from members.accounts.taxonomies import career_themes, occupations

_FIRST = ("あ", "い", "え", "か", "さ", "た", "な", "は", "ま", "や", "ゆ", "り")
_LAST = ("い", "き", "こ", "た", "な", "み", "ら", "り", "るか", "と", "や", "すけ", "ほ", "んじ")
WAYS = (
    (TimeBand.WEEKDAY_EVENING,),
    (TimeBand.WEEKDAY_EVENING, TimeBand.WEEKDAY_LUNCH),
    (TimeBand.WEEKDAY_EVENING, TimeBand.WEEKEND_MORNING),
    (TimeBand.WEEKEND_MORNING,),
)


@dataclass
class SimulatedMember:
    """One member of the simulation. What they are is drawn once; the rest is where they stand."""

    number: int
    joins_at: datetime
    called_name: str
    industry: str
    occupation: str
    years: str
    themes: tuple[str, ...]
    length: Length
    group_size: GroupSize
    camera: Camera
    listening: Listening
    time_bands: tuple[TimeBand, ...]
    own_strengths: tuple[str, ...]
    known_for: tuple[str, ...]  # what others tend to see in them
    pays: bool
    plan: str
    evenings_a_month: float
    readiness: float  # to write, to anybody; the chance for a letter
    pk: int = 0  # in the database, once they have joined
    belongs: bool = False  # paid, and has not stopped
    written_to: set[int] = field(default_factory=set)


class Dice:
    """A die of its own for each decision, so that a policy changes what follows from it and nothing else."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def of(self, what: str, *whose: int) -> Random:
        """The same decision of the same people rolls the same in every run of a seed."""
        return Random(f"{self._seed}/{what}/{'/'.join(map(str, whose))}")


def population(assumed: Assumptions, members: int, dice: Dice, start: datetime, days: int) -> list[SimulatedMember]:
    """All who will ever belong, in the order in which they join."""
    there = round(members * assumed.there_from_the_start)
    moments = [_in_the_first_week(start, dice.of("joins", number)) for number in range(there)]
    late = members - there
    span = timedelta(days=max(1, days - 30))  # nobody joins in the last month: nothing of theirs could be seen
    moments += [start + timedelta(days=8) + span * ((number + 0.5) / late) for number in range(late)]
    return [
        _person(number, moment, assumed, dice.of("person", number)) for number, moment in enumerate(sorted(moments))
    ]


def _in_the_first_week(start: datetime, dice: Random) -> datetime:
    return start + timedelta(hours=9 + 24 * dice.randrange(5), minutes=dice.randrange(600))


def _person(number: int, joins_at: datetime, assumed: Assumptions, dice: Random) -> SimulatedMember:
    everything = sorted(strengths())
    plans, shares = zip(*assumed.plans, strict=True)
    return SimulatedMember(
        number=number,
        joins_at=joins_at,
        called_name=dice.choice(_FIRST) + dice.choice(_LAST),
        industry=_weighted(assumed.industries, dice),
        occupation=dice.choice(sorted(occupations())),
        years=dice.choice(YearsBand.values),
        themes=tuple(dice.sample(sorted(career_themes()), dice.choice((0, 1, 1, 2, 2, 3)))),
        length=Length.UP_TO_60,
        group_size=dice.choice((GroupSize.THREE, GroupSize.FOUR, GroupSize.FOUR, GroupSize.ANY, GroupSize.ANY)),
        camera=dice.choice((Camera.OFF, Camera.EITHER, Camera.EITHER)),
        listening=dice.choice((Listening.LISTEN, Listening.TALK, Listening.EITHER)),
        time_bands=dice.choice(WAYS),
        own_strengths=tuple(dice.sample(everything, dice.randint(0, 4))),
        known_for=tuple(dice.sample(everything, 3)),
        pays=dice.random() < assumed.pays,
        plan=dice.choices(plans, shares)[0],
        evenings_a_month=dice.gammavariate(
            assumed.spread_of_coming, assumed.evenings_a_month / assumed.spread_of_coming
        ),
        readiness=_around(assumed.writes_letter, assumed.spread_of_writing, dice),
    )


def times(mean: float, dice: Random) -> int:
    """How often something happens that happens `mean` times on average, each time by itself (Poisson; Knuth)."""
    limit, product, found = exp(-mean), dice.random(), 0
    while product > limit:
        product *= dice.random()
        found += 1
    return found


def _weighted(shares: dict[str, float], dice: Random) -> str:
    return dice.choices(list(shares), list(shares.values()))[0]


def _around(mean: float, weight: float, dice: Random) -> float:
    return dice.betavariate(mean * weight, (1 - mean) * weight)
