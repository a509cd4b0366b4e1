"""How a session becomes a user: one query that also brings what the access rules ask."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from allauth.account.auth_backends import AuthenticationBackend
from django.utils import timezone

from members.models import User
from members.models.account import UserQuerySet


class MemberBackend(AuthenticationBackend):
    """allauth's sign-in by address; loads the user together with profile, paid days and standing."""

    def get_user(self, user_id: int) -> User | None:
        now = timezone.now()
        user = _users(timezone.localdate(now)).with_standing(now).filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


@lru_cache(maxsize=2)
def _users(today: date) -> UserQuerySet:
    """All users, not yet asked for. Kept for the day: putting this query together costs more than running it."""
    return User.objects.get_queryset().with_paid_days(today)
