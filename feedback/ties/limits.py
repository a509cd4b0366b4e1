"""The numbers of people who stay in touch, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta


@dataclass(frozen=True)
class TiesLimits:
    """Choosing whom to meet again, and what follows."""

    wishes_an_evening: int = 3  # few and deep; only what was locked or stands counts
    locks_at: time = time(6)  # in Tokyo; from then on a choice can only be taken back
    forms_at: time = time(7)
    form_within: timedelta = timedelta(days=7)  # a worker that was away longer than this forms none of the old ones
    new_for: timedelta = timedelta(days=7)  # marked as new on the page of ties
    quiet_after: timedelta = timedelta(days=30)  # not talked for so long: named on the page of ties, never in red


@dataclass(frozen=True)
class ContactsLimits:
    """Contact details that two exchange."""

    words: int = 200  # characters


@dataclass(frozen=True)
class ShortNotesLimits:
    """A few words between two who are tied."""

    words: int = 400  # characters
    a_day: int = 40  # of one writer
    a_day_to_one: int = 12
    same_within: timedelta = timedelta(minutes=1)  # the same words again are a second click
    ended_kept_for: timedelta = timedelta(days=90)  # for a report; then they are deleted


@dataclass(frozen=True)
class TalksLimits:
    """A talk or a lunch that one proposes and the other agrees to."""

    talk_lasts: timedelta = timedelta(minutes=20)
    lunch_lasts: timedelta = timedelta(hours=1)
    times: int = 3  # offered in one proposal
    ahead: timedelta = timedelta(days=60)
    place: int = 100  # characters
    link: int = 300  # characters
    waits_for: timedelta = timedelta(days=7)  # an answer, then the proposal quietly ends
    a_day_to_one: int = 3  # proposals, those taken back too
    opens_before: timedelta = timedelta(minutes=10)
    listed_for: timedelta = timedelta(days=60)

    @property
    def longest(self) -> timedelta:
        return max(self.talk_lasts, self.lunch_lasts)


@dataclass(frozen=True)
class IntroductionsLimits:
    """Bringing two of one's ties together."""

    words: int = 200  # characters of the sentence to each
    at_once: int = 3  # that wait for answers
    waits_for: timedelta = timedelta(days=7)
    listed_for: timedelta = timedelta(days=14)


@dataclass(frozen=True)
class AnniversariesLimits:
    """Telling two that they met years ago."""

    told_at: time = time(8)  # in Tokyo
    within: timedelta = timedelta(days=3)  # from that hour of the day; later it is not told


@dataclass(frozen=True)
class NetworkLimits:
    """The drawing of everybody somebody met."""

    drawn: int = 60  # circles; the latest
    noted_within: timedelta = timedelta(days=14)  # after closing, who met is noted; `rebuild_ties` finds older ones


@dataclass(frozen=True)
class MetSearchLimits:
    """Finding people one has met by their names."""

    longest: int = 50  # characters of what is looked for
    shown: int = 20  # people: who is called otherwise is looked for by more of the name


TIES = TiesLimits()
CONTACTS = ContactsLimits()
SHORT_NOTES = ShortNotesLimits()
TALKS = TalksLimits()
INTRODUCTIONS = IntroductionsLimits()
ANNIVERSARIES = AnniversariesLimits()
NETWORK = NetworkLimits()
SEARCH = MetSearchLimits()
