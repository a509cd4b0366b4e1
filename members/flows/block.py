"""Blocking a member and taking it back. The other one is never told, not even by a mail that stays away."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kouryu.refusal import Refused
from members import audit
from members.models import Block, EndedBlock, User
from members.rules.block import Wish, why_not_block


@transaction.atomic
def block(*, member: User, other_id: int, now: datetime) -> Block:
    """Keep `member` and the other apart from now on: never in one group, never seen again, in both directions.

    Blocking twice returns the first block. Refused, with one answer for all causes, for oneself and for an id that
    is nobody's.
    """
    User.objects.select_for_update(no_key=True).get(pk=member.pk)
    is_member = User.objects.filter(pk=other_id, is_active=True).exists()
    if problem := why_not_block(Wish(is_oneself=other_id == member.pk, is_member=is_member)):
        raise Refused(problem)
    row, created = Block.objects.get_or_create(blocker=member, blocked_id=other_id, defaults={"blocked_at": now})
    if created:
        audit.record("block", row, by=member, now=now)
    return row


@transaction.atomic
def unblock(*, member: User, other_id: int, now: datetime) -> None:
    """Take back the block of this person that `member` made; one that is already gone changes nothing.

    A block that the other one made stays: it is theirs.
    """
    row = Block.objects.select_for_update().filter(blocked__in=User.objects.filter(pk=other_id), blocker=member).first()
    if row is None:
        return
    audit.record("unblock", row, by=member, now=now)
    EndedBlock.objects.create(blocker=member, blocked_id=row.blocked_id, ended_at=now)
    row.delete()
