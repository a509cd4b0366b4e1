"""What happens when a host draws the groups?"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events import queries
from events.flows.following import host_looks_again, members_look_again
from events.flows.seats import lock_event
from events.models import Event, Group, Registration, Round, Seat
from events.rules.drawing import NoDraw, settings_to_try, why_not_draw
from events.rules.grouping import GroupingTask, NoPlan, Plan, RoomClaims, explain, plan_groups
from kouryu.refusal import Refused
from members import audit
from members.models import User

PROPOSALS = 60_000  # tried swaps; the event is locked meanwhile, for about a third of a second with 60 people


@transaction.atomic
def draw_groups(*, event_id: int, by: User, now: datetime, seed: int | None = None) -> list[Round]:
    """Propose seats to everybody who is present, for each talk that has not begun; earlier proposals are replaced.

    Only the host sees a proposal, until each round is published. The same seed seats the same people alike; without
    one each draw is new. Refuses what `why_not_draw` says, and a company that cannot be seated.
    """
    event = lock_event(event_id)
    present = queries.people_present(event)
    sizes = [talk.group_size or event.group_size for talk in queries.talks_of(event)]
    if reason := why_not_draw(queries.evening_of(event), present=len(present), talks=len(sizes), now=now):
        raise Refused(reason)
    begun = set(event.rounds.exclude(started_at=None).values_list("number", flat=True))
    numbers = [number for number in range(1, len(sizes) + 1) if number not in begun]
    if not numbers:
        raise Refused(NoDraw.ALL_BEGUN)
    ahead = [sizes[number - 1] for number in numbers]
    task, plan = _plan(event, present, ahead, seed=int(now.timestamp()) if seed is None else seed)
    _forget_rounds_ahead(event)
    rounds = _write(event, dict(zip(numbers, plan.rounds, strict=True)), explain(task, plan), now)
    audit.record("groups.draw", event, by=by, now=now)
    return rounds


def _forget_rounds_ahead(event: Event) -> None:
    """What was proposed goes; what members saw already, they see go."""
    ahead = event.rounds.filter(started_at=None)
    (host_looks_again if not ahead.exclude(published_at=None).exists() else members_look_again)(event)
    ahead.delete()


def _plan(event: Event, present: list[Registration], sizes: list[int], *, seed: int) -> tuple[GroupingTask, Plan]:
    for setting in settings_to_try(len(present), sizes):
        task = queries.grouping_task(event, present, setting, seed=seed)
        try:
            return task, plan_groups(task, PROPOSALS)
        except NoPlan:
            continue
    raise Refused(NoDraw.NO_PLAN)


def _write(event: Event, rooms_of: dict[int, list[list[str]]], claims: list[RoomClaims], now: datetime) -> list[Round]:
    """Store the rooms of each round by its number; the claims count the planned rounds from 1."""
    claim_of = {(claim["round"], claim["room"]): claim for claim in claims}
    rounds = []
    for place, (number, rooms) in enumerate(rooms_of.items(), 1):
        drawn = Round.objects.create(event=event, number=number, drawn_at=now)
        for room, people in enumerate(rooms, 1):
            claim = claim_of[place, room]
            group = Group.objects.create(
                round=drawn, number=room, industries=claim["industries"], new_pairs=claim["new_pairs"]
            )
            Seat.objects.bulk_create(Seat(round=drawn, group=group, member_id=int(one)) for one in people)
        rounds.append(drawn)
    return rounds
