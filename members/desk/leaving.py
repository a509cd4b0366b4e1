"""What becomes of what the desk holds about somebody who goes."""

from __future__ import annotations

from datetime import datetime

from kouryu.leaving import on_leaving
from members.accounts.choices import Role
from members.desk.flows import end_role
from members.models import Look, RoleGrant, SearchKey, StaffNote, User


@on_leaving(Look, SearchKey, StaffNote)
def delete_looks_and_notes(member: User, *, now: datetime) -> None:
    """Those about them. What they wrote and opened as staff is about others, and stays theirs."""
    member.looks.all().delete()
    member.staff_notes.all().delete()
    member.search_keys.all().delete()


@on_leaving(RoleGrant)
def end_roles(member: User, *, now: datetime) -> None:
    """The history stays: what staff did is asked of it. It holds a role and days."""
    for role in list(member.role_grants.live().values_list("role", flat=True)):
        end_role(member=member, role=Role(role), by=None, now=now)
