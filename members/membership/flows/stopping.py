"""Stopping, and changing one's mind."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from members.accounts.locks import lock_member
from members.audit import audit
from members.membership import mails, providers, queries
from members.membership.flows.paying import take_back_due
from members.models import Membership, User


@transaction.atomic
def stop_membership(*, member: User, now: datetime) -> Membership:
    """No further renewal notice; an open order is taken back. Paid days stay, and a mail says until when."""
    lock_member(member.pk)
    membership, _ = Membership.objects.get_or_create(member=member)
    if membership.stopped_at:
        return membership
    membership.stopped_at = now
    membership.save(update_fields=["stopped_at"])
    if open_order := queries.open_due(member):
        take_back_due(open_order, by=member, now=now)
    audit.record("stop-membership", membership, by=member, now=now, fields=["stopped_at"])
    providers.tell_of_wish(member)
    mails.membership_stopped(member, paid_until=queries.paid_until(member), now=now)
    return membership


@transaction.atomic
def resume_membership(*, member: User, now: datetime) -> Membership:
    """Renewal notices go out again. Nothing is ordered by this."""
    lock_member(member.pk)
    membership, _ = Membership.objects.get_or_create(member=member)
    if membership.stopped_at:
        membership.stopped_at = None
        membership.save(update_fields=["stopped_at"])
        audit.record("resume-membership", membership, by=member, now=now, fields=["stopped_at"])
        providers.tell_of_wish(member)
    return membership
