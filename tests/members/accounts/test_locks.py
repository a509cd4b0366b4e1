"""Locks on accounts: who is locked, and what is answered about somebody who has gone."""

from __future__ import annotations

import pytest

from kouryu.refusal import Gone
from members.accounts.locks import lock_account, lock_member, lock_members
from members.models import User
from tests import factories

pytestmark = pytest.mark.django_db
NOBODY = 987654


@pytest.fixture
def member() -> User:
    return factories.make_member("ゆき")


@pytest.fixture
def gone() -> User:
    member = factories.make_member("そら")
    User.objects.filter(pk=member.pk).update(is_active=False)
    return member


def test_a_member_is_read_again_under_the_lock(member):
    User.objects.filter(pk=member.pk).update(language="en")
    assert (lock_member(member.pk).language, member.language) == ("en", "ja")


def test_who_has_gone_does_nothing_any_more(gone):
    with pytest.raises(Gone):
        lock_member(gone.pk)


def test_nobody_is_no_member():
    with pytest.raises(Gone):
        lock_member(NOBODY)


def test_an_account_is_locked_gone_or_not(member, gone):
    assert [lock_account(one.pk) for one in (member, gone)] == [member, gone]


def test_several_are_locked_in_the_order_of_their_ids(member, gone):
    later = factories.make_member("はる")
    assert lock_members({later.pk, NOBODY, gone.pk, member.pk}) == sorted([member, gone, later], key=lambda one: one.pk)
    assert lock_members(User.objects.filter(is_active=False).values("pk")) == [gone]
