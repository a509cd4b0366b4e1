"""Days that no longer stand, and those that move up to them. What they were stays as a `FormerPeriod`."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from members.audit import audit
from members.membership import queries
from members.membership.choices import DaysChange, DueState
from members.membership.flows.paying import take_back_due
from members.models import Due, FormerPeriod, Period, User


def take_away(due: Due, change: DaysChange, *, by: User | None, now: datetime) -> None:
    """The days that a due bought go; later ones of the member move up, and a renewal that waited for them is off.

    The caller holds the member's lock.
    """
    today = timezone.localdate(now)
    for period in queries.periods_of(due).order_by("-starts_on"):
        renewal = Due.objects.filter(renews=period).select_related("member").first()
        if renewal and renewal.state == DueState.OPEN:
            take_back_due(renewal, by=by, now=now)
            audit.record("cancel-order", renewal, by=by, now=now, fields=["state"])
        Due.objects.filter(renews=period).update(renews=None)
        keep_as_it_was(period, change, now=now)
        audit.record("take-away-days", period, by=by, now=now)
        freed = period.ends_on - max(today, period.starts_on)
        period.delete()
        if freed > timedelta(0):
            _move_up(due.member, period.ends_on, freed, now=now)


def keep_as_it_was(period: Period, change: DaysChange, *, now: datetime) -> None:
    """Note what a period says before it is changed."""
    FormerPeriod.objects.create(
        period_id=period.pk,
        member=period.member,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        source=period.source,
        allocation=period.allocation,
        change=change,
        changed_at=now,
    )


def _move_up(member: User, after: date, by_days: timedelta, *, now: datetime) -> None:
    for period in member.periods.filter(starts_on__gte=after).select_related("allocation").order_by("starts_on"):
        keep_as_it_was(period, DaysChange.MOVED, now=now)
        period.starts_on -= by_days
        period.ends_on -= by_days
        period.save(update_fields=["starts_on", "ends_on"])
