"""Linking members to their accounts of the service, and the days that it says they have paid for."""

from __future__ import annotations

from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils import timezone

from kouryu.openid import PROVIDER
from kouryu.refusal import Gone, Refused
from members.accounts.locks import lock_member
from members.admission.flows.admitting import admit
from members.admission.queries import is_declined
from members.audit import audit
from members.linking import queries
from members.linking.choices import CallResult
from members.linking.rules import NoCall, PaidCall, PaidWord, days_to_give, why_not_hear
from members.membership.choices import PeriodSource
from members.membership.queries import paid_until
from members.models import Period, ServiceCall, ServiceDays, User
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

    Safe to run at each sign-in. What is held already is never shortened or overlapped, and what the same account of the
    service has given once, to whomever, it gives no second time.
    """
    if not queries.listens() or queries.service_account_of(member) is None:
        return None
    member = lock_member(member.pk)
    account = queries.service_account_of(member)
    if account is None:
        return None
    claim = queries.claim_of(account, now)
    if claim is None and queries.days_of(account.uid) is None:
        return None
    row = _locked_days(account.uid)
    if claim:
        _keep_word(row, claim, now=now)
    return _give(member, row, now=now)


def _locked_days(subject: str) -> ServiceDays:
    """The row of this account of the service, made where there is none and brought under the key of today."""
    digests = queries.digests_of(subject)
    rows = ServiceDays.objects.select_for_update(no_key=True).filter(provider=PROVIDER)
    row = rows.filter(subject__in=digests).first()
    if row is None:
        ServiceDays.objects.get_or_create(provider=PROVIDER, subject=digests[0])
        row = rows.get(subject=digests[0])
    row.subject = digests[0]
    return row


def _keep_word(row: ServiceDays, word: PaidWord, *, now: datetime) -> None:
    """Write down the latest that was said; what came late on its way changes nothing."""
    if row.said_at is not None and word.said_at <= row.said_at:
        return
    row.said_until, row.said_at = word.counts_until, word.said_at
    row.save()
    audit.record("hear-service", row, by=None, now=now, why=row.said_until.isoformat())


def _give(member: User, row: ServiceDays, *, now: datetime) -> Period | None:
    today = timezone.localdate(now)
    if row.said_until is None or row.said_until < today:
        return None
    if member.awaits_admission and is_declined(member):
        return None  # the staff have answered; the word stays, and counts if they think better of it
    held_until = paid_until(member)
    days = days_to_give(row.said_until, held_until=held_until, given_until=row.given_until, today=today)
    if days or (held_until and held_until > today):
        admit(member, by=None, why="service", now=now)
    if days is None:
        return None
    period = Period.objects.create(
        member=member, starts_on=days.starts_on, ends_on=days.ends_on, source=PeriodSource.SERVICE
    )
    row.given_until = days.ends_on
    row.save()
    audit.record("grant-period", period, by=None, now=now, why=days.ends_on.isoformat())
    return period


def hear_call(*, call: PaidCall, digest: str, now: datetime) -> tuple[CallResult, Period | None]:
    """Take the word of the service's server for what is paid, and give the days to whoever is linked.

    In two transactions: the word is kept first, so that a link made meanwhile finds it, or is found. The same call sent
    again gives nothing twice. Refused are a call of another time, and an id that another call had.
    """
    if reason := why_not_hear(call, now):
        raise Refused(reason)
    _keep_call(call, digest, now=now)
    if call.last_day < timezone.localdate(now):
        return CallResult.OVER, None
    account = queries.linked_to(call.subject)
    if account is None:
        return CallResult.KEPT, None
    try:
        period = take_over_paid_days(member=account.user, now=now)
    except Gone:  # at this very moment
        return CallResult.KEPT, None
    return (CallResult.GIVEN if period else CallResult.HELD), period


@transaction.atomic
def _keep_call(call: PaidCall, digest: str, *, now: datetime) -> None:
    heard, is_first = ServiceCall.objects.get_or_create(call=call.id, defaults={"digest": digest, "at": now})
    if heard.digest != digest:
        raise Refused(NoCall.ID_USED)
    if is_first:
        _keep_word(_locked_days(call.subject), call.word_at(now), now=now)
