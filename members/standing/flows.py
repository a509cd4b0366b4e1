"""Suspending and blocking: stopping a membership for a while, and keeping two people apart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.db import transaction

from kouryu.refusal import Refused
from members.accounts.locks import lock_account, lock_member
from members.audit import audit
from members.models import Block, EndedBlock, Suspension, User
from members.standing import mails
from members.standing.rules import (
    BlockRequest,
    Lifting,
    NoSuspension,
    SuspensionProposal,
    needs_owner,
    why_not_block,
    why_not_lift,
    why_not_suspend,
)


@transaction.atomic
def block(*, member: User, other_id: int, now: datetime) -> Block:
    """Keep `member` and the other apart from now on: never in one group, never seen again, in both directions.

    Blocking twice returns the first block. Refused, with one answer for all causes, for oneself and for an id that
    is nobody's.
    """
    lock_member(member.pk)
    is_member = User.objects.filter(pk=other_id, is_active=True).exists()
    if problem := why_not_block(BlockRequest(is_oneself=other_id == member.pk, is_member=is_member)):
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


@transaction.atomic
def block_again(*, member: User, blockers: Iterable[int], now: datetime) -> None:
    """Those who blocked an earlier account of `member` block this one, too. What stands already stays as it is."""
    for blocker in User.objects.filter(pk__in=blockers, is_active=True).exclude(pk=member.pk).order_by("pk"):
        row, is_new = Block.objects.get_or_create(blocker=blocker, blocked=member, defaults={"blocked_at": now})
        if is_new:
            audit.record("block", row, by=blocker, now=now)


@transaction.atomic
def suspend(*, member: User, until: datetime, reason: str, by: User, now: datetime) -> Suspension:
    """Put `member` out until `until`; an open suspension ends and this one takes its place.

    Nobody is told here: the caller knows what the decision was about. Refused without a readable reason, for
    oneself, for a moderator or owner unless `by` is an owner, or when the end does not lie ahead within a year.
    """
    locked = lock_account(member.pk)
    only_owner = needs_owner(locked.roles, by.roles)
    proposal = SuspensionProposal(of_oneself=member.pk == by.pk, until=until, reason=reason, only_owner=only_owner)
    if problem := why_not_suspend(proposal, now):
        raise Refused(problem)
    # Also one whose time has run out: it still counts for the constraint "one open suspension".
    Suspension.objects.filter(member=member, ended_at=None).update(ended_at=now)
    suspension = Suspension.objects.create(
        member=member, starts_at=now, until=until, reason=reason.strip(), imposed_by=by
    )
    audit.record("suspend", member, by=by, now=now, fields=["until", "reason"], why=until.astimezone(UTC).isoformat())
    return suspension


@transaction.atomic
def lift(*, member: User, by: User, reason: str, now: datetime) -> Suspension:
    """End the open suspension of `member` now, for a reason that stays in the record, and mail them that they are back.

    Refused as `why_not_lift` says.
    """
    locked = lock_account(member.pk)
    suspension = Suspension.objects.open_at(now).filter(member=member).first()
    facts = Lifting(
        is_suspended=suspension is not None,
        of_oneself=member.pk == by.pk,
        reason=reason,
        only_owner=needs_owner(locked.roles, by.roles),
    )
    problem = why_not_lift(facts)
    if suspension is None or problem:
        raise Refused(problem or NoSuspension.NOT_SUSPENDED)
    suspension.ended_at, suspension.lifted_by, suspension.lifted_because = now, by, reason.strip()
    suspension.save(update_fields=["ended_at", "lifted_by", "lifted_because"])
    mails.suspension_lifted(suspension, now=now)
    audit.record("lift-suspension", member, by=by, now=now, fields=["ended_at", "lifted_because"])
    return suspension
