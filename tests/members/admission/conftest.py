"""Somebody who waits to be let in."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from members.models import User
from tests import factories


@pytest.fixture(autouse=True)
def _no_rate_limits_from_other_tests(db):
    cache.clear()


@pytest.fixture
def guest(db) -> User:
    """An account with a proved address that was not let in yet."""
    member = factories.make_account("はな", pledged=False)
    member.awaits_admission = True
    member.save()
    return member
