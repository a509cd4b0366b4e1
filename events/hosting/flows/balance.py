"""Asking members of industries from which nobody comes yet: once for an event."""

from __future__ import annotations

from datetime import datetime
from random import Random

from django.db import transaction

from events.event.queries import leaders
from events.event.rules.figures import why_not_balance
from events.hosting import mails
from events.hosting.choices import INVITATION_MAIL
from events.hosting.limits import BALANCE
from events.hosting.queries.figures import missing_industries
from events.hosting.queries.matching import able_to_come, members_who_fit
from events.models import Event
from events.registration.flows.seats import lock_event
from events.registration.queries import registration as registrations
from events.registration.rules.registration import why_registration_is_closed
from kouryu.refusal import Refused
from members.audit import audit
from members.models import User


def invite_missing_industries(*, event_id: int, by: User, now: datetime) -> None:
    """Mail members who fit, who have never registered for this event and whose industry is missing, at most thirty.

    Who they are is drawn by lot, and nobody is told how many they were. Blocks play no part, as nowhere in who may
    come. Mails have a transaction each: killed half-way, the rest is not written, and nobody is written to twice.
    Refuses what `why_not_balance` says.
    """
    event = _mark(event_id, by, now)
    for member in _drawn(event, now):
        with transaction.atomic():
            mails.missing_industry(event, member, now=now)


@transaction.atomic
def _mark(event_id: int, by: User, now: datetime) -> Event:
    event = lock_event(event_id)
    reason = why_not_balance(
        is_open=why_registration_is_closed(
            registrations.registration_window_of(event), now, has_leader=leaders.has_leader(event)
        )
        is None,
        seats_left=event.capacity - event.registrations.seated().count(),
        was_done_at=event.balance_invited_at,
        asks_affinity="affinity" in registrations.conditions_of(event),
    )
    if reason:
        raise Refused(reason)
    event.balance_invited_at = now
    event.save(update_fields=["balance_invited_at"])
    audit.record("event.invite-missing-industries", event, by=by, now=now)
    return event


def _drawn(event: Event, now: datetime) -> list[User]:
    members = (
        able_to_come(now)
        .filter(profile__industry__in=missing_industries(event), paused_at=None)
        .exclude(pk=event.host_id)
        .exclude(registrations__event=event)
    )
    fitting = members_who_fit(event, registrations.conditions_of(event), members, now=now)
    willing = [
        member
        for member in User.objects.get_queryset().filter(pk__in=fitting).select_related("profile").order_by("pk")
        if INVITATION_MAIL not in member.muted_mail
    ]
    Random(event.pk).shuffle(willing)  # noqa: S311 - a fair order, nothing secret
    return willing[: BALANCE.mails]
