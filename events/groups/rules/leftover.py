"""Seats with the host for those who find no group: the last resort when blocks leave no seating of everybody.

    alone = leave_out(people, blocked, times, dice)     # the next one who is not seated with the others
    rooms = seat_the_rest(rooms, [alone], blocked)      # in a room with a place, else in one of their own

A room of one is a seat with the host, as an odd one out has it. Nothing tells it from a block.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from random import Random

from events.groups.rules.seating import LARGEST, Pinned

Blocked = Iterable[Collection[str]]
SeatedPeople = list[list[str]]


def leave_out(people: Sequence[str], blocked: Blocked, times: Mapping[str, int], dice: Random) -> str:
    """Who is left out next: whom most of the others cannot sit with. Of equals who was left out less often
    (`times`), then by lot, so that it is not the same person in each round.
    """
    number = Counter(one for a, b in blocked if a in people and b in people for one in (a, b))
    return min(people, key=lambda one: (-number[one], times.get(one, 0), dice.random()))


def seat_the_rest(
    rooms: Sequence[Sequence[str]], rest: Iterable[str], blocked: Blocked, *, closed: Collection[int] = ()
) -> SeatedPeople:
    """Add each of the rest to the smallest room in which there is a place and nobody they cannot sit with; else they
    sit with the host, in an empty room or a new one. Rooms keep their number; nobody enters a closed one.
    """
    apart = {frozenset(pair) for pair in blocked}
    seats = [list(room) for room in rooms]
    for one in rest:
        open_rooms = [room for place, room in enumerate(seats) if place not in closed]
        ways = [room for room in open_rooms if room and _fits(one, room, apart)]
        room = min(ways, key=len, default=None) or next((room for room in open_rooms if not room), None)
        if room is None:
            room = []
            seats.append(room)
        room.append(one)
    return seats


def seat_apart(
    rooms: Sequence[Sequence[str]], pinned: Sequence[Pinned], blocked: Blocked, dice: Random
) -> SeatedPeople:
    """Whoever cannot stay in their room sits elsewhere. What is pinned stays as it is, whoever is in it."""
    kept = without_those_who_sit_together([room.people for room in pinned], blocked)
    locked = {one for room in pinned for one in room.people}
    seats, left = [list(room) for room in rooms], []
    for room in seats:
        while pairs := [pair for pair in kept if set(pair) <= set(room)]:
            free = [one for one in room if one not in locked and any(one in pair for pair in pairs)]
            one = leave_out(free, pairs, {}, dice)
            room.remove(one)
            left.append(one)
    closed = [place for place, room in enumerate(pinned) if room.is_closed]
    return seat_the_rest(seats, left, blocked, closed=closed)


def _fits(one: str, room: Sequence[str], apart: Collection[frozenset[str]]) -> bool:
    return len(room) < LARGEST and all(frozenset((one, other)) not in apart for other in room)


def together(rooms: Iterable[Sequence[str]], blocked: Blocked) -> bool:
    """Whether two sit in one room who cannot."""
    pairs = [tuple(pair) for pair in blocked]
    return any(a in room and b in room for room in rooms for a, b in pairs)


def without_those_who_sit_together(rooms: Iterable[Sequence[str]], blocked: Blocked) -> tuple[tuple[str, str], ...]:
    """The pairs that are still to be kept apart when these rooms are given."""
    seated = [set(room) for room in rooms]
    return tuple((a, b) for a, b in blocked if not any(a in room and b in room for room in seated))
