"""What the flows of groups share: a plan for everybody, rooms become rows, each group tells what is true of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from random import Random

from events.groups import queries
from events.groups.rules.drawing import settings_to_try
from events.groups.rules.evening import NoRunning
from events.groups.rules.grouping import GroupingTask, NoPlan, SeatingPlan, explain, plan_groups
from events.groups.rules.leftover import leave_out, seat_the_rest, together
from events.models import Event, Group, Registration, Round, Seat
from events.registration.flows.following import host_looks_again, members_look_again
from kouryu.refusal import Refused
from members.audit import audit
from members.models import User

Planner = Callable[[GroupingTask, int], SeatingPlan]  # seats a task in so many tried swaps, or raises NoPlan
Met = list[tuple[str, str, float]]

PROPOSALS = 60_000  # tried swaps; the event is locked meanwhile, for about a third of a second with 60 people
LAST_PROPOSALS = 6_000  # for each try with somebody left out: there may be many


@contextmanager
def refusals_written_down(verb: str, event_id: int, by: User, now: datetime) -> Iterator[None]:
    """A refused try leaves a line. Around the transaction, which leaves nothing."""
    try:
        yield
    except Refused as refused:
        audit.record(verb, Event(pk=event_id), by=by, now=now, why=refused.reason.value)
        raise


def plan_rounds(
    event: Event, present: list[Registration], sizes: Sequence[int], met: Met, seed: int, planner: Planner
) -> SeatingPlan:
    """A seating of everybody for rounds in groups of these sizes; `met` are pairs who sat together already.

    Never refused: where blocks leave no seating of all, as few as possible sit with the host, in a room of their own.
    """
    if plan := _try(event, present, sizes, met, seed, planner, PROPOSALS):
        return plan
    dice, times = Random(seed), Counter[str]()  # noqa: S311 - who is left out, nothing secret
    rounds: list[list[list[str]]] = []
    for size in sizes:
        rooms, alone = _with_the_host(event, present, size, met, dice, times, planner)
        rounds.append(rooms)
        times.update(alone)
    return SeatingPlan(rounds)


def _with_the_host(
    event: Event,
    present: list[Registration],
    size: int,
    met: Met,
    dice: Random,
    times: Counter[str],
    planner: Planner,
) -> tuple[list[list[str]], list[str]]:
    """The rooms of one round, and who sits alone in it."""
    staying, left = list(present), list[str]()
    blocked = queries.blocked_pairs([registration.member_id for registration in present])
    while len(staying) > 1:
        seed = dice.randrange(2**32)
        if plan := _try(event, staying, [size], met, seed, planner, LAST_PROPOSALS):
            rooms = seat_the_rest(plan.rounds[0], left, blocked)
            return rooms, [room[0] for room in rooms if len(room) == 1]
        one = leave_out([str(registration.member_id) for registration in staying], blocked, times, dice)
        left.append(one)
        staying = [registration for registration in staying if str(registration.member_id) != one]
    rooms = seat_the_rest([], [*(str(registration.member_id) for registration in staying), *left], blocked)
    return rooms, [room[0] for room in rooms if len(room) == 1]


def _try(
    event: Event,
    present: list[Registration],
    sizes: Sequence[int],
    met: Met,
    seed: int,
    planner: Planner,
    proposals: int,
) -> SeatingPlan | None:
    for setting in settings_to_try(len(present), sizes):
        task = queries.grouping_task(event, present, setting, seed=seed)
        try:
            return planner(replace(task, history=(*task.history, *met)), proposals)
        except NoPlan:
            continue
    return None


def settle(event: Event, drawn: Round, now: datetime) -> bool:
    """Seat a round anew before its members see it, where two sit together of whom one blocks the other: a host moved
    them there, or the block came after the draw. Returns whether it did.

    All of it is seated anew, whatever is locked: who those two are cannot be read from what changes.
    """
    rooms = [[str(seat.member_id) for seat in group.seats.all()] for group in queries.groups_of(drawn)]
    if not together(rooms, queries.blocked_pairs([one for room in rooms for one in room])):
        return False
    present = queries.people_present(event)
    size = queries.group_size_of(event, drawn.number)
    plan = plan_rounds(event, present, [size], queries.met_tonight(event), int(now.timestamp()), plan_groups)
    write_groups(drawn, plan.rounds[0])
    retell(event)
    return True


def find_round(event: Event, round_id: int) -> Round:
    """The round that the host looked at; refused when another window of the host drew in between."""
    drawn = event.rounds.filter(pk=round_id).first()
    if drawn is None:
        raise Refused(NoRunning.DRAWN_ANEW)
    return drawn


def write_groups(drawn: Round, rooms: Sequence[Sequence[str]]) -> None:
    """Seat people (by their ids) in the groups of a round, in order; locks stay with who stays in their group."""
    rooms = [*rooms, *[[]] * max(0, drawn.groups.count() - len(rooms))]
    groups = list(drawn.groups.all())
    groups += [Group(round=drawn, number=number) for number in range(len(groups) + 1, len(rooms) + 1)]
    Group.objects.bulk_create(group for group in groups if group.pk is None)
    kept = {(seat.group_id, seat.member_id): seat.is_locked for seat in drawn.seats.all()}
    drawn.seats.all().delete()
    Seat.objects.bulk_create(
        Seat(round=drawn, group=group, member_id=int(one), is_locked=kept.get((group.pk, int(one)), False))
        for group, room in zip(groups, rooms, strict=True)
        for one in room
    )


def retell(event: Event) -> None:
    """Say anew of every group what is true of it: a move in one round changes who meets for the first time later."""
    rounds, plan = queries.whole_plan(event)
    members = {seat.member_id: seat.member for drawn in rounds for seat in drawn.seats.all()}
    task = GroupingTask(
        people=tuple(queries.person_at_table(member) for member in members.values()),
        sizes=(),
        history=tuple(queries.past_company(event, list(members))),
    )
    groups = []
    for claim in explain(task, plan):
        group = rounds[claim["round"] - 1].groups.all()[claim["room"] - 1]
        group.industries, group.new_pairs = claim["industries"], claim["new_pairs"]
        groups.append(group)
    Group.objects.bulk_update(groups, ["industries", "new_pairs"])


def look_again(event: Event, rounds: Sequence[Round]) -> None:
    """These rounds have changed: the host's business, unless members saw one of them already."""
    if any(drawn.published_at is not None for drawn in rounds):
        members_look_again(event)
    else:
        host_looks_again(event)
