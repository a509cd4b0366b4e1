"""The numbers of an evening, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class VideoRoomsLimits:
    """Rooms of our own."""

    token_holds_for: timedelta = timedelta(minutes=5)
    clocks_differ_by: timedelta = timedelta(minutes=1)  # ours and that of the video server: two clocks never agree


@dataclass(frozen=True)
class ClosingLimits:
    """The end of an evening."""

    itself_after: timedelta = timedelta(hours=3)  # an evening that nobody closed closes itself


@dataclass(frozen=True)
class SignalsLimits:
    """What members and hosts write while an evening runs."""

    word: int = 200  # characters
    note: int = 2000  # characters


VIDEO_ROOMS = VideoRoomsLimits()
CLOSING = ClosingLimits()
SIGNALS = SignalsLimits()
