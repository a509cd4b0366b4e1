"""What becomes of sessions and second factors when their member goes."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator

from kouryu.leaving import on_leaving
from members.audit import audit
from members.models import FactorReset, MemberSession, User


@on_leaving(MemberSession, Authenticator, FactorReset)
def end_sign_ins(member: User, *, now: datetime) -> None:
    MemberSession.objects.filter(member=member).delete()
    Authenticator.objects.filter(user=member).delete()
    audit.delete(FactorReset.objects.filter(member=member), audit.WITH_ACCOUNT, now=now)
