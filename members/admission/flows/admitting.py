"""Letting an account in: by an invitation, by an answer to its application, or by the service's own accounts."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kouryu.moves import move_to
from members.admission.choices import APPLICATION_MOVES, ApplicationState
from members.audit import audit
from members.models import MembershipApplication, User


@transaction.atomic
def admit(member: User, *, by: User | None, why: str, now: datetime) -> None:
    """Let `member` in, whose row is locked; an application that waits is answered by that. Twice changes nothing."""
    if not member.awaits_admission:
        return
    member.awaits_admission = False
    member.save(update_fields=["awaits_admission"])
    audit.record("admit", member, by=by, now=now, fields=["awaits_admission"], why=why)
    application = MembershipApplication.objects.filter(member=member).first()
    if application and ApplicationState.ACCEPTED in APPLICATION_MOVES[ApplicationState(application.state)]:
        move_to(application, ApplicationState.ACCEPTED, APPLICATION_MOVES)
        application.changed_at = now
        application.version += 1
        application.save(update_fields=["state", "changed_at", "version"])
