"""How often groups were made, moved and shown at the evenings of late, and by whom: for owner and moderators.

Of acts, never of what came of them: nothing on this page tells who is kept apart from whom.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count

from events.evening.queries.desk import CORRECTION
from events.groups.flows.grouping import DRAW, REOPEN, SMALL
from events.groups.limits import PROBING
from events.hosting.limits import GROUP_ACTS
from events.models import Event, Registration
from members.models import AuditEntry, User

# The columns: what is counted, and the limit of an evening, if there is one.
COLUMNS = {
    "draws": PROBING.draws,
    "small": PROBING.small_draws,
    "moves": None,
    "refused": None,
    "reopened": PROBING.reopenings,
    "corrected": PROBING.corrected,
}
_COLUMN_OF = {
    DRAW: "draws",
    "groups.refuse": "refused",
    "seat.move": "moves",
    "seat.swap": "moves",
    "seat.refuse": "refused",
    REOPEN: "reopened",
}


@dataclass(frozen=True)
class Acts:
    """What one person did at one evening, in the order of the columns."""

    member: User
    numbers: list[int]


@dataclass
class EveningActs:
    """One evening, and who did what at it."""

    event: Event
    by: list[Acts] = field(default_factory=list)
    is_at_a_limit: bool = False

    @property
    def total(self) -> int:
        return sum(sum(acts.numbers) for acts in self.by)


def acts_of_late(now: datetime) -> list[EveningActs]:
    """The evenings of the last three months at which something was done, those with the most acts first."""
    numbers = _numbers(now - GROUP_ACTS.looks_back_for)
    events = Event.objects.in_bulk({event_id for event_id, _ in numbers})
    members = User.objects.select_related("profile").in_bulk({member_id for _, member_id in numbers})
    found = {pk: EveningActs(event) for pk, event in events.items()}
    for (event_id, member_id), counted in sorted(numbers.items()):
        if event_id in found and member_id in members:
            found[event_id].by.append(Acts(members[member_id], [counted[name] for name in COLUMNS]))
    for evening in found.values():
        sums = [sum(column) for column in zip(*(acts.numbers for acts in evening.by), strict=True)]
        limits = COLUMNS.values()
        evening.is_at_a_limit = any(
            limit is not None and number >= limit for number, limit in zip(sums, limits, strict=False)
        )
    shown = sorted(found.values(), key=lambda evening: (-evening.is_at_a_limit, -evening.total, -evening.event.pk))
    return shown[: GROUP_ACTS.evenings]


def _numbers(since: datetime) -> dict[tuple[int, int], Counter[str]]:
    """By event and person, how often each column's act was done."""
    numbers: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    lines = AuditEntry.objects.filter(at__gt=since, by__isnull=False)
    of_events = lines.filter(object_type=AuditEntry.type_of(Event), verb__in=_COLUMN_OF)
    for event_id, by, verb, why, number in of_events.values_list("object_id", "by", "verb", "why").annotate(
        number=Count("pk")
    ):
        numbers[event_id, by][_COLUMN_OF[verb]] += number
        if why == SMALL:
            numbers[event_id, by]["small"] += number
    of_seats = lines.filter(CORRECTION, object_type=AuditEntry.type_of(Registration)).values_list("object_id", "by")
    event_of = dict(Registration.objects.filter(pk__in={pk for pk, _ in of_seats}).values_list("pk", "event_id"))
    for registration_id, by in of_seats:
        if registration_id in event_of:
            numbers[event_of[registration_id], by]["corrected"] += 1
    return numbers
