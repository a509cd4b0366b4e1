"""The rules of leaving: when an account may go, and when it is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from members.leaving.limits import LEAVING


class NoLeaving(StrEnum):
    """Why a deletion is not begun, or cannot be taken back."""

    LAST_OWNER = "leaving-last-owner"
    BEGUN_ALREADY = "leaving-begun-already"
    NOT_BEGUN = "leaving-not-begun"


@dataclass(frozen=True)
class LeavingWish:
    """Somebody wants their account deleted, or the desk does so for them."""

    is_begun: bool
    is_last_owner: bool  # nobody else in standing decides about the site


def why_not_leave(wish: LeavingWish) -> NoLeaving | None:
    """Everybody may go, once; only the last owner hands the site over first."""
    if wish.is_begun:
        return NoLeaving.BEGUN_ALREADY
    return NoLeaving.LAST_OWNER if wish.is_last_owner else None


def due_at(asked_at: datetime) -> datetime:
    """When the account goes that was asked for now."""
    return asked_at + LEAVING.time_to_reconsider
