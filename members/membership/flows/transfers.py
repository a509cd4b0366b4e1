"""What the desk does with transfers."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kouryu.refusal import Refused
from members.accounts.locks import lock_account
from members.membership import queries
from members.membership.choices import DueState, PaymentWay
from members.membership.flows.paying import pay_due, receive
from members.membership.rules import why_not_confirm
from members.models import Due, Period, User


@transaction.atomic
def confirm_transfer(*, reference: str, by: User, amount_seen: int, note: str = "", now: datetime) -> Period:
    """Turn an open transfer into paid days, from today or after the days paid already, and mail them to the member.

    Confirming again returns the period made the first time. Refused for a cancelled order, for
    one's own, and for another amount.
    """
    member = User.objects.get(dues__reference=reference)
    lock_account(member.pk)
    due = Due.objects.select_related("agreement__plan", "member").get(reference=reference)
    if due.state == DueState.CONFIRMED:
        return queries.first_period_of(due)
    if reason := why_not_confirm(
        cancelled=due.state == DueState.CANCELLED,
        own_order=due.member_id == by.pk,
        amount_due=queries.missing_yen(due),
        amount_seen=amount_seen,
    ):
        raise Refused(reason)
    payment = receive(
        key=f"transfer/{due.reference}/{due.allocations.count() + 1}",
        way=PaymentWay.TRANSFER,
        amount_yen=amount_seen,
        received_on=timezone.localdate(now),
        member=due.member,
        by=by,
        now=now,
    )
    return pay_due(due, payment, by=by, note=note, now=now)
