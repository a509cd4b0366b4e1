"""How are the two circles that meet drawn? Plain geometry in, SVG text out; numbers and known names only.

Everything here is the one form of the site (logo, seats, covers, empty places): circles, and the lens where two
of them overlap. No text that a person wrote ever enters a drawing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import cos, hypot, pi, sin, sqrt

FAMILIES = ("sky", "fuji", "ai", "anzu", "akane", "koke")

COVER_WIDTH, COVER_HEIGHT, COVER_CIRCLES = 1120, 240, 9
# Above this many seats, single seats can no longer be told apart: one ring of twelve shows the share instead.
SEATS_DRAWN_AT_MOST = 48


@dataclass(frozen=True)
class Circle:
    x: float
    y: float
    r: float


def lens(first: Circle, second: Circle) -> str:
    """The path of the lens where two circles overlap; empty when they do not."""
    dx, dy = second.x - first.x, second.y - first.y
    distance = hypot(dx, dy)
    if not abs(first.r - second.r) < distance < first.r + second.r:
        return ""
    along = (first.r**2 - second.r**2 + distance**2) / (2 * distance)
    across = sqrt(first.r**2 - along**2)
    mid_x, mid_y = first.x + along * dx / distance, first.y + along * dy / distance
    off_x, off_y = across * dy / distance, across * dx / distance
    start, end = (mid_x + off_x, mid_y - off_y), (mid_x - off_x, mid_y + off_y)
    return (
        f"M{start[0]:.1f} {start[1]:.1f}A{first.r:g} {first.r:g} 0 0 1 {end[0]:.1f} {end[1]:.1f}"
        f"A{second.r:g} {second.r:g} 0 0 1 {start[0]:.1f} {start[1]:.1f}Z"
    )


def family_of(key: int) -> str:
    """One of the six hues, always the same for the same key."""
    return FAMILIES[key % len(FAMILIES)]


@lru_cache(maxsize=256)
def cover(seed: int) -> str:
    """The picture of one event: nine circles in a row with their lenses, its own for every seed."""
    circles = [_cover_circle(seed, place) for place in range(COVER_CIRCLES)]
    rings = "".join(
        f'<circle cx="{circle.x:g}" cy="{circle.y:g}" r="{circle.r:g}" fill="var(--{family_of(seed + place)})"'
        f' fill-opacity=".13" stroke="var(--{family_of(seed + place)})" stroke-opacity=".5" stroke-width="1.2"/>'
        for place, circle in enumerate(circles)
    )
    paths = (lens(first, second) for first, second in pairwise(circles))
    lenses = "".join(f'<path d="{path}" fill="var(--accent)" fill-opacity=".72"/>' for path in paths if path)
    return (
        f'<svg class="cover" viewBox="0 0 {COVER_WIDTH} {COVER_HEIGHT}" preserveAspectRatio="xMidYMid slice"'
        f' aria-hidden="true">{rings}{lenses}</svg>'
    )


def _cover_circle(seed: int, place: int) -> Circle:
    # A multiplicative hash is enough to look unlike the neighbours; nothing here needs to be hard to guess.
    mixed = (seed * 2654435761 + place * 2246822519 + 374761393) % 2**32
    across, down, size = mixed % 25 - 12, mixed // 25 % 23 - 11, mixed // 575 % 29
    return Circle(70 + place * 125.5 + across, (156 if place % 2 == 0 else 84) + down, 76 + size)


@dataclass(frozen=True)
class Ring:
    """One group's seats: how many there are, how many are taken, and whether one of those is the reader's."""

    seats: int
    taken: int
    mine: bool = False


def rings(taken: int, capacity: int, group_size: int, mine: bool) -> list[Ring]:
    """The seats as rings of `group_size`, filled from the first; the reader's seat is the last one taken."""
    taken = min(taken, capacity)
    if capacity > SEATS_DRAWN_AT_MOST:
        # Rounded down, so that the ring is full only when the event is.
        return [Ring(12, 12 * taken // capacity, mine and taken > 0)]
    result = []
    for start in range(0, capacity, group_size):
        seats = min(group_size, capacity - start)
        filled = max(0, min(seats, taken - start))
        result.append(Ring(seats, filled, mine and 0 < taken - start <= seats))
    return result


@lru_cache(maxsize=512)
def ring(seats: int, taken: int, mine: bool) -> str:
    """The drawing of one ring: filled dots are taken, hollow ones free, the accent is the reader."""
    angles = [2 * pi * place / seats + (-pi / 4 if seats == 4 else -pi / 2) for place in range(seats)]
    big, small = (4.2, 3.6) if seats <= 6 else (2.2, 1.9)
    dots = "".join(_dot(angle, place, taken, mine, (big, small)) for place, angle in enumerate(angles))
    return (
        '<svg viewBox="0 0 34 34" fill="none" stroke-width="1.3" aria-hidden="true">'
        f'<circle class="r" cx="17" cy="17" r="9.6"/>{dots}</svg>'
    )


def _dot(angle: float, place: int, taken: int, mine: bool, sizes: tuple[float, float]) -> str:
    x, y = 17 + 9.6 * cos(angle), 17 + 9.6 * sin(angle)
    if place >= taken:
        return f'<circle class="s" cx="{x:.1f}" cy="{y:.1f}" r="{sizes[1]}"/>'
    state = "me" if mine and place == taken - 1 else "on"
    return f'<circle class="s {state}" cx="{x:.1f}" cy="{y:.1f}" r="{sizes[0]}"/>'
