"""The groups of an evening of the demo's year."""

from __future__ import annotations

from collections import defaultdict

from events.models import Event, Seat


def groups_of(planned: Event) -> list[set[int]]:
    """The members of each group that an event showed, over all rounds."""
    groups: dict[int, set[int]] = defaultdict(set)
    for group_id, member_id in Seat.objects.seen().filter(round__event=planned).values_list("group_id", "member_id"):
        groups[group_id].add(member_id)
    return [groups[key] for key in sorted(groups)]
