"""Signing somebody in for a test whose story is another."""

from __future__ import annotations

from django.test import Client

from members.models import User
from members.security.queries import note_proof


def sign_in_without_form(browser: Client, member: User) -> None:
    """Sign `member` in; whoever has a role, in a session that a second factor proved."""
    sign_in_without_second_factor(browser, member)
    if member.role_grants.live().exists():
        session = browser.session
        note_proof(session, member)
        session.save()


def sign_in_without_second_factor(browser: Client, member: User) -> None:
    browser.force_login(member, backend="members.entrance.backend.MemberBackend")
