"""What becomes of evenings that somebody leads who goes: their owners are told, and hand them over or call them off."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from events.event.choices import OVER, EventState
from events.event.queries import leaders
from events.event.rules.event import OF_ITS_HOST
from events.hosting import mails
from events.models import Event, EventTemplate, Series
from kouryu.leaving import on_asking_to_leave, on_leaving
from members.audit import audit
from members.models import User


@on_asking_to_leave
@transaction.atomic
def tell_owners(member: User, *, due_at: datetime, now: datetime) -> None:
    """Of what this member was to lead, so that it is handed over while they can still be asked."""
    coming = list(leaders.coming_of(member, now))
    for owner in leaders.owners().exclude(pk=member.pk) if coming else []:
        mails.host_leaves(member, owner, events=coming, due_at=due_at, now=now)


@on_leaving(Event, EventTemplate, Series)
def leave_the_lead(member: User, *, now: datetime) -> None:
    """Drafts and templates go. What members saw stays as the site's, without words about the host.

    What is to come has no leader from now on: the sweep `tell-of-leaderless` tells the owners.
    """
    member.event_templates.all().delete()
    audit.delete(Event.objects.filter(host=member, state=EventState.DRAFT), audit.WITH_ACCOUNT, now=now)
    of_series = Exists(Event.objects.filter(series=OuterRef("pk")))
    audit.delete(Series.objects.filter(~of_series, host=member), audit.WITH_ACCOUNT, now=now)
    Event.objects.filter(host=member).update(**dict.fromkeys(OF_ITS_HOST, ""))
    Event.objects.filter(host=member, state__in=OVER).update(room_url="")
