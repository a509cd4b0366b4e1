"""What happens when a host draws the groups?"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events import queries
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
    """Seat everybody who is present for each talk; what was drawn before is replaced. The same seed seats the same
    people alike; without one each draw is new. Refuses what `why_not_draw` says, and a company that cannot be seated.
    """
    event = lock_event(event_id)
    present = queries.people_present(event)
    sizes = [talk.group_size or event.group_size for talk in queries.talks_of(event)]
    if reason := why_not_draw(queries.evening_of(event), present=len(present), talks=len(sizes), now=now):
        raise Refused(reason)
    task, plan = _plan(event, present, sizes, seed=int(now.timestamp()) if seed is None else seed)
    event.rounds.all().delete()
    rounds = _write(event, plan, explain(task, plan), now)
    audit.record("groups.draw", event, by=by, now=now)
    return rounds


def _plan(event: Event, present: list[Registration], sizes: list[int], *, seed: int) -> tuple[GroupingTask, Plan]:
    for setting in settings_to_try(len(present), sizes):
        task = queries.grouping_task(event, present, setting, seed=seed)
        try:
            return task, plan_groups(task, PROPOSALS)
        except NoPlan:
            continue
    raise Refused(NoDraw.NO_PLAN)


def _write(event: Event, plan: Plan, claims: list[RoomClaims], now: datetime) -> list[Round]:
    claim_of = {(claim["round"], claim["room"]): claim for claim in claims}
    rounds = []
    for number, rooms in enumerate(plan.rounds, 1):
        drawn = Round.objects.create(event=event, number=number, drawn_at=now)
        for place, people in enumerate(rooms, 1):
            claim = claim_of[number, place]
            group = Group.objects.create(
                round=drawn, number=place, industries=claim["industries"], new_pairs=claim["new_pairs"]
            )
            Seat.objects.bulk_create(Seat(round=drawn, group=group, member_id=int(one)) for one in people)
        rounds.append(drawn)
    return rounds
