"""What did it all give? The four ways in which a member's view widens, for their own eyes only.

The same few queries for three meetings and for three thousand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.safestring import SafeString

from feedback import mirrors, queries
from feedback.growth_line import drawing
from feedback.meetings import meetings_of
from feedback.models import StrengthFeedback
from feedback.rules.growth import first_met, met_again, month_ends, new_within, reached
from feedback.rules.mirror import Mirror
from members.models import User
from members.taxonomies import Entry, industries

NAMED_INDUSTRIES = 3


@dataclass(frozen=True)
class Widening:
    """One of the four: how it stands now, and how it stood at the end of each month, the last being now."""

    now: int
    over_time: tuple[int, ...]

    @property
    def line(self) -> SafeString:
        return drawing(self.over_time)


@dataclass(frozen=True)
class Growth:
    """All that the page あゆみ tells. `strengths` is None until the mirror is open: it counts nothing before."""

    ends: list[datetime]
    people_met: int
    industries: Widening
    new_industries: list[Entry]
    people: Widening
    strengths: Widening | None
    found: int  # of the strengths, those that the member did not choose

    @property
    def by_month(self) -> list[tuple[datetime, list[int]]]:
        """The rows of the table that says the lines in numbers. A month is named by its last day."""
        shown = [self.industries, self.people, *([self.strengths] if self.strengths else [])]
        return [
            (end if end == self.ends[-1] else end - timedelta(days=1), [one.over_time[place] for one in shown])
            for place, end in enumerate(self.ends)
        ]


def growth_of(member: User, *, now: datetime) -> Growth:
    """The four widenings of one member as they stand at `now`."""
    ends = month_ends(member.joined_at, now, most=settings.GROWTH_MONTHS)
    meetings = meetings_of(member, until=now)
    industries_met = {code: met_at for code, met_at in first_met(meetings).items() if code in industries()}
    letters, own = queries.letters_to(member), queries.own_strengths(member)
    mirror = mirrors.mirror_of(member, letters, own, now=now)
    new = new_within(industries_met, since=now - settings.NEW_INDUSTRY_FOR)
    return Growth(
        ends=ends,
        people_met=len({meeting.person for meeting in meetings}),
        industries=_widening(industries_met.values(), ends),
        new_industries=[industries()[code] for code in new[:NAMED_INDUSTRIES]],
        people=_widening(met_again(meetings).values(), ends),
        strengths=_strengths(mirror, letters, ends),
        found=len(mirror.found),
    )


def _widening(moments: Iterable[datetime], ends: list[datetime]) -> Widening:
    numbers = reached(moments, ends)
    return Widening(numbers[-1], numbers)


def _strengths(mirror: Mirror, letters: list[StrengthFeedback], ends: list[datetime]) -> Widening | None:
    """The kinds in the mirror, by the letters that first brought them."""
    if not mirror.is_open:
        return None
    first: dict[str, datetime] = {}
    for letter in reversed(letters):
        if letter.put_away_at is None and letter.released_at is not None:
            for key in letter.picks:
                first.setdefault(key, letter.released_at)
    return Widening(len(mirror.seen), (*reached(first.values(), ends)[:-1], len(mirror.seen)))
