"""What did it all give? The four ways in which a member's view widens, for their own eyes only.

The same few queries for three meetings and for three thousand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.safestring import SafeString

from feedback.growth.choices import StepState
from feedback.growth.drawings import drawing
from feedback.growth.limits import GROWTH
from feedback.growth.rules.growth import Meeting, first_met, in_touch, met_again, month_ends, new_within, reached
from feedback.mirror.queries import mirror as mirrors
from feedback.mirror.queries import received
from feedback.mirror.queries.received import Received
from feedback.mirror.rules.mirror import Mirror
from feedback.models import NextStep, Tie
from feedback.ties.queries.network import Ledger
from members.accounts.card import cards_of
from members.accounts.taxonomies import Entry, industries
from members.models import User

NAMED_INDUSTRIES = 3


@dataclass(frozen=True)
class Widening:
    """One of the four: how it stands now, and how it stood at the end of each month, the last being now."""

    now: int
    over_time: tuple[int, ...]

    @property
    def line(self) -> SafeString:
        """The months as a drawn line."""
        return drawing(self.over_time)


@dataclass(frozen=True)
class Growth:
    """All that the page あゆみ tells. `strengths` is None until the mirror is open: it counts nothing before."""

    ends: list[datetime]
    people_met: int
    industries: Widening
    new_industries: list[Entry]
    met_again: int
    people: Widening | None  # in touch within a month, of one's ties; None before the first tie
    strengths: Widening | None
    found: int  # of the strengths, those that the member did not choose
    steps: Widening | None  # done so far; None before the first step
    steps_set: int
    last_step: str  # the member's own words

    @property
    def by_month(self) -> list[tuple[datetime, list[int]]]:
        """The rows of the table that says the lines in numbers. A month is named by its last day."""
        widenings = (self.industries, self.people, self.strengths, self.steps)
        shown = [one for one in widenings if one is not None]
        return [
            (end if end == self.ends[-1] else end - timedelta(days=1), [one.over_time[place] for one in shown])
            for place, end in enumerate(self.ends)
        ]


def growth_of(member: User, ledger: Ledger, *, now: datetime) -> Growth:
    """The four widenings of one member as they stand at `now`; `ledger` is the member's."""
    ends = month_ends(member.joined_at, now, most=GROWTH.months)
    meetings = _meetings(ledger, now)
    industries_met = {code: met_at for code, met_at in first_met(meetings).items() if code in industries()}
    letters, own = received.letters_to(member), received.own_strengths(member)
    mirror = mirrors.mirror_of(member, letters, own, now=now)
    steps = NextStep.objects.of(member.pk).order_by("settled_at", "pk").values_list("state", "settled_at", "text")
    done = [(settled_at, text) for state, settled_at, text in steps if state == StepState.DONE]
    new = new_within(industries_met, since=now - GROWTH.new_industry_for)
    return Growth(
        ends=ends,
        people_met=len({meeting.person for meeting in meetings}),
        industries=_widening(industries_met.values(), ends),
        new_industries=_named(member, meetings, new)[:NAMED_INDUSTRIES],
        met_again=len(met_again(meetings)),
        people=_people(member, ledger, ends),
        strengths=_strengths(mirror, letters, ends),
        found=len(mirror.found),
        steps=_widening([settled_at for settled_at, _ in done], ends) if steps else None,
        steps_set=len(steps),
        last_step=done[-1][1] if done else "",
    )


def _meetings(ledger: Ledger, now: datetime) -> list[Meeting]:
    """The meetings of evenings that are over, closed or not.

    Industries and numbers are all that may be shown of it: a number that fell when somebody left or blocked would
    tell of that, so it never falls.
    """
    over = (meeting for meeting in ledger.meetings if meeting.ends_at <= now)
    return [Meeting(meeting.person_id, meeting.industry or "", meeting.starts_at) for meeting in over]


def _named(member: User, meetings: Iterable[Meeting], codes: list[str]) -> list[Entry]:
    """Those of these industries that somebody whom `member` met lets them see: after an evening with three people a
    name would tell whose it is.
    """
    if not codes:
        return []
    met = {meeting.person for meeting in meetings if meeting.industry in codes}
    people = User.objects.filter(pk__in=met).select_related("profile")
    shown = {card.industry.code for card in cards_of(people, viewer=member) if card.industry}
    return [industries()[code] for code in codes if code in shown]


def _widening(moments: Iterable[datetime], ends: list[datetime]) -> Widening:
    numbers = reached(moments, ends)
    return Widening(numbers[-1], numbers)


def _people(member: User, ledger: Ledger, ends: list[datetime]) -> Widening | None:
    """With how many of the ties that hold there was contact in the month before each end: an evening in one group, a
    talk, help, a short note of either. Ties that ended are not in it, as they are not in the list of people.
    """
    # Each tie as often as the two have written; once without a moment where they have not.
    ties = Tie.objects.listed_of(member.pk).values_list("first_id", "second_id", "short_notes__written_at")
    notes = [(second if first == member.pk else first, at) for first, second, at in ties]
    tied = {person for person, _ in notes}
    if not tied:
        return None
    contacts = [(person, interaction.at) for person in tied for interaction in ledger.interactions.get(person, ())]
    contacts += [(person, at) for person, at in notes if at]
    numbers = in_touch(contacts, ends, within=GROWTH.in_touch_within)
    return Widening(numbers[-1], numbers)


def _strengths(mirror: Mirror, letters: list[Received], ends: list[datetime]) -> Widening | None:
    """The kinds in the mirror, by the letters that first brought them."""
    if not mirror.is_open:
        return None
    first: dict[str, datetime] = {}
    for letter in reversed(letters):
        if letter.put_away_at is None:
            for key in letter.picks:
                first.setdefault(key, letter.released_at)
    return Widening(len(mirror.seen), (*reached(first.values(), ends)[:-1], len(mirror.seen)))
