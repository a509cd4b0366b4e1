"""Fit: how well an event suits a member, and the strongest reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kouryu.clock import TOKYO

FORMAT_WISHES, COMMON_GROUND, NEW_INDUSTRIES, TIME_BANDS = 30, 30, 25, 15
ENOUGH_NEW_INDUSTRIES = 3  # more of them widen the view no further within one evening


class FitReason(StrEnum):
    """The one thing that speaks most for (or, with nothing for it, against) an event."""

    SHARED_THEMES = "shared-themes"
    MEANT_FOR_YOU = "meant-for-you"
    NEW_INDUSTRIES = "new-industries"
    FORMAT_WISHES = "format-wishes"
    TIME_BANDS = "time-bands"
    DIFFERS = "differs"


@dataclass(frozen=True)
class MemberPreferences:
    """What a member told about how they like to take part; None or empty: no wish."""

    max_minutes: int | None = None
    group_size: int | None = None
    time_bands: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    industry: str = ""


@dataclass(frozen=True)
class EventTraits:
    """What an event offers. `industries` are those of the people who hold a seat, told ones only."""

    starts_at: datetime
    minutes: int
    group_size: int | None  # None: no groups are drawn
    themes: frozenset[str] = frozenset()
    industries: frozenset[str] = frozenset()
    is_narrow: bool = False  # it asks something of those who join, and this member meets it


@dataclass(frozen=True)
class Fit:
    """The points, the strongest reason, and what its sentence needs."""

    points: float
    reason: FitReason
    shared_themes: frozenset[str] = frozenset()
    new_industries: frozenset[str] = frozenset()


def fit(wishes: MemberPreferences, evening: EventTraits) -> Fit:
    """+30 format wishes met, +30 common ground, +25 new industries, +15 time bands; blocks never enter.

    A wish not told gives no points, so that the reason never claims to meet it. Of equal reasons common ground
    comes first, then new industries: weak ties carry most where one theme is shared.
    """
    shared = wishes.themes & evening.themes
    new = evening.industries - {wishes.industry}
    parts = {
        FitReason.SHARED_THEMES: COMMON_GROUND if shared else 0,
        FitReason.MEANT_FOR_YOU: COMMON_GROUND if evening.is_narrow and not shared else 0,
        FitReason.NEW_INDUSTRIES: NEW_INDUSTRIES * min(len(new), ENOUGH_NEW_INDUSTRIES) / ENOUGH_NEW_INDUSTRIES,
        FitReason.FORMAT_WISHES: FORMAT_WISHES if _meets_format_wishes(wishes, evening) else 0,
        FitReason.TIME_BANDS: TIME_BANDS if time_band(evening.starts_at) in wishes.time_bands else 0,
    }
    strongest = max(parts, key=lambda reason: parts[reason])
    return Fit(
        points=sum(parts.values()),
        reason=strongest if parts[strongest] else FitReason.DIFFERS,
        shared_themes=shared,
        new_industries=new,
    )


def time_band(moment: datetime) -> str:
    """The band of the week in Tokyo in which an event starts, or "" between them.

    A public holiday counts as the weekday it falls on: a member who told "weekday evenings" is not misled much.
    """
    local = moment.astimezone(TOKYO)
    if local.weekday() >= 5:
        return _band(
            local.hour, {"weekend-morning": (5, 12), "weekend-afternoon": (12, 17), "weekend-evening": (17, 24)}
        )
    return _band(local.hour, {"weekday-morning": (5, 11), "weekday-lunch": (11, 14), "weekday-evening": (17, 24)})


def _band(hour: int, bands: dict[str, tuple[int, int]]) -> str:
    return next((name for name, (first, end) in bands.items() if first <= hour < end), "")


def _meets_format_wishes(wishes: MemberPreferences, evening: EventTraits) -> bool:
    """Whether every told wish is met: "as you like it" must be true as a whole, so half of it counts nothing."""
    if wishes.max_minutes is None and wishes.group_size is None:
        return False
    fits_length = wishes.max_minutes is None or evening.minutes <= wishes.max_minutes
    fits_size = wishes.group_size is None or evening.group_size == wishes.group_size
    return fits_length and fits_size
