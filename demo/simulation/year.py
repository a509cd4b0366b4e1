"""The months of the simulation, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from demo.simulation.afterwards import Afterwards
from demo.simulation.assumptions import Assumptions
from demo.simulation.between import Between
from demo.simulation.clock import Clock
from demo.simulation.evenings import Evenings
from demo.simulation.joining import Joining
from demo.simulation.people import Dice, SimulatedMember, population
from demo.simulation.world import World, day_of, moment
from events.groups.flows.grouping import Planner
from feedback.mirror.flows import mirror
from kouryu.clock import TOKYO
from members.management.commands.setup_plans import set_up_plans
from members.membership.rules import add_months

FIRST_DAY = date(2026, 4, 6)  # any Monday would do
START = datetime.combine(FIRST_DAY, time(8), TOKYO)
INTRODUCING_DAY = 15
PUBLISHED_BEFORE = 4  # days before the first evening of a month


def play(
    assumed: Assumptions, *, members: int, months: int, seed: int, planner: Planner, told: Callable[[str], None]
) -> World:
    """Live through so many months with so many members; `told` hears of each month that has passed."""
    end = moment(add_months(FIRST_DAY, months), time(23))
    world = World(assumed, Clock(START, end), Dice(seed), planner)
    set_up_plans(START)
    people = population(assumed, members, world.dice, START, (end - START).days)
    afterwards = Afterwards(world)
    evenings, joining = Evenings(world, afterwards), Joining(world)
    joining.people_join(people)
    world.sweep_daily()
    _let_newcomers_look(world, people, evenings)
    for number in range(months):
        _plan_month(world, number, evenings, joining, told)
    _plan_days(world, evenings, afterwards, Between(world))
    world.clock.run()
    world.clock.call(mirror.recompute_mirrors)
    return world


def _plan_month(world: World, number: int, evenings: Evenings, joining: Joining, told: Callable[[str], None]) -> None:
    """The first month begins a week in, when half of all members have arrived."""
    first = add_months(FIRST_DAY, number) + (timedelta(days=11) if number == 0 else timedelta(0))
    days = (add_months(FIRST_DAY, number + 1) - first).days
    when = moment(first - timedelta(days=PUBLISHED_BEFORE), time(9))
    if number:
        world.clock.at(when - timedelta(hours=1), joining.leave)
    world.clock.at(when, lambda: told(f"{first:%Y-%m}: {len(world.people)} members, {world.clock.calls.total()} flows"))
    world.clock.at(when, lambda: evenings.plan_month(first, days))


def _plan_days(world: World, evenings: Evenings, afterwards: Afterwards, between: Between) -> None:
    """What members do each day beside the evenings: open what came in the morning, answer offers at noon."""
    day = day_of(START)
    while day <= day_of(world.clock.end):
        world.clock.at(moment(day, time(8, 15)), afterwards.open_letters)
        world.clock.at(moment(day, time(8, 20)), between.ties_formed)
        world.clock.at(moment(day, time(12, 40)), evenings.answer_offers)
        if day.day == INTRODUCING_DAY:
            world.clock.at(moment(day, time(10)), between.introduce)
        day += timedelta(days=1)


def _let_newcomers_look(world: World, people: list[SimulatedMember], evenings: Evenings) -> None:
    """A day and a half after joining the transfer has been confirmed."""
    for person in people:
        when = person.joins_at + timedelta(hours=36)
        world.clock.at(when, lambda person=person: evenings.look_around(person))
