"""Who was in touch again, within a month, with somebody whom they met at an evening? Counted, never told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import combinations

from feedback.choices import TalkState
from feedback.models import Help, ShortNote, Talk
from feedback.network import seats_taken
from feedback.rules import community as rules
from feedback.rules.community import Bounds
from feedback.rules.month import Month

WITHIN = timedelta(days=30)
Pair = frozenset[int]


def second_contact(month: Month) -> Bounds | None:
    """Of those who sat with others in the month, the share who met, wrote, talked or were helped again within 30 days.

    Four queries. A contact counts for both of the two, whoever began.
    """
    until = month.ends_at + WITHIN
    meetings = list(_meetings(month.begins_at, until))
    moments: dict[Pair, list[datetime]] = defaultdict(list)
    for pair, at in (*meetings, *_between(month.begins_at, until)):
        moments[pair].append(at)
    first = [(pair, at) for pair, at in meetings if at < month.ends_at]
    people = frozenset().union(*(pair for pair, _at in first))
    again = {pair for pair, at in first if any(at < later <= at + WITHIN for later in moments[pair])}
    return rules.share_between(len(frozenset().union(*again)), len(people))


def _meetings(since: datetime, until: datetime) -> Iterator[tuple[Pair, datetime]]:
    """Each pair once for each evening, at the hour at which it began."""
    seats = seats_taken().filter(round__event__starts_at__gte=since, round__event__starts_at__lt=until)
    groups: dict[tuple[int, datetime], list[int]] = defaultdict(list)
    for group, at, member in seats.values_list("group_id", "round__event__starts_at", "member_id"):
        groups[(group, at)].append(member)
    yield from {(frozenset(two), at) for (_, at), members in groups.items() for two in combinations(members, 2)}


def _between(since: datetime, until: datetime) -> Iterator[tuple[Pair, datetime]]:
    """Short notes, talks that were held, and help, of ties that stand or have ended."""
    notes = ShortNote.objects.filter(written_at__gte=since, written_at__lt=until)
    talks = Talk.objects.filter(state=TalkState.HELD, held_at__gte=since, held_at__lt=until)
    helped = Help.objects.filter(noted_at__gte=since, noted_at__lt=until)
    for rows in (
        notes.values_list("tie__first", "tie__second", "written_at"),
        talks.values_list("tie__first", "tie__second", "held_at"),
        helped.values_list("helper", "helped", "noted_at"),
    ):
        for one, other, at in rows:
            yield frozenset((one, other)), at
