"""The numbers of leaving, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class LeavingLimits:
    """Deleting an account."""

    time_to_reconsider: timedelta = timedelta(days=14)  # from asking to the deletion
    reminded_before: timedelta = timedelta(days=3)  # of it, by mail
    # What a new account with the same address may not shed; marks themselves last no longer.
    remembered_for: timedelta = timedelta(days=365)


LEAVING = LeavingLimits()
