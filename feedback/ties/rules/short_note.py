"""Short notes: whether one may go to somebody one is tied to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from feedback.ties.limits import SHORT_NOTES
from members.texts.rules.screening import ScreeningKind


class NoNote(StrEnum):
    """Why a short note is not sent."""

    NO_CONSENT = "note-no-consent"
    EMPTY = "note-empty"
    LONG = "note-long"
    ENOUGH_TODAY = "note-enough-today"
    ENOUGH_TO_ONE = "note-enough-to-one"


class BadMessage(StrEnum):
    """What words from one tied member to another must not hold, the gravest first."""

    INVITATION = "note-invitation"
    CONTACT = "note-contact"
    LINK = "note-link"

    @property
    def kind(self) -> ScreeningKind:
        """What the screening calls it."""
        return _KINDS[self]


# Of what a letter must not hold, two who know each other may speak of the rest: of companies, of families, of age.
_KINDS = {
    BadMessage.INVITATION: ScreeningKind.INVITATION,
    BadMessage.CONTACT: ScreeningKind.CONTACT,
    BadMessage.LINK: ScreeningKind.LINK,
}


@dataclass(frozen=True)
class ShortNoteFacts:
    """All that the rule may look at of a writer's day (in Tokyo)."""

    has_consent: bool  # to the check of their words, in the version in force
    sent_today: int
    sent_today_to_this_one: int
    daily_limit: int
    daily_limit_to_one: int


def why_not_send(words: str, writing: ShortNoteFacts) -> NoNote | None:
    """The first reason against sending these clean words, or None.

    Nothing is checked, and so nothing is sent, without consent to the check: the receiver would be unprotected. One
    to four hundred characters. So many to one person a day, so many in all: a talk fits, a circular does not.
    """
    if not writing.has_consent:
        return NoNote.NO_CONSENT
    if not words:
        return NoNote.EMPTY
    if len(words) > SHORT_NOTES.words:
        return NoNote.LONG
    if writing.sent_today_to_this_one >= writing.daily_limit_to_one:
        return NoNote.ENOUGH_TO_ONE
    if writing.sent_today >= writing.daily_limit:
        return NoNote.ENOUGH_TODAY
    return None


def worst_of(found: Iterable[ScreeningKind]) -> BadMessage | None:
    """The gravest of what the screening found and what does not go between two either."""
    kinds = set(found)
    return next((bad for bad in BadMessage if bad.kind in kinds), None)
