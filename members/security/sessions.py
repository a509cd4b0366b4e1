"""Sessions in the database (decision 0003): each knows whose it is, and is over after its days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from kouryu import sql
from members.security.models import MemberSession

_OPEN = "SELECT session_data FROM members_membersession WHERE session_key = %(key)s AND expire_date > %(now)s"


class SessionStore(DatabaseStore):
    """Django's own store, but for when a session ends, the column that says whose it is, and how an open one is read:
    each request of a member does that.
    """

    def __init__(self, session_key: str | None = None) -> None:
        # No database takes a NUL, and a cookie can hold one.
        super().__init__(None if session_key and "\x00" in session_key else session_key)

    def load(self) -> dict[str, Any]:
        rows = sql.tuples(_OPEN, key=self.session_key, now=timezone.now())
        return self.decode(rows[0][0]) if rows else super().load()

    @classmethod
    def get_model_class(cls) -> type[MemberSession]:
        return MemberSession

    def create_model_instance(self, data: dict[str, Any]) -> MemberSession:
        row = super().create_model_instance(data)
        row.member_id = data.get(SESSION_KEY)
        return row

    def set_expiry(self, value: int | datetime | timedelta | None) -> None:
        """A life in seconds counts from the sign-in that sets it. Django's would begin anew with each write."""
        if isinstance(value, int) and value > 0:
            value = timezone.now() + timedelta(seconds=value)
        super().set_expiry(value)

    @property
    def signed_in_at(self) -> datetime:
        """The sign-in from which the days of this session count."""
        return self.get_expiry_date() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
