"""How is a member's network drawn? People in, shapes out; the template turns them into SVG.

The member stands in the middle; the others stand on rings around it in the order in which they were first met, and
move apart until no two circles touch. The same people give the same picture, and somebody who is met later changes
nobody's place by much: the months are drawn with the places of today.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from math import cos, hypot, pi, sin

from feedback.ties.limits import NETWORK

STEPS = 200  # of moving apart; sixty people are at rest after about half of them
GAP = 6  # between two circles
GOLDEN = pi * (3 - 5**0.5)  # the angle that never lines up: each next one falls into the widest gap


@dataclass(frozen=True)
class Sheet:
    """What is drawn on, in units of the drawing, and how large the circles on it may be."""

    width: int
    height: int
    middle: int = 46  # radius of the member's own ring
    largest: int = 27

    @property
    def centre(self) -> tuple[float, float]:
        return self.width / 2, self.height / 2


WIDE, NARROW = Sheet(920, 470), Sheet(400, 560)


@dataclass(frozen=True)
class NodePosition:
    """Where somebody stands."""

    x: float
    y: float
    r: float


@cache
def places(number: int, sheet: Sheet) -> tuple[NodePosition, ...]:
    """A place for each of so many people, in the order in which they were met. Pure: numbers only, so that each
    number of people up to `DRAWN_AT_MOST` is laid out once a process.
    """
    radius = _radius(number, sheet)
    points = [_start(place, number, radius, sheet) for place in range(number)]
    for _ in range(STEPS):
        if not _move_apart(points, radius, sheet):
            break
    return tuple(NodePosition(round(x, 1), round(y, 1), radius) for x, y in points)


@dataclass(frozen=True)
class Face:
    """The triangle of the member and two people who connected through them."""

    path: str
    edge: str


def face(one: NodePosition, other: NodePosition, sheet: Sheet) -> Face:
    """The triangle between oneself and two people whom one brought together."""
    x, y = sheet.centre
    edge = f"M{one.x:g} {one.y:g}L{other.x:g} {other.y:g}"
    return Face(path=f"{edge}L{x:g} {y:g}Z", edge=edge)


def drawn(member_ids: Sequence[int], latest_first: Sequence[int], keep: Collection[int]) -> list[int]:
    """Who is drawn where there are too many, in the order in which they were met: `keep` before all, then those
    whom the member talked to last.
    """
    wanted = sorted(latest_first, key=lambda one: one not in keep)[: NETWORK.drawn]
    chosen = set(wanted)
    return [one for one in member_ids if one in chosen]


def _radius(number: int, sheet: Sheet) -> float:
    """As large as leaves two thirds of the sheet free, so that lines can be followed."""
    free = sheet.width * sheet.height - pi * sheet.middle**2
    fitting = (free / (3 * pi * max(number, 1))) ** 0.5 - GAP / 2
    return round(min(sheet.largest, fitting), 1)


def _start(place: int, number: int, radius: float, sheet: Sheet) -> tuple[float, float]:
    """On a sunflower's spiral, stretched to the sheet: who was met first stands nearest."""
    nearest = sheet.middle + radius + 3 * GAP
    share = ((place + 0.5) / number) ** 0.5 if number > 1 else 0.5
    angle = place * GOLDEN - pi / 2
    across = nearest + share * (sheet.width / 2 - radius - GAP - nearest)
    down = nearest + share * (sheet.height / 2 - radius - GAP - nearest)
    x, y = sheet.centre
    return x + across * cos(angle), y + down * sin(angle)


def _move_apart(points: list[tuple[float, float]], radius: float, sheet: Sheet) -> bool:
    """One step: who stands too near to somebody, the member or the edge moves a little; returns whether any did."""
    pushes = [_push(points, place, radius, sheet) for place in range(len(points))]
    for place, (dx, dy) in enumerate(pushes):
        x, y = points[place][0] + dx, points[place][1] + dy
        points[place] = _inside(x, y, radius, sheet)
    return any(abs(dx) + abs(dy) > 0.05 for dx, dy in pushes)


def _push(points: Sequence[tuple[float, float]], place: int, radius: float, sheet: Sheet) -> tuple[float, float]:
    x, y = points[place]
    total_x = total_y = 0.0
    others = [(point, 2 * radius + GAP) for other, point in enumerate(points) if other != place]
    for (other_x, other_y), wanted in [*others, (sheet.centre, sheet.middle + radius + 2 * GAP)]:
        dx, dy = x - other_x, y - other_y
        distance = hypot(dx, dy)
        if distance >= wanted:
            continue
        if distance < 0.01:  # exactly on one another: apart by the place in the row
            dx, dy, distance = cos(place), sin(place), 1.0
        half = (wanted - distance) / (2 * distance)
        total_x, total_y = total_x + dx * half, total_y + dy * half
    return total_x, total_y


def _inside(x: float, y: float, radius: float, sheet: Sheet) -> tuple[float, float]:
    edge = radius + GAP
    return min(max(x, edge), sheet.width - edge), min(max(y, edge), sheet.height - edge)
