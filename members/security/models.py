"""The sessions of members, so that each can be listed and ended."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.crypto import salted_hmac

from members.accounts.models import User


class MemberSession(AbstractBaseSession):
    """A session of Django's, of one member or of a visitor; it goes with its account."""

    member = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="sessions")

    def __str__(self) -> str:
        return f"session of user {self.member_id}"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
        return store

    @property
    def handle(self) -> str:
        """By what a page names it: the key itself signs in."""
        return salted_hmac("members.security.session", self.session_key, algorithm="sha256").hexdigest()[:32]
