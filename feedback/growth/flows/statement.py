"""Summing up a month for each member, and telling them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from feedback.growth import mails
from feedback.growth.choices import STATEMENT_MAIL
from feedback.growth.limits import STATEMENTS
from feedback.growth.queries import statement as statements
from feedback.growth.rules.statement import month_to_tell, why_no_offer
from feedback.mirror.rules.month import Month
from feedback.models import Statement
from kouryu.sweeps import EVERY_TEN_MINUTES, sweep
from members.accounts.locks import lock_account
from members.mail import outbox
from members.models import User


@sweep("tell-statements", every=EVERY_TEN_MINUTES)
def tell_statements(now: datetime) -> int:
    """Tell everybody who is due of the last month; one transaction each. Returns how many mails were written."""
    month = month_to_tell(now, within=STATEMENTS.within)
    if month is None:
        return 0
    return sum(tell_statement(member_id=pk, month=month, now=now) for pk in statements.member_ids_to_tell(month, now))


@transaction.atomic
def tell_statement(*, member_id: int, month: Month, now: datetime) -> bool:
    """Decide once whether the month comes with an offer, and write its mail; returns whether one was written.

    Who rests since the sweep looked is told nothing. A mail that would be one too many for the week is tried again
    at the next sweep.
    """
    member = lock_account(member_id)
    if member.paused_at is not None or not member.is_active:
        return False
    statement = statements.statement_of(member, month) or _make(member, month, now)
    if statement.settled_at is not None:
        return False
    written = mails.month_told(statement, now=now)
    if written or outbox.why_not_to(STATEMENT_MAIL, member):
        statement.settled_at = now
        statement.save(update_fields=["settled_at"])
    return written


def _make(member: User, month: Month, now: datetime) -> Statement:
    period = statements.current_period(member, now)
    offers = why_no_offer(statements.offer_facts(member, month, period), month) is None
    return Statement.objects.create(
        member=member, month=month.first_day, period=period, offers_rest=offers, made_at=now
    )
