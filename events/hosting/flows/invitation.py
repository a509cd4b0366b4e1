"""Inviting people by their address, without telling anybody who is a member."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from events.hosting import mails
from events.hosting.queries.invitations import invitations_due
from events.hosting.rules import why_not_invite
from events.models import Event, Invitation
from events.registration.flows.seats import lock_event
from events.registration.queries import registration as registrations
from kouryu.clock import within
from kouryu.numbers import DAY
from kouryu.refusal import Refused
from kouryu.sweeps import OFTEN, sweep
from members.audit import audit
from members.models import AuditEntry, User
from members.standing.queries import blocked_ids

VERB = "event.invite"


@transaction.atomic
def invite(*, event_id: int, by: User, addresses: Collection[str], now: datetime) -> None:
    """Invite whoever of these addresses is a member. Nothing is returned: the answer is the same for every address.

    One line is noted for each address, without it. The mails are written by the sweep, so that the time this takes
    tells nothing either. Somebody who blocks the host, or is blocked, is invited as little as a stranger. Inviting
    twice changes nothing. Refuses what `why_not_invite` says.
    """
    event = lock_event(event_id)
    typed_today = AuditEntry.objects.filter(by=by, verb=VERB, at__range=within(DAY, now)).count()
    reason = why_not_invite(
        registrations.registration_window_of(event),
        asks_for_invitation="invited" in registrations.conditions_of(event),
        typed=len(addresses),
        typed_today=typed_today,
        now=now,
    )
    if reason:
        raise Refused(reason)
    unseen = blocked_ids(by) | {by.pk}
    for address in addresses:
        audit.record(VERB, event, by=by, now=now)
        member = User.objects.filter(email=address.lower(), is_active=True).exclude(pk__in=unseen).first()
        _note(event, member, by, now)


def _note(event: Event, member: User | None, by: User, now: datetime) -> None:
    """Write the invitation, once. For a stranger the same is done and taken back: the work tells on nobody."""
    before = transaction.savepoint()
    invitation = Invitation(event=event, member=member or by, invited_at=now, invited_by=by)
    Invitation.objects.bulk_create([invitation], ignore_conflicts=True)
    if member:
        transaction.savepoint_commit(before)
    else:
        transaction.savepoint_rollback(before)


@sweep("send-invitations", every=OFTEN)
def send_invitations(*, now: datetime) -> int:
    """Write each invitation that is due and not written yet, one per transaction; returns how many."""
    written = 0
    for invitation in invitations_due(now):
        with transaction.atomic():
            written += mails.invitation(invitation, now=now)
    return written
