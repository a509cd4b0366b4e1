"""May this member block that one?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NoBlock(StrEnum):
    """Why somebody cannot be blocked. One reason for every cause, so that nobody can probe who is a member."""

    NOT_POSSIBLE = "block-not-possible"


@dataclass(frozen=True)
class Wish:
    """Whom a member wants to block."""

    is_oneself: bool
    is_member: bool  # an account that is still active


def why_not_block(wish: Wish) -> NoBlock | None:
    """Anybody but oneself."""
    return None if wish.is_member and not wish.is_oneself else NoBlock.NOT_POSSIBLE
