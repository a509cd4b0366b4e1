"""What happens when a host moves somebody to another group, swaps two, or locks what is to stay?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from events import queries
from events.flows.following import host_looks_again
from events.flows.seating import find_round, look_again, retell
from events.flows.seats import lock_event
from events.models import Event, Group, Round, Seat
from events.rules.closing import why_not_note
from events.rules.evening import NoRunning, why_not_change_round
from events.rules.seating import NoMove, why_not_move
from kouryu.refusal import Refused
from members import audit
from members.models import User

Rooms = list[list[int]]


def move_seat(*, event_id: int, round_id: int, member_id: int, group_id: int | None, by: User, now: datetime) -> Seat:
    """Let somebody sit in another group, or in a new one (None); who has no seat in the round yet gets one.

    Moving to where they sit changes nothing. Refused for a round that has begun (a late one may still join a talk
    that runs), for what is locked, and, with one word for every cause, where a hard rule would be broken. Such a
    try is written down.
    """
    with _refusals_written_down(event_id, by, now), transaction.atomic():
        event = lock_event(event_id)
        drawn = find_round(event, round_id)
        seat = drawn.seats.filter(member=member_id).select_related("group").first()
        _check_round(event, drawn, is_late=seat is None, now=now)
        if seat is None and member_id not in {one.member_id for one in queries.people_present(event)}:
            raise Refused(NoMove.NOBODY)
        target = _group(drawn, group_id)
        if seat is not None and seat.group_id == target.pk:
            return seat
        _check_locks([target, *([seat.group] if seat else [])], [seat] if seat else [])
        _check_rules(event, _after_move(drawn, seat, member_id, target))
        seat = seat or Seat(round=drawn, member_id=member_id)
        seat.group = target
        seat.save()
        _settle(event, drawn, "seat.move", seat, by, now)
        return seat


def swap_seats(*, event_id: int, round_id: int, one_id: int, other_id: int, by: User, now: datetime) -> None:
    """Let two people of one round change places; refused like a move. Two of one group stay as they are."""
    with _refusals_written_down(event_id, by, now), transaction.atomic():
        event = lock_event(event_id)
        drawn = find_round(event, round_id)
        _check_round(event, drawn, now=now)
        seats = list(drawn.seats.filter(member__in=[one_id, other_id]).select_related("group").order_by("pk"))
        if len(seats) < 2:
            raise Refused(NoMove.NOBODY)
        one, other = seats
        if one.group_id == other.group_id:
            return
        _check_locks([one.group, other.group], seats)
        _check_rules(event, _after_swap(drawn, one, other))
        one.group, other.group = other.group, one.group
        Seat.objects.bulk_update(seats, ["group"])
        _settle(event, drawn, "seat.swap", one, by, now)


@transaction.atomic
def lock_group(*, event_id: int, round_id: int, group_id: int, locked: bool, by: User, now: datetime) -> Group:
    """Keep a group as it is through new draws and moves, or let it go again. Refused once the round has begun."""
    event = lock_event(event_id)
    drawn = find_round(event, round_id)
    _check_round(event, drawn, now=now)
    group = drawn.groups.filter(pk=group_id).first()
    if group is None:
        raise Refused(NoRunning.DRAWN_ANEW)
    if group.is_locked != locked:
        group.is_locked = locked
        group.save(update_fields=["is_locked"])
        host_looks_again(event)
        audit.record("group.lock" if locked else "group.unlock", group, by=by, now=now)
    return group


@transaction.atomic
def lock_seat(*, event_id: int, round_id: int, seat_id: int, locked: bool, by: User, now: datetime) -> Seat:
    """Keep one person in their group through new draws and moves, or let them go again; refused like a group's."""
    event = lock_event(event_id)
    drawn = find_round(event, round_id)
    _check_round(event, drawn, now=now)
    seat = drawn.seats.filter(pk=seat_id).first()
    if seat is None:
        raise Refused(NoRunning.DRAWN_ANEW)
    if seat.is_locked != locked:
        seat.is_locked = locked
        seat.save(update_fields=["is_locked"])
        host_looks_again(event)
        audit.record("seat.lock" if locked else "seat.unlock", seat, by=by, now=now)
    return seat


@contextmanager
def _refusals_written_down(event_id: int, by: User, now: datetime) -> Iterator[None]:
    """A refused try leaves a line: trying one after the other would tell who blocks whom."""
    try:
        yield
    except Refused as refused:
        audit.record("seat.refuse", Event(pk=event_id), by=by, now=now, why=refused.reason.value)
        raise


def _check_round(event: Event, drawn: Round, *, now: datetime, is_late: bool = False) -> None:
    if shut := why_not_note(queries.evening_of(event), "confirmed", now=now):
        raise Refused(shut)
    if begun := why_not_change_round(queries.talk_of(drawn), is_late=is_late, now=now):
        raise Refused(begun)


def _check_locks(groups: Sequence[Group], seats: Sequence[Seat]) -> None:
    if any(group.is_locked for group in groups) or any(seat.is_locked for seat in seats):
        raise Refused(NoMove.LOCKED)


def _check_rules(event: Event, rooms: tuple[Rooms, Rooms]) -> None:
    members = {member for side in rooms for room in side for member in room}
    people = queries.people_at_table(event, members)
    before, after = ([[people[one] for one in room] for room in side] for side in rooms)
    # A wish to be kept apart is refused as a block is: nobody can tell one from the other, or from a first-timer.
    blocked = {frozenset(pair) for pair in (*queries.blocked_pairs(members), *queries.apart_pairs(members))}
    if reason := why_not_move(before, after, blocked):
        raise Refused(reason)


def _after_move(drawn: Round, seat: Seat | None, member_id: int, target: Group) -> tuple[Rooms, Rooms]:
    """The members of the rooms concerned, before and after."""
    there = _members(drawn, target)
    here = _members(drawn, seat.group) if seat else []
    return [here, there], [[one for one in here if one != member_id], [*there, member_id]]


def _after_swap(drawn: Round, one: Seat, other: Seat) -> tuple[Rooms, Rooms]:
    before = [_members(drawn, one.group), _members(drawn, other.group)]
    change = {one.member_id: other.member_id, other.member_id: one.member_id}
    return before, [[change.get(member, member) for member in room] for room in before]


def _members(drawn: Round, group: Group) -> list[int]:
    return list(drawn.seats.filter(group=group).order_by("pk").values_list("member_id", flat=True))


def _group(drawn: Round, group_id: int | None) -> Group:
    """The group that was chosen, or a new one at the end; an empty one that stands there is taken first."""
    if group_id is not None:
        group = drawn.groups.filter(pk=group_id).first()
        if group is None:
            raise Refused(NoRunning.DRAWN_ANEW)
        return group
    empty = drawn.groups.filter(seats=None, is_locked=False).first()
    return empty or Group.objects.create(round=drawn, number=drawn.groups.count() + 1)


def _settle(event: Event, drawn: Round, verb: str, subject: Seat, by: User, now: datetime) -> None:
    look_again(event, [drawn])
    retell(event)
    audit.record(verb, subject, by=by, now=now)
