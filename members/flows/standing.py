"""Putting a member out until a moment, and letting them in again. Both count from the next request."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from kouryu.refusal import Refused
from members import audit, mails
from members.models import Suspension, User
from members.rules.standing import Lifting, NoSuspension, Proposal, needs_owner, why_not_lift, why_not_suspend


@transaction.atomic
def suspend(*, member: User, until: datetime, reason: str, by: User, now: datetime) -> Suspension:
    """Put `member` out until `until`; an open suspension ends and this one takes its place.

    Nobody is told here: the caller knows what the decision was about. Refused without a readable reason, for
    oneself, for a moderator or owner unless `by` is an owner, or when the end does not lie ahead within a year.
    """
    only_owner = needs_owner(member.roles, by.roles)
    proposal = Proposal(of_oneself=member.pk == by.pk, until=until, reason=reason, only_owner=only_owner)
    if problem := why_not_suspend(proposal, now):
        raise Refused(problem)
    User.objects.select_for_update(no_key=True).get(pk=member.pk)
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
    User.objects.select_for_update(no_key=True).get(pk=member.pk)
    suspension = Suspension.objects.open_at(now).filter(member=member).first()
    facts = Lifting(
        is_suspended=suspension is not None,
        of_oneself=member.pk == by.pk,
        reason=reason,
        only_owner=needs_owner(member.roles, by.roles),
    )
    problem = why_not_lift(facts)
    if suspension is None or problem:
        raise Refused(problem or NoSuspension.NOT_SUSPENDED)
    suspension.ended_at, suspension.lifted_by, suspension.lifted_because = now, by, reason.strip()
    suspension.save(update_fields=["ended_at", "lifted_by", "lifted_because"])
    mails.suspension_lifted(suspension, now=now)
    audit.record("lift-suspension", member, by=by, now=now, fields=["ended_at", "lifted_because"])
    return suspension
