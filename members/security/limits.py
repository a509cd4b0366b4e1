"""The numbers of signing in safely, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings


@dataclass(frozen=True)
class SessionsLimits:
    """Sessions as their member sees them."""

    use_noted_every: timedelta = timedelta(days=1)  # so that no page of a member costs a write


@dataclass(frozen=True)
class StaffSessionsLimits:
    """Sessions of those who see what belongs to others (decision 0026)."""

    longest: timedelta = timedelta(hours=24)
    idle: timedelta = timedelta(hours=1)
    use_noted_every: timedelta = timedelta(minutes=1)  # so that not each page writes


@dataclass(frozen=True)
class FactorsLimits:
    """Second factors."""

    passkeys: int = 10
    passkey_name: int = 40
    credential: int = 20_000  # characters of what a browser sends of a passkey; real ones have about a thousand

    @property
    def code_holds_for(self) -> timedelta:
        """A code of an app is taken in its own period and in those beside it: clocks differ, and typing takes time."""
        periods = 1 + 2 * settings.MFA_TOTP_TOLERANCE
        return periods * timedelta(seconds=30)  # RFC 6238, and what apps know


FACTORS = FactorsLimits()
SESSIONS = SessionsLimits()
STAFF_SESSIONS = StaffSessionsLimits()


@dataclass(frozen=True)
class ResetsLimits:
    """The way back of a member who lost every second factor."""

    wait: timedelta = timedelta(hours=24)  # after the second of the staff agreed: time for its owner to stop it
    words: int = 500  # by which staff may find out who asks
    an_hour: int = 20  # asked from one network
    later_words: int = 50  # of later requests for the same way back, the latest of them


RESETS = ResetsLimits()
