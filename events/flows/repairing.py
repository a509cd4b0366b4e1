"""What happens to drawn groups when somebody comes late, leaves, or does not come?"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events import queries
from events.flows.following import host_looks_again
from events.flows.seating import look_again, retell, write_rooms
from events.flows.seats import lock_event
from events.models import Event, Round
from events.rules.closing import why_not_note
from events.rules.drawing import repairs_to_try
from events.rules.grouping import Locks, NoPlan, Plan, repair_groups
from events.rules.seating import NoMove
from kouryu.refusal import Refused
from members import audit
from members.models import User


@transaction.atomic
def repair_rounds(*, event_id: int, by: User, now: datetime) -> list[Round]:
    """Seat everybody who is present, and only those, in each drawn round that has not begun, with as few moves as
    possible; returns the rounds that changed. Members see what changes in a round that they saw before.

    Refused when the door is shut, and when the hard rules or what is locked leave no way.
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
        write_rooms(drawn, rooms)
    look_again(event, [drawn for drawn, _ in changed])
    retell(event)
    return [drawn for drawn, _ in changed]


def _plan(event: Event, plan: Plan, first: int, locks: Locks) -> Plan | None:
    present = queries.people_present(event)
    for setting, limits in repairs_to_try(len(plan.rounds)):
        task = queries.grouping_task(event, present, setting, seed=event.pk)
        try:
            return repair_groups(task, plan, first + 1, limits, locks)
        except NoPlan:
            continue
    return None


def _locks_of(rounds: list[Round]) -> Locks:
    people, rooms = set(), set()
    for number, drawn in enumerate(rounds, 1):
        for place, group in enumerate(drawn.groups.all(), 1):
            people |= {(number, str(seat.member_id)) for seat in group.seats.all() if seat.is_locked}
            rooms |= {(number, place)} if group.is_locked else set()
    return Locks(frozenset(people), frozenset(rooms))


def _breaks_a_lock(drawn: Round, rooms: list[list[str]], present: set[str]) -> bool:
    """Would somebody who is there be moved from where they were locked, or a locked group get somebody new?"""
    for group, room in zip(drawn.groups.all(), rooms, strict=False):
        seats = {str(seat.member_id): seat.is_locked for seat in group.seats.all()}
        stay = {one for one, is_locked in seats.items() if is_locked or group.is_locked} & present
        if not stay <= set(room) or (group.is_locked and not set(room) <= set(seats)):
            return True
    return False
