"""Drawing the groups."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from itertools import combinations
from random import Random

from django.db import transaction

from events.groups import queries
from events.groups.flows.seating import Met, Planner, plan_rounds, refusals_written_down, retell, write_groups
from events.groups.limits import PAST_COMPANY, PROBING
from events.groups.rules.drawing import NoDraw, settings_to_try, sits_in_one_group, why_not_draw
from events.groups.rules.grouping import GroupingTask, SeatingPlan, plan_groups
from events.groups.rules.leftover import seat_apart
from events.groups.rules.probing import why_not_draw_again, why_not_reopen
from events.groups.rules.seating import draw_around
from events.models import Event, Registration, Round
from events.registration.flows.following import host_looks_again, members_look_again
from events.registration.flows.seats import lock_event
from kouryu.refusal import Refused
from members.audit import audit
from members.models import User

DRAW, SMALL, REOPEN = "groups.draw", "small", "round.reopen"


def draw_groups(
    *, event_id: int, by: User, now: datetime, seed: int | None = None, planner: Planner = plan_groups
) -> list[Round]:
    """Propose seats to everybody who is present, for each talk that has not begun; earlier proposals are replaced,
    but for the groups and seats that the host locked.

    Only the host sees a proposal, until each round is published. The same seed seats the same people alike; without
    one each draw is another one, of a few for the same people. `planner` seats them where nothing is locked:
    simulations put another one in its place. Refuses what `why_not_draw` says, and draws beyond the limits of an
    evening; such a try is written down. Every company can be seated: whoever finds no group sits with the host.
    """
    with refusals_written_down("groups.refuse", event_id, by, now), transaction.atomic():
        return _draw(event_id, by, now, seed, planner)


def _draw(event_id: int, by: User, now: datetime, seed: int | None, planner: Planner) -> list[Round]:
    event = lock_event(event_id)
    present = queries.people_present(event)
    sizes = [talk.group_size or event.group_size for talk in queries.talks_of(event)]
    if reason := why_not_draw(queries.evening_of(event), present=len(present), talks=len(sizes), now=now):
        raise Refused(reason)
    rounds = {drawn.number: drawn for drawn in queries.groups_by_round(event)}
    seen = any(drawn.published_at is not None and drawn.started_at is None for drawn in rounds.values())
    ahead = [number for number in range(1, len(sizes) + 1) if number not in rounds or not rounds[number].started_at]
    if not ahead:
        raise Refused(NoDraw.ALL_BEGUN)
    _check_limits(event, present, sizes, seen=seen)
    seed = _seed(event, present) if seed is None else seed
    pinned = [number for number in ahead if number in rounds and queries.has_locks(rounds[number])]
    free = [number for number in ahead if number not in pinned]
    event.rounds.filter(started_at=None).exclude(number__in=pinned).delete()
    met = queries.met_tonight(event)
    sizes_of = {number: sizes[number - 1] for number in free}
    drawn = _draw_freely(event, present, sizes_of, met, seed, planner, now)
    for number in pinned:
        _draw_around_locks(event, present, rounds[number], sizes[number - 1], [*met, *_met_in(drawn)], seed, now)
    retell(event)
    (members_look_again if seen else host_looks_again)(event)
    if seen:
        audit.record(REOPEN, event, by=by, now=now)
    audit.record(DRAW, event, by=by, now=now, why=SMALL if sits_in_one_group(len(present), sizes) else "")
    return list(event.rounds.filter(number__in=ahead))


def _check_limits(event: Event, present: list[Registration], sizes: list[int], *, seen: bool) -> None:
    draws, small = queries.acts_of(event, DRAW), queries.acts_of(event, DRAW, why=SMALL)
    if often := why_not_draw_again(draws, small, is_small=sits_in_one_group(len(present), sizes)):
        raise Refused(often)
    if seen and (often := why_not_reopen(queries.acts_of(event, REOPEN))):
        raise Refused(often)


def _seed(event: Event, present: list[Registration]) -> int:
    """One of a few for these people, the next one with each draw: however often they are drawn, no more can be read
    from who is never seated together.
    """
    people = sorted(registration.member_id for registration in present)
    digest = hashlib.sha256(f"{event.pk}/{people}/{queries.acts_of(event, DRAW) % PROBING.variants}".encode()).digest()
    return int.from_bytes(digest[:4])


def _draw_freely(
    event: Event,
    present: list[Registration],
    sizes: dict[int, int],
    met: Met,
    seed: int,
    planner: Planner,
    now: datetime,
) -> SeatingPlan:
    """New rounds, by the group size of each number; `met` are the pairs who sat together this evening already."""
    if not sizes:
        return SeatingPlan([])
    plan = plan_rounds(event, present, list(sizes.values()), met, seed, planner)
    for number, rooms in zip(sizes, plan.rounds, strict=True):
        write_groups(Round.objects.create(event=event, number=number, drawn_at=now), rooms)
    return plan


def _met_in(plan: SeatingPlan) -> Met:
    rooms = (room for rooms in plan.rounds for room in rooms)
    return [(a, b, PAST_COMPANY.weight_tonight) for room in rooms for a, b in combinations(room, 2)]


def _draw_around_locks(
    event: Event, present: list[Registration], drawn: Round, size: int, met: Met, seed: int, now: datetime
) -> None:
    """Draw a round again in which something is locked. It is a proposal again, whoever saw it before."""
    setting = settings_to_try(len(present), [size])[0]
    task: GroupingTask = queries.grouping_task(event, present, setting, seed=seed)
    pinned = queries.pinned_groups(drawn, {registration.member_id for registration in present})
    rooms = draw_around(replace(task, history=(*task.history, *met)), pinned, size)
    blocked = queries.blocked_pairs([registration.member_id for registration in present])
    write_groups(drawn, seat_apart(rooms, pinned, blocked, Random(seed)))  # noqa: S311 - nothing secret
    drawn.drawn_at, drawn.published_at = now, None
    drawn.save(update_fields=["drawn_at", "published_at"])
