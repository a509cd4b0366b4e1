"""Inviting people by their address, without telling anybody who is a member."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from events import mails, queries
from events.flows.seats import lock_event
from events.invitations import invitations_due
from events.models import Invitation
from events.rules.invitation import why_not_invite
from kouryu.clock import within
from kouryu.refusal import Refused
from members import audit
from members.models import AuditEntry, User
from members.queries import blocked_ids

VERB = "event.invite"


@transaction.atomic
def invite(*, event_id: int, by: User, addresses: Collection[str], now: datetime) -> None:
    """Invite whoever of these addresses is a member. Nothing is returned: the answer is the same for every address.

    One line is noted for each address, without it. The mails are written by the sweep, so that the time this takes
    tells nothing either. Somebody who blocks the host, or is blocked, is invited as little as a stranger. Inviting
    twice changes nothing. Refuses what `why_not_invite` says.
    """
    event = lock_event(event_id)
    typed_today = AuditEntry.objects.filter(by=by, verb=VERB, at__range=within(timedelta(days=1), now)).count()
    reason = why_not_invite(
        queries.doors_of(event),
        asks_for_invitation="invited" in queries.conditions_of(event),
        typed=len(addresses),
        typed_today=typed_today,
        now=now,
    )
    if reason:
        raise Refused(reason)
    unseen = blocked_ids(by) | {by.pk}
    for address in addresses:
        audit.record(VERB, event, by=by, now=now)
        member = User.objects.filter(email=address.lower(), is_active=True).first()
        if member and member.pk not in unseen:
            Invitation.objects.get_or_create(event=event, member=member, defaults={"invited_at": now, "invited_by": by})


def send_invitations(*, now: datetime) -> int:
    """Write each invitation that is due and not written yet, one per transaction; returns how many."""
    written = 0
    for invitation in invitations_due(now):
        with transaction.atomic():
            written += mails.invitation(invitation, now=now)
    return written
