"""Accounts in plain SQL, for every request of a member (docs/decisions/0053)."""

from __future__ import annotations

from kouryu import sql
from members.models import User

_THEMES = "SELECT theme FROM members_profiletheme WHERE profile_id = %(id)s"


def theme_keys_of(member: User) -> frozenset[str]:
    """The keys of the career themes that `member` chose."""
    return frozenset(theme for (theme,) in sql.tuples(_THEMES, id=member.pk))
