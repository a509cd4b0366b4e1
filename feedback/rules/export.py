"""May a member take their data once more today?"""

from __future__ import annotations

from enum import StrEnum


class NoExport(StrEnum):
    """Why the archive is not made now."""

    ENOUGH_TODAY = "export-enough-today"


def why_not_export(made_today: int, most: int) -> NoExport | None:
    """So many within a day: reading everything of somebody is work for the database."""
    return NoExport.ENOUGH_TODAY if made_today >= most else None
