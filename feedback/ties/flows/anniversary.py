"""Telling two tied members that a year has passed since they met."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from feedback.ties import mails
from feedback.ties.limits import ANNIVERSARIES
from feedback.ties.queries import anniversary as anniversaries
from feedback.ties.rules.anniversary import years_to_tell
from kouryu.sweeps import EVERY_TEN_MINUTES, sweep
from members.accounts.locks import lock_account


@sweep("tell-anniversaries", every=EVERY_TEN_MINUTES)
def tell_anniversaries(now: datetime) -> int:
    """Everything that is due now, one transaction for each reader. Returns how many mails were written."""
    written = 0
    for tie in anniversaries.ties_to_tell(now):
        for member_id in (tie.first_id, tie.second_id):
            written += tell_anniversary(member_id=member_id, tie_id=tie.pk, now=now)
    return written


@transaction.atomic
def tell_anniversary(*, member_id: int, tie_id: int, now: datetime) -> bool:
    """Write the mail of one of the two, once a year; returns whether it was written.

    Asked again under the member's lock: a tie that ended since the sweep looked is not told.
    """
    member = lock_account(member_id)
    found = anniversaries.first_met_at(tie_id)
    if found is None:
        return False
    tie, met_at = found
    years = years_to_tell(met_at, now, within=ANNIVERSARIES.within)
    return years is not None and mails.years_since_meeting(member, tie.other_id(member), years, now=now)
