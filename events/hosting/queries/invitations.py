"""Invitations that are still to be written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from events.event.choices import EventState
from events.hosting.choices import INVITATION_MAIL
from events.models import Event, Invitation
from members.models import OutgoingMail, Period, Suspension


def invitations_due(now: datetime) -> Iterator[Invitation]:
    """Of published events that still take registrations, to members who could come, want such mails, and have none.

    The key of the mail says that it is written, nothing else does.
    """
    today = timezone.localdate(now)
    paid = Period.objects.filter(
        member=OuterRef("member"), starts_on__lte=today, ends_on__gt=today - timedelta(days=settings.GRACE_DAYS)
    )
    key = Concat(Value("invitation/"), Cast(OuterRef("event_id"), CharField()), Value("/"))
    written = OutgoingMail.objects.filter(key=Concat(key, Cast(OuterRef("member_id"), CharField())))
    due = (
        Invitation.objects.filter(event__state=EventState.PUBLISHED, event__registration_closes_at__gt=now)
        .filter(event__in=Event.objects.led())
        .filter(Exists(paid), member__paused_at=None)
        .exclude(Exists(Suspension.objects.open_at(now).filter(member=OuterRef("member"))))
        .exclude(Exists(written))
        .select_related("event", "member__profile")
        .order_by("pk")
    )
    for invitation in due:
        if INVITATION_MAIL not in invitation.member.muted_mail:
            yield invitation
