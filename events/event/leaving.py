"""What becomes of help and invitations when the member goes."""

from __future__ import annotations

from datetime import datetime

from events.models import CoHost, Invitation
from kouryu.leaving import on_leaving
from members.audit import audit
from members.models import User


@on_leaving(CoHost, Invitation)
def end_help_and_invitations(member: User, *, now: datetime) -> None:
    for co_host in member.helps_with.all():
        audit.record("co-host.end", co_host, by=None, now=now, why=co_host.right)
        co_host.delete()
    member.event_invitations.all().delete()
