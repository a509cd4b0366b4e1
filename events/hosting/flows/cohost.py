"""Co-hosts: asking somebody to help, helping, and stopping."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from events.event.choices import Right
from events.event.rules.cohost import NoCoHost, why_not_ask, why_not_help
from events.models import CoHost
from events.registration.flows.seats import lock_event
from kouryu.refusal import Gone, Refused, get_or_gone
from members.audit import audit
from members.models import User


@transaction.atomic
def ask_for_help(*, event_id: int, right: Right, by: User, now: datetime) -> CoHost:
    """Make an invitation that the host passes on by themselves: nobody has to tell an address for it.

    Refuses what `why_not_ask` says.
    """
    event = lock_event(event_id)
    if reason := why_not_ask(event.state, asked=event.co_hosts.count()):
        raise Refused(reason)
    co_host = CoHost.objects.create(
        event=event, right=right, token=secrets.token_urlsafe(32), added_by=by, added_at=now
    )
    audit.record("co-host.ask", co_host, by=by, now=now, why=right.value)
    return co_host


@transaction.atomic
def help_host(*, event_id: int, token: str, member: User, now: datetime) -> CoHost:
    """Take an invitation: from now on `member` may do what it says. The first to take it has it; taking it twice
    changes nothing. `Gone` for an invitation that is gone or somebody else's.

    Who helps already with this event gets the new right in place of the old one. Refuses what `why_not_help` says.
    """
    event = lock_event(event_id)
    co_host = get_or_gone(event.co_hosts.all(), token=token)
    if co_host.member_id == member.pk:
        return co_host
    if co_host.member_id:
        raise Gone
    if reason := why_not_help(event.state, is_host=event.host_id == member.pk):
        raise Refused(reason)
    event.co_hosts.filter(member=member).delete()
    co_host.member, co_host.accepted_at = member, now
    co_host.save(update_fields=["member", "accepted_at"])
    audit.record("co-host.accept", co_host, by=member, now=now, why=co_host.right)
    return co_host


@transaction.atomic
def end_help(*, event_id: int, co_host_id: int, by: User, was_open: bool = False, now: datetime) -> None:
    """Take a right or an open invitation back, by the host or by the helper; it ends with the next request.

    Ending it twice changes nothing. An invitation that `was_open` on the page, and that somebody has taken since, is
    refused: nobody's help ends by a page that did not show it.
    """
    event = lock_event(event_id)
    co_host = event.co_hosts.filter(pk=co_host_id).first()
    if co_host is None:
        return
    if was_open and co_host.member_id:
        raise Refused(NoCoHost.TAKEN)
    audit.record("co-host.end", co_host, by=by, now=now, why=co_host.right)
    co_host.delete()
