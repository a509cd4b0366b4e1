"""Growth: which industries a member has met, whom again, over the months.

Nothing here is compared with anybody else, and no month counts for less because nothing happened in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kouryu.clock import TOKYO


@dataclass(frozen=True)
class Meeting:
    """Somebody sat with the member in a group at one evening. `industry` may be empty: not told."""

    person: int
    industry: str
    met_at: datetime


def first_met(meetings: Iterable[Meeting]) -> dict[str, datetime]:
    """When each industry was met for the first time, the earliest first; whoever told none adds none."""
    found: dict[str, datetime] = {}
    for meeting in sorted(meetings, key=lambda meeting: (meeting.met_at, meeting.industry)):
        if meeting.industry:
            found.setdefault(meeting.industry, meeting.met_at)
    return found


def new_within(first: dict[str, datetime], *, since: datetime) -> list[str]:
    """The industries that were met for the first time since then, the newest first."""
    return [code for code, met_at in reversed(first.items()) if met_at >= since]


def met_again(meetings: Iterable[Meeting]) -> dict[int, datetime]:
    """When each person was met for the second time; who was met once is left out."""
    evenings: dict[int, set[datetime]] = defaultdict(set)
    for meeting in meetings:
        evenings[meeting.person].add(meeting.met_at)
    return {person: sorted(moments)[1] for person, moments in evenings.items() if len(moments) > 1}


def in_touch(
    contacts: Iterable[tuple[int, datetime]], ends: Sequence[datetime], *, within: timedelta
) -> tuple[int, ...]:
    """With how many people there was contact in the time before each end. A contact is a person and a moment."""
    known = list(contacts)
    months = [(end - within, end) for end in ends]
    return tuple(len({person for person, at in known if since <= at < end}) for since, end in months)


def month_ends(since: datetime, now: datetime, *, most: int) -> list[datetime]:
    """The ends of the last `most` months in Tokyo, the oldest first, none before the one of `since`; the last is `now`.

    A month ends at the midnight with which the next one begins.
    """
    ends = [now]
    midnight = now.astimezone(TOKYO).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while len(ends) < most and midnight > since:
        ends.append(midnight)
        midnight = (midnight - timedelta(days=1)).replace(day=1)
    return ends[::-1]


def reached(moments: Iterable[datetime], ends: Sequence[datetime]) -> tuple[int, ...]:
    """How many of the moments had come by each end."""
    known = list(moments)
    return tuple(sum(moment < end for moment in known) for end in ends)
