"""Moving somebody to another group, swapping two, and locking what is to stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from events.groups import queries
from events.groups.flows.grouping import REOPEN
from events.groups.flows.seating import find_round, look_again, refusals_written_down, retell
from events.groups.rules.evening import NoRunning, why_not_change_round
from events.groups.rules.leftover import seat_the_rest, together
from events.groups.rules.probing import why_not_reopen
from events.groups.rules.seating import NoMove, why_not_move
from events.models import Event, Group, Round, Seat
from events.registration.flows.following import host_looks_again
from events.registration.flows.seats import lock_event
from events.registration.rules.closing import why_not_note
from kouryu.refusal import Refused
from members.audit import audit
from members.models import User

SeatedIds = list[list[int]]


def move_seat(*, event_id: int, round_id: int, member_id: int, group_id: int | None, by: User, now: datetime) -> Seat:
    """Let somebody sit in another group, or in a new one (None); who has no seat in the round yet gets one.

    Moving to where they sit changes nothing. Refused for a round that has begun (a late one may still join a talk
    that runs), for what is locked, and where a group would be too large; such a try is written down. Who sits there
    is no reason: who cannot sit together is seated apart when the round is shown, and a late one joins another group
    than the chosen one. A round that members saw is a proposal again.
    """
    with refusals_written_down("seat.refuse", event_id, by, now), transaction.atomic():
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
        _check_reopening(event, drawn)
        _check_size(_after_move(drawn, seat, member_id, target))
        seat = seat or Seat(round=drawn, member_id=member_id)
        seat.group = _group_for_late(drawn, member_id, target) if drawn.started_at else target
        seat.save()
        _settle(event, drawn, "seat.move", by, now)
        return seat


def swap_seats(*, event_id: int, round_id: int, one_id: int, other_id: int, by: User, now: datetime) -> None:
    """Let two people of one round change places; refused like a move. Two of one group stay as they are."""
    with refusals_written_down("seat.refuse", event_id, by, now), transaction.atomic():
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
        _check_reopening(event, drawn)
        one.group, other.group = other.group, one.group
        Seat.objects.bulk_update(seats, ["group"])
        _settle(event, drawn, "seat.swap", by, now)


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


def _check_round(event: Event, drawn: Round, *, now: datetime, is_late: bool = False) -> None:
    if shut := why_not_note(queries.evening_of(event), "confirmed", now=now):
        raise Refused(shut)
    if begun := why_not_change_round(queries.talk_of(drawn), is_late=is_late, now=now):
        raise Refused(begun)


def _check_reopening(event: Event, drawn: Round) -> None:
    if drawn.published_at is None or drawn.started_at is not None:
        return
    if often := why_not_reopen(queries.acts_of(event, REOPEN)):
        raise Refused(often)


def _check_locks(groups: Sequence[Group], seats: Sequence[Seat]) -> None:
    if any(group.is_locked for group in groups) or any(seat.is_locked for seat in seats):
        raise Refused(NoMove.LOCKED)


def _check_size(rooms: tuple[SeatedIds, SeatedIds]) -> None:
    if reason := why_not_move(*rooms):
        raise Refused(reason)


def _after_move(drawn: Round, seat: Seat | None, member_id: int, target: Group) -> tuple[SeatedIds, SeatedIds]:
    """The members of the rooms concerned, before and after."""
    there = _members(drawn, target)
    here = _members(drawn, seat.group) if seat else []
    return [here, there], [[one for one in here if one != member_id], [*there, member_id]]


def _group_for_late(drawn: Round, member_id: int, target: Group) -> Group:
    """The chosen group of a talk that runs; where somebody sits from whom a block keeps them, another one, or one of
    their own with the host.
    """
    groups = [target, *(group for group in queries.groups_of(drawn) if group.pk != target.pk)]
    rooms = [[str(one) for one in _members(drawn, group)] for group in groups]
    blocked = queries.blocked_pairs([member_id, *(one for room in rooms for one in room)])
    if not together([[*rooms[0], str(member_id)]], [pair for pair in blocked if str(member_id) in pair]):
        return target
    closed = [place for place, group in enumerate(groups) if group.is_locked]
    seats = seat_the_rest(rooms, [str(member_id)], blocked, closed=closed)
    place = next(place for place, room in enumerate(seats) if str(member_id) in room)
    return groups[place] if place < len(groups) else _new_group(drawn)


def _members(drawn: Round, group: Group) -> list[int]:
    return list(drawn.seats.filter(group=group).order_by("pk").values_list("member_id", flat=True))


def _group(drawn: Round, group_id: int | None) -> Group:
    """The group that was chosen, or a new one at the end; an empty one that stands there is taken first."""
    if group_id is not None:
        group = drawn.groups.filter(pk=group_id).first()
        if group is None:
            raise Refused(NoRunning.DRAWN_ANEW)
        return group
    return drawn.groups.filter(seats=None, is_locked=False).first() or _new_group(drawn)


def _new_group(drawn: Round) -> Group:
    return Group.objects.create(round=drawn, number=drawn.groups.count() + 1)


def _settle(event: Event, drawn: Round, verb: str, by: User, now: datetime) -> None:
    look_again(event, [drawn])
    retell(event)
    if drawn.published_at is not None and drawn.started_at is None:
        drawn.published_at = None
        drawn.save(update_fields=["published_at"])
        audit.record(REOPEN, event, by=by, now=now)
    audit.record(verb, event, by=by, now=now)  # of the event: a seat goes with the next draw
