"""Accounts in plain SQL, for every request of a member (docs/decisions/0053)."""

from __future__ import annotations

from kouryu import sql
from members.models import Profile, User

_USER = "SELECT * FROM members_user WHERE id = %(id)s"
_PROFILE = "SELECT * FROM members_profile WHERE member_id = %(id)s"
_THEMES = "SELECT theme FROM members_profiletheme WHERE profile_id = %(id)s"


def find_account(pk: int) -> User | None:
    """The account with its profile, as `User.objects.select_related("profile")` reads it."""
    user = sql.first(User, _USER, id=pk)
    return with_profile(user) if user else None


def with_profile(user: User) -> User:
    """This account with its profile at hand. Where there is none, `user.profile` asks once more, and raises."""
    profile = sql.first(Profile, _PROFILE, id=user.pk)
    if profile is not None:
        user.profile = profile
    return user


def theme_keys_of(member: User) -> frozenset[str]:
    """The keys of the career themes that `member` chose."""
    return frozenset(theme for (theme,) in sql.tuples(_THEMES, id=member.pk))
