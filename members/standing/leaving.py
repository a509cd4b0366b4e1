"""What becomes of blocks, suspensions and wishes to be apart when somebody goes."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from kouryu.leaving import on_leaving, remembers, stays
from members.audit import audit
from members.models import Block, EndedBlock, KeptApart, Suspension, User
from members.standing.queries import open_suspension

stays(
    Suspension,
    why="what was decided and why, asked for when it is disputed",
    until="`decisions` of the retention table",
)


@on_leaving(Block, EndedBlock, KeptApart)
def delete_blocks(member: User, *, now: datetime) -> None:
    """Those that they made. What others made stays theirs: a letter that came back to them would tell."""
    audit.delete(member.blocks_made.all(), audit.WITH_ACCOUNT, now=now)
    EndedBlock.objects.filter(Q(blocker=member) | Q(blocked=member)).delete()
    KeptApart.objects.filter(Q(holder=member) | Q(person=member)).delete()


@remembers("suspended_until")
def suspended_until(member: User, *, now: datetime) -> str | None:
    found = open_suspension(member, now)
    return found.until.isoformat() if found and found.until else None


@remembers("blocked_by")
def blocked_by_others(member: User, *, now: datetime) -> list[int]:
    """Whoever blocks them is not found by a second account either."""
    return list(member.blocks_met.order_by("pk").values_list("blocker_id", flat=True))
