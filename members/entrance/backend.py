"""How a session becomes a user: one query that also brings what the access rules ask."""

from __future__ import annotations

from datetime import date, datetime

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import QuerySet
from django.utils import timezone

from kouryu.prepared import prepared
from members.models import User
from members.standing.queries import in_standing, with_standing


class MemberBackend(AuthenticationBackend):
    """allauth's sign-in by address; loads the user together with profile and standing."""

    def get_user(self, user_id: int) -> User | None:
        now = timezone.now()
        user = _with_standing.first(pk=user_id, now=now, today=timezone.localdate(now))
        return in_standing(user) if user and self.user_can_authenticate(user) else None


@prepared
def _with_standing(pk: int, now: datetime, today: date) -> QuerySet[User]:
    return with_standing(User.objects.filter(pk=pk), now, today)
