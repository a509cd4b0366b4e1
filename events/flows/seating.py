"""What the flows of groups share: rooms become rows, and each group tells what is true of it."""

from __future__ import annotations

from collections.abc import Sequence

from events import queries
from events.flows.following import host_looks_again, members_look_again
from events.models import Event, Group, Round, Seat
from events.rules.evening import NoRunning
from events.rules.grouping import GroupingTask, explain
from kouryu.refusal import Refused


def find_round(event: Event, round_id: int) -> Round:
    """The round that the host looked at; refused when another window of the host drew in between."""
    drawn = event.rounds.filter(pk=round_id).first()
    if drawn is None:
        raise Refused(NoRunning.DRAWN_ANEW)
    return drawn


def write_rooms(drawn: Round, rooms: Sequence[Sequence[str]]) -> None:
    """Seat people (by their ids) in the groups of a round, in order; locks stay with who stays in their group."""
    groups = list(drawn.groups.all())
    groups += [Group(round=drawn, number=number) for number in range(len(groups) + 1, len(rooms) + 1)]
    Group.objects.bulk_create(group for group in groups if group.pk is None)
    kept = {(seat.group_id, seat.member_id): seat.is_locked for seat in drawn.seats.all()}
    drawn.seats.all().delete()
    Seat.objects.bulk_create(
        Seat(round=drawn, group=group, member_id=int(one), is_locked=kept.get((group.pk, int(one)), False))
        for group, room in zip(groups, rooms, strict=True)
        for one in room
    )


def retell(event: Event) -> None:
    """Say anew of every group what is true of it: a move in one round changes who meets for the first time later."""
    rounds, plan = queries.whole_plan(event)
    members = {seat.member_id: seat.member for drawn in rounds for seat in drawn.seats.all()}
    task = GroupingTask(
        people=tuple(queries.person_at_table(member) for member in members.values()),
        sizes=(),
        history=tuple(queries.past_company(event, list(members))),
    )
    groups = []
    for claim in explain(task, plan):
        group = rounds[claim["round"] - 1].groups.all()[claim["room"] - 1]
        group.industries, group.new_pairs = claim["industries"], claim["new_pairs"]
        groups.append(group)
    Group.objects.bulk_update(groups, ["industries", "new_pairs"])


def look_again(event: Event, rounds: Sequence[Round]) -> None:
    """These rounds have changed: the host's business, unless members saw one of them already."""
    if any(drawn.published_at is not None for drawn in rounds):
        members_look_again(event)
    else:
        host_looks_again(event)
