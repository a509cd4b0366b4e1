"""What becomes of a call of the service's own server."""

from __future__ import annotations

from enum import StrEnum


class CallResult(StrEnum):
    """What became of a call."""

    GIVEN = "given"
    HELD = "held"  # nothing is missing
    KEPT = "kept"  # until somebody links the account
    OVER = "over"  # its day is past
