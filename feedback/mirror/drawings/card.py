"""How is the card drawn that a member may show outside? Only what they chose for it, never anybody else's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.letters.strengths import Strength, strengths
from feedback.mirror.limits import MIRROR
from feedback.mirror.rules.mirror import Mirror

WIDTH, HEIGHT = 640, 400
FIRST_LINE, LINE = 158, 42
# A picture of its own has no stylesheet: the light hues of the site (look of the families in kouryu.css).
HUES = {
    "sky": "#2B6A99",
    "fuji": "#6B4FA0",
    "ai": "#2C4A8C",
    "anzu": "#A04C14",
    "akane": "#B0343F",
    "koke": "#4C6B22",
}


@dataclass(frozen=True)
class StrengthLine:
    """One strength of the card."""

    strength: Strength
    hue: str
    y: int


@dataclass(frozen=True)
class StrengthCard:
    """A card of at most five strengths; `name` and `people` only where the member wants them on it."""

    lines: list[StrengthLine]
    name: str
    people: int | None
    width: int = WIDTH
    height: int = HEIGHT


def choices(mirror: Mirror) -> list[Strength]:
    """What a card may show: what others saw."""
    return [strengths()[seen.key] for seen in mirror.strengths if seen.key in strengths()]


def draw(mirror: Mirror, keys: Sequence[str], *, name: str = "", people: int | None = None) -> StrengthCard:
    """The card with the chosen of what was seen, in the order of the mirror; anything else is left out.

    `name` and `people`, how many saw it, stand on it where they are given.
    """
    chosen = [strength for strength in choices(mirror) if strength.key in keys][: MIRROR.on_a_card]
    lines = [
        StrengthLine(strength, HUES[strength.color_token], FIRST_LINE + LINE * place)
        for place, strength in enumerate(chosen)
    ]
    return StrengthCard(lines, name, people)
