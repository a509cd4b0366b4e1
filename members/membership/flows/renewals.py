"""The end of paid days: the reference for the next ones, and the farewell."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kouryu.sweeps import EVERY_TEN_MINUTES, sweep
from members.accounts.locks import lock_account
from members.audit import audit
from members.membership import mails, providers, queries
from members.membership.flows.ordering import make_due
from members.membership.limits import RENEWALS
from members.membership.rules import why_not_renew
from members.models import Period, User


@sweep("renew-memberships", every=EVERY_TEN_MINUTES)
def send_renewals(*, now: datetime) -> int:
    """Send the references for renewal and the farewell mails that are due; returns how many mails were written.

    One transaction per member, and nothing goes out twice: a second run finds the order or the mail of the first.
    """
    today = timezone.localdate(now)
    notices = [_send_renewal(period_id, today, now) for period_id in queries.period_ids_ending_soon(today)]
    farewells = [
        _send_ended(period_id, now) for period_id in queries.period_ids_ended(today - RENEWALS.ended_mail_within, today)
    ]
    return sum(notices) + sum(farewells)


@transaction.atomic
def _send_renewal(period_id: int, today: date, now: datetime) -> bool:
    member = User.objects.get(periods=period_id)
    lock_account(member.pk)
    period = Period.objects.select_related("plan", "member").get(pk=period_id)
    if why_not_renew(queries.renewal_facts(period), today, RENEWALS.notice_days) or period.plan is None:
        return False
    agreement = queries.agreement_for(period)
    if agreement is None:
        return False
    due = make_due(agreement, due_on=period.last_day, renews=period, now=now)
    audit.record("send-renewal", due, by=None, now=now)
    mails.renewal_due(due, now=now)
    return True


@transaction.atomic
def _send_ended(period_id: int, now: datetime) -> bool:
    period = Period.objects.select_related("member").get(pk=period_id)
    if providers.renews_by_itself(period.member):
        return False  # its card is being charged; what fails is told by mails of its own
    return mails.period_ended(period, open_due=queries.open_due(period.member), now=now)
