"""Letting members go from groups that were retired, once no evening asks for them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events.event.choices import ConditionKind, EventState
from events.event.queries import counts
from events.models import Condition, StepCount
from kouryu.sweeps import DAILY, sweep
from members.models import AffinityGroup, AffinityMember

TO_COME = [EventState.DRAFT, EventState.PUBLISHED]


@sweep("forget-affinities", every=DAILY)
@transaction.atomic
def forget_affinities(*, now: datetime) -> int:
    """Forget who was in a group that was retired, and what was counted of it; returns how many rows of members.

    Not while an evening that is not over asks for it: its members could register for it until then.
    """
    asking = Condition.objects.filter(
        kind=ConditionKind.AFFINITY, event__state__in=TO_COME, event__ends_at__gt=now
    ).values_list("values", flat=True)
    asked = {key for values in asking for key in values}
    retired = AffinityGroup.objects.exclude(retired_at=None).values_list("pk", flat=True)
    over = [pk for pk in retired if str(pk) not in asked]
    StepCount.objects.filter(subject__in=[counts.affinity_of(str(pk)).subject for pk in over]).delete()
    gone, _ = AffinityMember.objects.filter(affinity__in=over).delete()
    return gone
