"""Ending sessions."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kouryu.refusal import Gone
from members.audit import audit
from members.desk.choices import StaffAct
from members.desk.flows import keep_reason
from members.models import MemberSession, User


@transaction.atomic
def end_session(*, member: User, handle: str, here: str | None, now: datetime) -> None:
    """End one session of `member`, but for the one with the key `here`, which signing out ends."""
    others = MemberSession.objects.filter(member=member).exclude(pk=here)
    named = next((row for row in others if row.handle == handle), None)
    if named is None:
        raise Gone
    named.delete()
    audit.record("end-session", member, by=member, now=now)


@transaction.atomic
def end_sessions_of(*, member: User, by: User, why: str, now: datetime) -> None:
    """End every session of `member` from the desk, with the reason among their notes."""
    keep_reason(StaffAct.END_SESSIONS, member=member, by=by, words=why, now=now)
    MemberSession.objects.filter(member=member).delete()
    audit.record("end-sessions", member, by=by, now=now)


@transaction.atomic
def end_other_sessions(*, member: User, here: str | None, now: datetime) -> None:
    """End every session of `member` but for the one with the key `here`; all of them where that is None."""
    ended, _tables = MemberSession.objects.filter(member=member).exclude(pk=here).delete()
    if ended:
        audit.record("end-other-sessions", member, by=member, now=now)
