"""Days without a payment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from kouryu.refusal import Refused
from members.accounts.locks import lock_account
from members.audit import audit
from members.desk.choices import StaffAct
from members.desk.flows import keep_reason
from members.membership import queries
from members.membership.choices import PeriodSource
from members.membership.rules import NoGrant, days_bought
from members.models import Period, User

PERIODS_AT_ONCE = 500


@transaction.atomic
def grant_period(
    *, member: User, months: int, by: User | None, source: PeriodSource = PeriodSource.GRANTED, now: datetime
) -> Period:
    """Give days of membership without a payment, from today or after the days held already."""
    lock_account(member.pk)
    days = days_bought(months, today=timezone.localdate(now), paid_until=queries.paid_until(member))
    period = Period.objects.create(
        member=member,
        starts_on=days.starts_on,
        ends_on=days.ends_on,
        source=source,
        granted_by=by,
    )
    audit.record("grant-period", period, by=by, now=now, why=str(months))
    return period


@transaction.atomic
def grant_until(last_days: Iterable[tuple[User, date]], *, by: User, now: datetime) -> list[Period]:
    """Give new members, who have no days yet, those from today to a last day, a few hundred rows in a statement."""
    today = timezone.localdate(now)
    periods = Period.objects.bulk_create(
        [
            Period(
                member=member,
                starts_on=today,
                ends_on=last_day + timedelta(days=1),
                source=PeriodSource.GRANTED,
                granted_by=by,
            )
            for member, last_day in last_days
        ],
        PERIODS_AT_ONCE,
    )
    audit.record_all("grant-period", periods, by=by, now=now, why=lambda period: str(period.ends_on))
    return periods


@transaction.atomic
def give_period(*, member: User, months: int, by: User, why: str, seen_until: date | None, now: datetime) -> Period:
    """Give days from the desk, with the reason among the member's notes.

    Refused without a reason, and when the paid days are no longer those that the page showed: two clicks give once.
    """
    lock_account(member.pk)
    if queries.paid_until(member) != seen_until:
        raise Refused(NoGrant.CHANGED_MEANWHILE)
    keep_reason(StaffAct.GRANT_PERIOD, member=member, by=by, words=why, now=now)
    return grant_period(member=member, months=months, by=by, now=now)
