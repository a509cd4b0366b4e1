"""What a member does with money that we hold of them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kouryu.refusal import Refused
from members.accounts.locks import lock_member
from members.audit import audit
from members.membership import queries
from members.membership.flows.ordering import make_due
from members.membership.flows.paying import use_credit
from members.membership.rules import NoBooking
from members.models import Period, User


@transaction.atomic
def extend_with_credit(*, member: User, now: datetime) -> Period | None:
    """Use the credit for another period of what was agreed last; it follows the days that there are.

    An order that waits is paid so. Refused without an agreement, for a plan of the past, and for too little.
    """
    lock_member(member.pk)
    today = timezone.localdate(now)
    due, credit = queries.open_due(member), queries.credit_yen(member)
    agreement = due.agreement if due else queries.agreement_on(member, max(today, queries.paid_until(member) or today))
    if agreement is None or not agreement.plan.is_offered:
        raise Refused(NoBooking.NO_AGREEMENT)
    if credit < (queries.missing_yen(due) if due else agreement.price_yen):
        raise Refused(NoBooking.CREDIT_SHORT)
    if due is None:
        due = make_due(agreement, due_on=today, now=now)
        audit.record("order-membership", due, by=member, now=now)
    return use_credit(due, by=member, now=now)
