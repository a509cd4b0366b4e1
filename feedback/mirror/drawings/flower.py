"""How is the strength flower drawn? Numbers in, shapes out; the template turns them into SVG.

Six families stand around a ring, five petals each. A petal is longer the more people saw the strength, and fuller
the surer it is; what nobody saw yet is a bud. Strengths that two people saw carry their name, and names that would
lie on one another move apart.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import ceil, cos, floor, radians, sin
from unicodedata import east_asian_width

from feedback.letters.strengths import Strength, families
from feedback.mirror.rules.mirror import Level, SeenStrength

WIDTH, HEIGHT = 640, 574
CENTRE_X, CENTRE_Y = 288, 284
RING = 112
VERBS_ASIDE, VERBS_ABOVE = 58, 70  # how far from the centre the verbs stand
FOOT = RING + 8  # where petals start
FAMILY_STEP, PETAL_STEP = 60, 11.4  # degrees
BUD_LENGTH, BUD_HALF_WIDTH = 20, 6
LONGEST = 6  # givers: longer petals would leave the page
NAMED_FROM, NAMED_ON_PHONES_FROM = 2, 3
LETTER_WIDTH, LINE_HEIGHT = 15, 20  # of a name, in the drawing's units
ON_PHONES = 1.5  # names are that much larger there
RIGHT_EDGE, LEFT_EDGE = 656, -10
GUIDES = (1, 3, 5)
FILLS = {Level.ONE: "one", Level.SOME: "some", Level.MANY: "many"}


@dataclass(frozen=True)
class Petal:
    """One strength: its outline, its dot on the ring, and whether the member chose it too."""

    path: str
    hue: str
    fill: str  # one, some, many or bud
    dot_x: float
    dot_y: float
    is_own: bool


@dataclass(frozen=True)
class Name:
    """The name of a strength beside its petal."""

    text: str
    x: float
    y: float
    anchor: str
    on_phones: bool


@dataclass(frozen=True)
class Family:
    """The verb inside the ring; an English one takes two lines."""

    lines: list[str]
    hue: str
    x: float
    y: float


@dataclass(frozen=True)
class Guide:
    """A dashed ring that says how many people a length stands for."""

    people: int
    r: int
    x: int


@dataclass(frozen=True)
class Flower:
    petals: list[Petal]
    names: list[Name]
    families: list[Family]
    guides: list[Guide]

    @property
    def top(self) -> int:
        """Where the drawing begins: above the page where the names of long petals stand there."""
        return floor(min([0, *(name.y - LINE_HEIGHT * ON_PHONES for name in self.names)]))

    @property
    def height(self) -> int:
        """Down to the foot of the page, or to the lowest name below it."""
        return ceil(max([HEIGHT, *(name.y + LINE_HEIGHT for name in self.names)])) - self.top


def draw(seen: Mapping[str, SeenStrength], own: Collection[str]) -> Flower:
    """The flower of one member, in the language of the moment."""
    petals, named, verbs = [], [], []
    for place, five in enumerate(families().values()):
        middle = -90 + FAMILY_STEP * place
        verbs.append(_family(five[0], middle))
        for index, strength in enumerate(five):
            angle = middle + PETAL_STEP * (index - 2)
            strength_seen = seen.get(strength.key)
            petals.append(_petal(strength.color_token, angle, strength_seen, is_own=strength.key in own))
            if strength_seen and strength_seen.givers >= NAMED_FROM:
                named.append((strength_seen, str(strength), angle))
    guides = [Guide(people, _tip(people), CENTRE_X - _tip(people) + 5) for people in GUIDES]
    return Flower(petals, _names(named), verbs, guides)


def _family(strength: Strength, angle: float) -> Family:
    lines = strength.family_name.rsplit(maxsplit=1)
    x = CENTRE_X + VERBS_ASIDE * cos(radians(angle))
    y = CENTRE_Y + VERBS_ABOVE * sin(radians(angle)) + 6 - 8 * (len(lines) - 1)
    return Family(lines, strength.color_token, round(x, 1), round(y, 1))


def _petal(hue: str, angle: float, seen: SeenStrength | None, *, is_own: bool) -> Petal:
    x, y = _at(angle, RING)
    if seen is None:
        return Petal(_outline(angle, FOOT + BUD_LENGTH, BUD_HALF_WIDTH), hue, "bud", x, y, is_own)
    half_width = 12 + 1.5 * min(seen.givers, LONGEST)
    return Petal(_outline(angle, _tip(seen.givers), half_width), hue, FILLS[seen.level], x, y, is_own)


def _tip(givers: int) -> int:
    return RING + 34 + 25 * min(givers, LONGEST)


def _outline(angle: float, tip: float, half_width: float) -> str:
    """A lens from the foot to the tip: up one side, down the other."""
    length = tip - FOOT
    near, far = FOOT + 0.18 * length, FOOT + 0.78 * length
    there = [_at(angle, near, half_width), _at(angle, far, half_width * 0.95), _at(angle, tip)]
    back = [_at(angle, far, -half_width * 0.95), _at(angle, near, -half_width), _at(angle, FOOT)]
    curves = "".join("C" + " ".join(f"{x:g} {y:g}" for x, y in points) for points in (there, back))
    x, y = _at(angle, FOOT)
    return f"M{x:g} {y:g}{curves}Z"


def _at(angle: float, r: float, aside: float = 0) -> tuple[float, float]:
    """The point at distance `r` from the centre in this direction, `aside` to its right."""
    turn = radians(angle)
    x = CENTRE_X + r * cos(turn) - aside * sin(turn)
    y = CENTRE_Y + r * sin(turn) + aside * cos(turn)
    return round(x, 1), round(y, 1)


def _names(named: list[tuple[SeenStrength, str, float]]) -> list[Name]:
    """The names, the most seen placed first; one that would cover another moves outwards line by line."""
    placed: list[tuple[float, float, float]] = []  # left, right, baseline
    names = []
    for seen, text, angle in sorted(named, key=lambda entry: -entry[0].givers):
        x, y = _at(angle, _tip(seen.givers) + 14)
        width = _width(text)
        on_phones = seen.givers >= NAMED_ON_PHONES_FROM
        anchor, x = _anchor(x, width * ON_PHONES if on_phones else width)
        left = x if anchor == "start" else x - width
        y = round(y + 5, 1)
        step = LINE_HEIGHT if y > CENTRE_Y else -LINE_HEIGHT
        while any(left < r and lft < left + width and abs(y - base) < LINE_HEIGHT for lft, r, base in placed):
            y += step
        placed.append((left, left + width, y))
        names.append(Name(text, round(x, 1), round(y, 1), anchor, on_phones))
    return names


def _anchor(x: float, widest: float) -> tuple[str, float]:
    """From the petal outwards, or where the name at its widest would leave the page, from its edge inwards."""
    if x >= CENTRE_X:
        return ("start", x) if x + widest <= RIGHT_EDGE else ("end", RIGHT_EDGE)
    return ("end", x) if x - widest >= LEFT_EDGE else ("start", LEFT_EDGE)


def _width(text: str) -> float:
    """About how wide the name will be: Japanese letters are as wide as high, Latin ones half of it."""
    return sum(LETTER_WIDTH if east_asian_width(letter) in "WF" else LETTER_WIDTH * 0.56 for letter in text)
