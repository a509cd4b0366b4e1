"""How often groups may be made, unmade and shown in one evening.

What the draw keeps apart could be read by drawing, moving and undoing often enough. These limits hold for everybody
who leads an event together, whatever the people present are to each other; each act leaves a line, which the owner
and the moderators can read.
"""

from __future__ import annotations

from enum import StrEnum

from events.groups.limits import PROBING


class TooOften(StrEnum):
    """Why an act around groups has to rest for this evening."""

    DRAWS = "often-draws"
    SMALL_DRAWS = "often-small-draws"
    REOPENINGS = "often-reopenings"
    CORRECTED = "often-corrected"


def why_not_draw_again(draws: int, small_draws: int, *, is_small: bool) -> TooOften | None:
    """`draws` and `small_draws` are how many there were this evening."""
    if draws >= PROBING.draws:
        return TooOften.DRAWS
    return TooOften.SMALL_DRAWS if is_small and small_draws >= PROBING.small_draws else None


def why_not_reopen(reopenings: int) -> TooOften | None:
    """May a round that members saw be changed by hand, or drawn again? It can be begun as it stands."""
    return TooOften.REOPENINGS if reopenings >= PROBING.reopenings else None


def why_not_correct(corrected: int) -> TooOften | None:
    """May what the door noted be taken back or changed? Who comes in by themselves, or goes, is always noted."""
    return TooOften.CORRECTED if corrected >= PROBING.corrected else None
