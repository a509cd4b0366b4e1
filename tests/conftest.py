"""The cast, and what every test may rely on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from members.choices import Role
from members.models import User
from tests import factories


@pytest.fixture
def aki(db) -> User:
    """A paid member."""
    return factories.make_member("あき", industry="E", occupation="02")


@pytest.fixture
def mio(db) -> User:
    """Another paid member: the stranger."""
    return factories.make_member("みお", industry="P", occupation="03")


@pytest.fixture
def ren(db) -> User:
    """An event host."""
    return factories.make_member("れん", industry="G", roles=(Role.HOST,))


@pytest.fixture
def kai(db) -> User:
    """A moderator."""
    return factories.make_member("かい", roles=(Role.MODERATOR,))


@pytest.fixture
def fumi(db) -> User:
    """The membership desk."""
    return factories.make_member("ふみ", roles=(Role.DESK,))


@pytest.fixture
def sora(db) -> User:
    """The owner."""
    return factories.make_member("そら", roles=(Role.OWNER,))


@pytest.fixture
def yu(db) -> User:
    """An account that has not paid."""
    return factories.make_account("ゆう")


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A browser in which this member is signed in."""

    def sign_in(member: User) -> Client:
        client = Client()
        client.force_login(member, backend="members.backend.MemberBackend")
        return client

    return sign_in
