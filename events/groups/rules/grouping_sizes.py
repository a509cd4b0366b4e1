"""How many rooms there are, and how large, for a number of people present."""

from __future__ import annotations

from events.event.limits import EVENTS

SMALLEST, LARGEST = EVENTS.smallest_group, EVENTS.largest_group


def choose_sizes(present: int, group_size: int = 4) -> tuple[int, ...]:
    """Room sizes for `present` people, largest first, as near to `group_size` as they come out.

    Rooms hold 3 to 5 people and differ by at most one. One more room is opened when there would be
    fewer rooms than people in the largest, because then somebody has to meet twice (12 people sit
    as 3+3+3+3). Below 3 people there is one room: 2 sit together, and 1 person alone is the only
    case in which anybody is alone, which the caller should not let happen. 0 people get no room.

    Refuses (ValueError) a negative number of people and a group size outside 3 to 5.
    """
    if present < 0:
        raise ValueError("present must not be negative")
    if not SMALLEST <= group_size <= LARGEST:
        raise ValueError(f"group_size must be {SMALLEST} to {LARGEST}")
    if present == 0:
        return ()
    most_rooms = max(1, present // SMALLEST)
    rooms = min(-(-present // group_size), most_rooms)
    if rooms < -(-present // rooms) and rooms < most_rooms:
        rooms += 1
    size, larger = divmod(present, rooms)
    return (size + 1,) * larger + (size,) * (rooms - larger)
