"""Repairing drawn groups when somebody comes late, leaves, or does not come."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from random import Random

from django.db import transaction

from events.groups import queries
from events.groups.flows.seating import look_again, retell, write_groups
from events.groups.rules.drawing import repairs_to_try
from events.groups.rules.grouping import Locks, NoPlan, SeatingPlan, repair_groups
from events.groups.rules.leftover import leave_out, seat_the_rest, without_those_who_sit_together
from events.groups.rules.seating import NoMove
from events.models import Event, Registration, Round
from events.registration.flows.following import host_looks_again
from events.registration.flows.seats import lock_event
from events.registration.rules.closing import why_not_note
from kouryu.refusal import Refused
from members.audit import audit
from members.models import User


@transaction.atomic
def repair_rounds(*, event_id: int, by: User, now: datetime) -> list[Round]:
    """Seat everybody who is present, and only those, in each drawn round that has not begun, with as few moves as
    possible; returns the rounds that changed. Members see what changes in a round that they saw before.

    Refused when the door is shut, and when what is locked leaves no way.
    """
    event = lock_event(event_id)
    if reason := why_not_note(queries.evening_of(event), "confirmed", now=now):
        raise Refused(reason)
    changed = _repair(event)
    if changed is None:
        raise Refused(NoMove.NO_REPAIR)
    if changed:
        audit.record("groups.repair", event, by=by, now=now)
    return changed


def attendance_changed(event: Event) -> None:
    """Somebody came, left or turned out not to come. Call it with the event row locked.

    Proposals are mended at once, for only the host sees them. Where members have seen a round, or there is no way
    that keeps the rules, everything stays: the board names who has no seat, and the host decides.
    """
    host_looks_again(event)
    ahead = event.rounds.filter(started_at=None)
    if ahead.exists() and not ahead.exclude(published_at=None).exists():
        _repair(event)


def _repair(event: Event) -> list[Round] | None:
    """The rounds that changed; None when there was no way."""
    rounds, plan = queries.whole_plan(event)
    first = next((place for place, drawn in enumerate(rounds) if drawn.started_at is None), None)
    if first is None:
        return []
    present = queries.people_present(event)
    ids = {str(registration.member_id) for registration in present}
    if all({one for room in rooms for one in room} == ids for rooms in plan.rounds[first:]):
        return []
    repaired = _plan(event, plan, first, _locks_of(rounds))
    if repaired is None:
        return None
    changed = []
    for drawn, old, new in zip(rounds[first:], plan.rounds[first:], repaired.rounds[first:], strict=True):
        if _breaks_a_lock(drawn, new, ids):
            return None
        if list(map(set, old)) != list(map(set, new)):
            changed.append((drawn, new))
    for drawn, rooms in changed:
        write_groups(drawn, rooms)
    look_again(event, [drawn for drawn, _ in changed])
    retell(event)
    return [drawn for drawn, _ in changed]


def _plan(event: Event, plan: SeatingPlan, first: int, locks: Locks) -> SeatingPlan | None:
    """The mended plan, in which whoever finds no group sits with the host. None only where everything is locked.

    Those who sit together stay so: a host may have moved them there, and what a repair takes apart could be read.
    They are seated apart when the round is shown.
    """
    present = queries.people_present(event)
    ids = {str(registration.member_id) for registration in present}
    if any(_is_shut(plan.rounds[at], at + 1, locks, ids) for at in range(first, len(plan.rounds))):
        return None
    given = [room for rooms in plan.rounds[first:] for room in rooms]
    kept = without_those_who_sit_together(given, queries.blocked_pairs(list(ids)))
    dice, left = Random(event.pk), list[str]()  # noqa: S311 - who is left out, nothing secret
    locked = {one for number, one in locks.people if number > first}
    while True:
        staying = [registration for registration in present if str(registration.member_id) not in left]
        if found := _repaired(event, staying, plan, first, locks, kept):
            return _with_the_rest(found, first, left, kept, locks)
        free = [one for registration in staying if (one := str(registration.member_id)) not in locked]
        if not free:
            return None
        left.append(leave_out(free, kept, {}, dice))


def _is_shut(rooms: list[list[str]], number: int, locks: Locks, ids: set[str]) -> bool:
    """Whether every room of the round is locked while somebody has no seat in it."""
    used = [place for place, room in enumerate(rooms, 1) if room]
    return bool(ids - {one for room in rooms for one in room}) and all((number, place) in locks.rooms for place in used)


def _repaired(
    event: Event,
    staying: list[Registration],
    plan: SeatingPlan,
    first: int,
    locks: Locks,
    kept: tuple[tuple[str, str], ...],
) -> SeatingPlan | None:
    for setting, limits in repairs_to_try(len(plan.rounds)):
        task = queries.grouping_task(event, staying, setting, seed=event.pk)
        apart = queries.apart_pairs([one.member_id for one in staying]) if setting.keeps_wishes else []
        try:
            return repair_groups(replace(task, blocked=(*kept, *apart)), plan, first + 1, limits, locks)
        except NoPlan:
            continue
    return None


def _with_the_rest(
    plan: SeatingPlan, first: int, left: list[str], kept: tuple[tuple[str, str], ...], locks: Locks
) -> SeatingPlan:
    rounds = list(plan.rounds)
    for at in range(first, len(rounds)):
        closed = [room - 1 for number, room in locks.rooms if number == at + 1]
        rounds[at] = seat_the_rest(rounds[at], left, kept, closed=closed)
    return SeatingPlan(rounds)


def _locks_of(rounds: list[Round]) -> Locks:
    people, rooms = set(), set()
    for number, drawn in enumerate(rounds, 1):
        for place, group in enumerate(drawn.groups.all(), 1):
            people |= {(number, str(seat.member_id)) for seat in group.seats.all() if seat.is_locked}
            rooms |= {(number, place)} if group.is_locked else set()
    return Locks(frozenset(people), frozenset(rooms))


def _breaks_a_lock(drawn: Round, rooms: list[list[str]], present: set[str]) -> bool:
    """Whether somebody would be moved from where they were locked, or a locked group get somebody new."""
    for group, room in zip(drawn.groups.all(), rooms, strict=False):
        seats = {str(seat.member_id): seat.is_locked for seat in group.seats.all()}
        stay = {one for one, is_locked in seats.items() if is_locked or group.is_locked} & present
        if not stay <= set(room) or (group.is_locked and not set(room) <= set(seats)):
            return True
    return False
