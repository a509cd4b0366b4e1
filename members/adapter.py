"""Where allauth's sign-up meets ours: the account gets its profile, and mails leave through the outbox's server."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import timezone

from members.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Everything that differs from allauth's defaults."""

    def new_user(self, request: HttpRequest) -> User:
        return User(joined_at=timezone.now(), language=request.LANGUAGE_CODE)
