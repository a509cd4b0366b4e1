"""The numbers of signing in safely, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class SessionsLimits:
    """Sessions as their member sees them."""

    use_noted_every: timedelta = timedelta(days=1)  # so that no page of a member costs a write; staff: settings


SESSIONS = SessionsLimits()
