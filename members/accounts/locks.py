"""Locks on accounts: what two people could break about one member waits for that member's row.

The order of all locks is member, event, registration (docs/locks.md); each is held until the transaction ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from kouryu.refusal import get_or_gone
from members.models import User


def lock_member(pk: int) -> User:
    """The member as they are now, for what they do themselves. `Gone` for an account that went at this very moment."""
    return get_or_gone(User.objects.select_for_update(no_key=True).filter(is_active=True), pk=pk)


def lock_account(pk: int) -> User:
    """The account as it is now, gone or not: for sweeps, for staff, and for what is kept of somebody who left."""
    return User.objects.select_for_update(no_key=True).get(pk=pk)


def lock_members(pks: Iterable[int] | QuerySet[Any, Any]) -> list[User]:
    """Those of these accounts that there are, gone or not, in the order that all flows keep: by their ids."""
    return list(User.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk"))
