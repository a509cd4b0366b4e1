"""How a session becomes a user, with what the access rules ask."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.utils import timezone

from members.models import User
from members.standing.sql import find_in_standing


class MemberBackend(AuthenticationBackend):
    """allauth's sign-in by address; loads the user together with profile and standing."""

    def get_user(self, user_id: int) -> User | None:
        user = find_in_standing(user_id, timezone.now())
        return user if user and self.user_can_authenticate(user) else None
