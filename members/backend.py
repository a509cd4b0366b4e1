"""How a session becomes a user: one query that also brings what the access rules ask."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.utils import timezone

from members.models import User


class MemberBackend(AuthenticationBackend):
    """allauth's sign-in by address; loads the user together with profile, paid days and standing."""

    def get_user(self, user_id: int) -> User | None:
        now = timezone.now()
        users = User.objects.get_queryset().with_access(now, timezone.localdate(now))
        user = users.filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
