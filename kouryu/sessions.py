"""Sessions in the database (decision 0003), read by a question that is put together once, over after their days."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from kouryu.prepared import prepared


class SessionStore(DatabaseStore):
    """Django's own store, but for how a session is found (every request of a member does that) and when it ends."""

    def set_expiry(self, value: int | datetime | timedelta | None) -> None:
        """A life in seconds counts from the sign-in that sets it. Django's would begin anew with each write."""
        if isinstance(value, int) and value > 0:
            value = timezone.now() + timedelta(seconds=value)
        super().set_expiry(value)

    @property
    def signed_in_at(self) -> datetime:
        """The sign-in from which the days of this session count."""
        return self.get_expiry_date() - timedelta(seconds=settings.SESSION_COOKIE_AGE)

    def _get_session_from_db(self) -> Session | None:
        found = _open_session.first(key=self.session_key, now=timezone.now()) if self.session_key else None
        if found is None:
            self._session_key = None
        return found


@prepared
def _open_session(key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)
