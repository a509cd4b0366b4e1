"""The room: whether somebody who holds a seat may enter it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class NoEntryToVideoRoom(StrEnum):
    """Why the room stays shut to someone who holds a seat."""

    CALLED_OFF = "room-called-off"
    NOT_YET_OPEN = "room-not-yet-open"
    OVER = "room-over"


@dataclass(frozen=True)
class VideoRoomHours:
    """When the room is open: from some time before the start until the end."""

    starts_at: datetime
    ends_at: datetime
    opens_before: timedelta
    is_called_off: bool = False
    is_closed: bool = False

    @property
    def opens_at(self) -> datetime:
        return self.starts_at - self.opens_before


def why_not_lead(hours: VideoRoomHours, now: datetime) -> NoEntryToVideoRoom | None:
    """Why the host may not enter the room, or None: they may at any time until the event is closed."""
    if hours.is_called_off:
        return NoEntryToVideoRoom.CALLED_OFF
    return NoEntryToVideoRoom.OVER if hours.is_closed else None


def why_not_enter(hours: VideoRoomHours, now: datetime) -> NoEntryToVideoRoom | None:
    """The first reason why the room is shut now, or None."""
    if hours.is_called_off:
        return NoEntryToVideoRoom.CALLED_OFF
    if hours.is_closed or now >= hours.ends_at:
        return NoEntryToVideoRoom.OVER
    if now < hours.opens_at:
        return NoEntryToVideoRoom.NOT_YET_OPEN
    return None
