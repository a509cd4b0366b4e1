"""Putting a member out until a moment, and letting them in again. Both count from the next request."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kouryu.refusal import Refused
from members import audit
from members.models import Suspension, User
from members.rules.standing import NoSuspension, Proposal, why_not_suspend


@transaction.atomic
def suspend(*, member: User, until: datetime, reason: str, by: User, now: datetime) -> Suspension:
    """Put `member` out until `until`; an open suspension ends and this one takes its place.

    Nobody is told here: the caller knows what the decision was about. Refused without a readable reason, for
    oneself, or when the end does not lie ahead within a year.
    """
    proposal = Proposal(of_oneself=member.pk == by.pk, until=until, reason=reason)
    if problem := why_not_suspend(proposal, now):
        raise Refused(problem)
    User.objects.select_for_update(no_key=True).get(pk=member.pk)
    # Also one whose time has run out: it still counts for the constraint "one open suspension".
    Suspension.objects.filter(member=member, ended_at=None).update(ended_at=now)
    suspension = Suspension.objects.create(
        member=member, starts_at=now, until=until, reason=reason.strip(), imposed_by=by
    )
    audit.record("suspend", member, by=by, now=now, fields=["until", "reason"])
    return suspension


@transaction.atomic
def lift(*, member: User, by: User, now: datetime) -> Suspension:
    """End the open suspension of `member` now. Refused when there is none."""
    User.objects.select_for_update(no_key=True).get(pk=member.pk)
    suspension = Suspension.objects.open_at(now).filter(member=member).first()
    if suspension is None:
        raise Refused(NoSuspension.NOT_SUSPENDED)
    suspension.ended_at = now
    suspension.save(update_fields=["ended_at"])
    audit.record("lift-suspension", member, by=by, now=now, fields=["ended_at"])
    return suspension
