"""Keeping what a member held for normal. No line of the audit: staff must not know that there is one."""

from __future__ import annotations

from django.db import transaction

from feedback.growth.limits import TAKE_HOME
from feedback.growth.rules.take_home import why_not_another
from feedback.models import Normal
from kouryu.refusal import Refused
from members.accounts.locks import lock_member


@transaction.atomic
def keep_normal(normal: Normal) -> Normal:
    """Store a new one or what was changed; the same words once more stay one. Refused beyond enough."""
    if normal.pk is None:
        member = lock_member(normal.member_id)  # a second click waits
        words = {"before": normal.before, "after": normal.after}
        if same := member.normals.filter(event=normal.event, person=normal.person_id, **words).first():
            return same
        if reason := why_not_another(member.normals.count(), most=TAKE_HOME.normals_kept):
            raise Refused(reason)
    normal.save()
    return normal
