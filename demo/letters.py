"""Which scene does somebody of the demo write about? Never the same one twice: the screening would ask for another."""

from __future__ import annotations

from collections import defaultdict
from random import Random

from demo.words import SAW


class Scenes:
    """The scenes that are left to each giver."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._told: dict[int, set[str]] = defaultdict(set)

    def of(self, giver: int, picks: list[str]) -> tuple[list[str], str]:
        """The picks and a scene for the first of them; another first pick where its scenes have all been told."""
        told = self._told[giver]
        keys = [key for key in [*picks, *sorted(SAW)] if set(SAW[key]) - told]
        first = keys[0]
        scene = self._dice.choice([scene for scene in SAW[first] if scene not in told])
        told.add(scene)
        return list(dict.fromkeys([first, *picks]))[:3], scene
