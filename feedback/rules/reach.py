"""What somebody reads who cannot be brought to another one now."""

from __future__ import annotations

from enum import StrEnum


class NoReach(StrEnum):
    """Why nothing can be brought to somebody. One reason for all causes, so that a block cannot be told from them."""

    NOW = "out-of-reach"  # they left, have no paid days, are suspended, or one of the two blocks the other
