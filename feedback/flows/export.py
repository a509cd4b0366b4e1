"""Noting that a member takes their own data with them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from feedback.rules.export import why_not_export
from kouryu.clock import within
from kouryu.refusal import Refused
from members import audit
from members.models import AuditEntry, User

VERB = "export-own-data"


@transaction.atomic
def note_export(*, by: User, now: datetime) -> None:
    """Write down that `by` took their data, not what was in it. Refused after so many within a day."""
    member = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    made = AuditEntry.objects.filter(by=member, verb=VERB, at__range=within(timedelta(days=1), now)).count()
    if reason := why_not_export(made, settings.EXPORTS_A_DAY):
        raise Refused(reason)
    audit.record(VERB, member, by=member, now=now)
