"""What becomes of a member's affinity groups when the member goes."""

from __future__ import annotations

from datetime import datetime

from kouryu.leaving import on_leaving
from members.models import AffinityMember, User


@on_leaving(AffinityMember)
def leave_affinities(member: User, *, now: datetime) -> None:
    member.affinities.all().delete()
