"""The numbers of signing up, signing in and the profile, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings


@dataclass(frozen=True)
class CodesLimits:
    """A code that a mail brings."""

    tries: int = 3  # wrong ones, as allauth counts them for its own codes
    time_to_type: timedelta = timedelta(minutes=2)  # one that leaves later than so long before its end is of no use

    @property
    def holds_for(self) -> timedelta:
        """From the first one; allauth reads it in the settings."""
        return timedelta(seconds=settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT)


@dataclass(frozen=True)
class HealthLimits:
    """The page that tells programs whether the site is well."""

    beats: int = 3  # beat is late after so many that it missed, and
    slack: timedelta = timedelta(seconds=30)


@dataclass(frozen=True)
class ProfileLimits:
    """What members say about themselves."""

    themes: int = 5
    events_a_month: int = 31
    past_industries: int = 5
    topics: int = 3  # that somebody gives a hand with, and as many that they ask about: what is near now
    join_reasons: int = 2
    links: int = 3
    link: int = 200  # characters of one


@dataclass(frozen=True)
class CookiesLimits:
    """The language and the look that a browser keeps for the pages before signing in."""

    kept_for: timedelta = timedelta(days=365)


@dataclass(frozen=True)
class SecurityTxtLimits:
    """The page for those who find a hole."""

    holds_for: timedelta = timedelta(days=180)  # RFC 9116 asks for less than a year


CODES = CodesLimits()
HEALTH = HealthLimits()
PROFILE = ProfileLimits()
COOKIES = CookiesLimits()
SECURITY_TXT = SecurityTxtLimits()
