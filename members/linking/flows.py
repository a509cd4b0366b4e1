"""Linking members to their accounts of the service, and the days that it says they have paid for."""

from __future__ import annotations

from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils import timezone

from kouryu.openid import PROVIDER
from kouryu.refusal import Gone
from members.accounts.locks import lock_member
from members.admission.flows.admitting import admit
from members.audit import audit
from members.linking import queries
from members.linking.rules import days_to_give
from members.membership.choices import PeriodSource
from members.membership.queries import paid_until
from members.models import Period, User
from members.security import mails
from members.security.choices import SecurityChange
from members.security.flows import end_other_sessions


@transaction.atomic
def note_link(*, member: User, now: datetime) -> None:
    """Note that an account of the service signs `member` in from now on, and tell them."""
    audit.record("link-service", member, by=member, now=now)
    mails.security_changed(member, change=SecurityChange.SERVICE_LINKED, now=now)


@transaction.atomic
def unlink(*, member: User, here: str | None, now: datetime) -> None:
    """The service's account signs `member` in no more; all other sessions end. `Gone` where none is linked."""
    lock_member(member.pk)
    linked, _tables = SocialAccount.objects.filter(user=member, provider=PROVIDER).delete()
    if not linked:
        raise Gone
    audit.record("unlink-service", member, by=member, now=now)
    end_other_sessions(member=member, here=here, now=now)
    mails.security_changed(member, change=SecurityChange.SERVICE_UNLINKED, now=now)


@transaction.atomic
def unlink_stranger(*, member: User, now: datetime) -> bool:
    """Take off what was linked before anybody proved the address of `member`; returns whether something was."""
    linked, _tables = SocialAccount.objects.filter(user=member).delete()
    if linked:
        audit.record("unlink-service", member, by=None, now=now)
    return bool(linked)


@transaction.atomic
def take_over_paid_days(*, member: User, now: datetime) -> Period | None:
    """Give `member` the days that the service says are paid, as far as they are missing, and let them in.

    Safe to run at each sign-in: what is held already is never given again, shortened or overlapped.
    """
    account = queries.service_account_of(member)
    last_day = queries.paid_day_said(account) if account else None
    today = timezone.localdate(now)
    if last_day is None or last_day < today:
        return None
    member = lock_member(member.pk)
    admit(member, by=None, why="service", now=now)
    days = days_to_give(last_day, held_until=paid_until(member), today=today)
    if days is None:
        return None
    period = Period.objects.create(
        member=member, starts_on=days.starts_on, ends_on=days.ends_on, source=PeriodSource.SERVICE
    )
    audit.record("grant-period", period, by=None, now=now, why=days.ends_on.isoformat())
    return period
