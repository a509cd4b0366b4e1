"""Why an evening cannot be handed to another host."""

from __future__ import annotations

from enum import StrEnum


class NoHandingOver(StrEnum):
    """Why an evening stays with its host."""

    OVER = "handing-over"
    NOT_ABLE = "handing-not-able"


def why_not_hand_over(state: str, *, is_able: bool) -> NoHandingOver | None:
    """The first reason, or None: what is closed or called off has no host any more, and the new one must be able to."""
    if state in {"closed", "called-off"}:
        return NoHandingOver.OVER
    return None if is_able else NoHandingOver.NOT_ABLE
