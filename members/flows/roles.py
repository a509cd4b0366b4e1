"""Giving members a role and taking it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from members import audit
from members.choices import Role
from members.models import RoleGrant, User


@transaction.atomic
def grant_role(*, member: User, role: Role, by: User | None, now: datetime) -> RoleGrant:
    """Let `member` act in `role` from the next request on. Granting twice returns the first grant."""
    User.objects.select_for_update(no_key=True).get(pk=member.pk)
    grant, created = RoleGrant.objects.live().get_or_create(
        member=member, role=role, defaults={"granted_at": now, "granted_by": by}
    )
    if created:
        audit.record("grant-role", grant, by=by, now=now, why=role.value)
    return grant


@transaction.atomic
def end_role(*, member: User, role: Role, by: User | None, now: datetime) -> None:
    """Take the role back; the grant stays as history. Nothing happens when it is not held."""
    User.objects.select_for_update(no_key=True).get(pk=member.pk)
    grant = member.role_grants.live().filter(role=role).first()
    if grant is None:
        return
    grant.ended_at = now
    grant.save(update_fields=["ended_at"])
    audit.record("end-role", grant, by=by, now=now, fields=["ended_at"], why=role.value)
