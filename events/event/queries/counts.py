"""Counts about people that change in steps, so that no change tells of one person (decision 0032)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from events.event.limits import BATCHES, SHOWN
from events.event.rules.steps import Batch, Numbers, Steps, is_time_for_a_step, newcomers, with_batch, without_the_gone
from events.models import Event, StepCount
from members.accounts.taxonomies import nameable_themes
from members.models import ProfileTheme

Measure = Callable[[Collection[int]], Numbers]  # what is counted of some people


Read = Callable[[], tuple[Collection[int], Measure]]  # whom the count is about now, and what is counted of them


@dataclass(frozen=True)
class Count:
    """One thing that is counted: its name in the table, how many people a batch holds at least, and how long a step
    holds at least.
    """

    subject: str
    event: Event | None = None
    fewest: int = BATCHES.fewest
    pause: timedelta = BATCHES.pause


def look(count: Count, present: Collection[int], measure: Measure, *, now: datetime) -> Steps:
    """What the count stands at, after the step that is due, if one is."""
    return look_at_all({count: lambda: (present, measure)}, now=now)[count]


def look_at_all(reads: Mapping[Count, Read], *, now: datetime) -> dict[Count, Steps]:
    """What many counts stand at: one query, and those of the steps that are due. Each `read` is asked only then."""
    subjects = [count.subject for count in reads]
    rows = {row.subject: row for row in StepCount.objects.filter(subject__in=subjects)}
    return {count: _look(count, rows.get(count.subject), read, now) for count, read in reads.items()}


def _look(count: Count, row: StepCount | None, read: Read, now: datetime) -> Steps:
    before = _steps_of(row)
    if not is_time_for_a_step(row.taken_at if row else None, count.pause, now):
        return before
    present, measure = read()
    after = without_the_gone(before, present)
    if new := newcomers(after, present, fewest=count.fewest):
        after = with_batch(after, Batch(new, measure(new)))
    return before if after == before else _kept(count, row, after, now)


def _kept(count: Count, row: StepCount | None, after: Steps, now: datetime) -> Steps:
    """Write the step down. Of two readers at one moment the first one's step counts, for both."""
    values = {"batches": [_as_json(batch) for batch in after.batches], "seen": sorted(after.seen), "taken_at": now}
    if row is None:
        first, _ = StepCount.objects.get_or_create(subject=count.subject, defaults={**values, "event": count.event})
        return _steps_of(first)
    same = StepCount.objects.filter(pk=row.pk, version=row.version)
    if same.update(**values, version=F("version") + 1):
        return after
    return _steps_of(StepCount.objects.get(pk=row.pk))


def _steps_of(row: StepCount | None) -> Steps:
    if row is None:
        return Steps()
    batches = tuple(Batch(frozenset(one["people"]), one["numbers"]) for one in row.batches)
    return Steps(batches, frozenset(row.seen))


def _as_json(batch: Batch) -> dict[str, Any]:
    return {"people": sorted(batch.people), "numbers": {name: dict(cells) for name, cells in batch.numbers.items()}}


# --- what is counted


def seats_of(event: Event) -> Count:
    """Industries and themes of those with a seat."""
    return Count(f"seats/{event.pk}", event)


def wishes_of(event: Event) -> Count:
    """What those with a seat want to talk about."""
    return Count(f"wishes/{event.pk}", event)


def shows_wish(event: Event, member_id: int, text: str) -> bool:
    """Does this text stand among the wishes of the event, as its page shows them? Takes no step."""
    row = StepCount.objects.filter(subject=wishes_of(event).subject).first()
    return digest_of(member_id, text) in _steps_of(row).table("texts")


def registered_of(event: Event) -> Count:
    """Those with a seat or a place in line, whom new conditions are held against."""
    return Count(f"registered/{event.pk}", event, SHOWN.fewest)


def figures_of(event: Event) -> Count:
    """The tables of the page of numbers."""
    return Count(f"figures/{event.pk}", event, SHOWN.fewest)


def affinity_of(key: str) -> Count:
    """The members of a group that they put themselves into."""
    return Count(f"affinity/{key}", fewest=SHOWN.fewest)


def industries_and_themes(industries: Mapping[int, str | None]) -> Measure:
    """Counts both, of people whose industry is known by their ids. A private theme is never counted."""

    def measure(people: Collection[int]) -> Numbers:
        return {"industries": Counter(industries[one] or "" for one in people), "themes": themes_of_all(people)}

    return measure


def read_seats(industries: Mapping[int, str | None]) -> Read:
    """Those with a seat, by their ids and industries, as `seats_of` wants them."""
    return lambda: (industries, industries_and_themes(industries))


def nothing_more(people: Collection[int]) -> Numbers:
    """For counts of which only the people are asked."""
    return {}


def themes_of_all(people: Collection[int]) -> Counter[str]:
    """How many of these people chose each theme; the private ones are left out."""
    rows = ProfileTheme.objects.filter(profile__in=people, theme__in=nameable_themes())
    return Counter(rows.values_list("theme", flat=True))


def texts_as_they_are(texts: Mapping[int, str]) -> Measure:
    """Remembers which texts these people wrote, by a digest: a changed one is not what was shown."""

    def measure(people: Collection[int]) -> Numbers:
        return {"texts": {digest_of(one, texts[one]): 1 for one in people}}

    return measure


def digest_of(member_id: int, text: str) -> str:
    """Stands for one person's text."""
    return hashlib.sha256(f"{member_id}/{text}".encode()).hexdigest()[:24]
