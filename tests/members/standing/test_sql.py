"""The plain SQL of accounts and standing finds what the querysets find."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from members.accounts.choices import Role
from members.models import Suspension, User
from members.standing.queries import in_standing, with_standing
from members.standing.sql import find_in_standing
from tests import factories
from tests.columns import columns

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
NOW = timezone.now().replace(microsecond=0)
TODAY = timezone.localdate(NOW)
INSTANT = timedelta(microseconds=1)


def assert_alike(member):
    found = find_in_standing(member.pk, NOW)
    reference = in_standing(with_standing(User.objects.filter(pk=member.pk), NOW, TODAY).get())
    assert found.standing == reference.standing
    assert columns(found) == columns(reference)
    assert columns(found.profile) == columns(reference.profile)


def suspend(member, **fields):
    Suspension.objects.create(**{"member": member, "imposed_by": member, "reason": "理由", "starts_at": NOW, **fields})


@pytest.mark.parametrize(
    "begins",
    [
        pytest.param([], id="never paid"),
        pytest.param([-400], id="paid in the past"),
        pytest.param([1], id="from tomorrow"),
        pytest.param([0], id="from today"),
        pytest.param([-500, -100], id="two periods"),
        pytest.param([-100, 265], id="the next one is paid already"),
    ],
)
def test_paid_days_are_those_of_the_queryset(begins):
    member = factories.make_account("あき")
    for days in begins:
        factories.make_period(member, starts_on=TODAY + timedelta(days=days))
    factories.make_period(factories.make_account("ほか"), starts_on=TODAY)

    assert_alike(member)


@pytest.mark.parametrize("roles", [(), (Role.HOST,), (Role.OWNER, Role.MODERATOR)])
def test_roles_are_those_of_the_queryset(roles):
    member = factories.make_member("あき", roles=roles)
    member.role_grants.create(role=Role.DESK, granted_at=NOW, ended_at=NOW)
    factories.make_member("ほか", roles=(Role.HOST,))

    assert_alike(member)
    assert find_in_standing(member.pk, NOW).standing.roles == set(roles)


@pytest.mark.parametrize(
    ("fields", "is_out"),
    [
        pytest.param({}, True, id="from this moment, without an end"),
        pytest.param({"starts_at": NOW + INSTANT}, False, id="from the next moment"),
        pytest.param({"starts_at": NOW - timedelta(days=1), "until": NOW}, False, id="until this moment"),
        pytest.param({"starts_at": NOW - timedelta(days=1), "until": NOW + INSTANT}, True, id="for a moment more"),
        pytest.param({"starts_at": NOW - timedelta(days=1), "ended_at": NOW}, False, id="lifted"),
    ],
)
def test_a_suspension_is_that_of_the_queryset(fields, is_out):
    member = factories.make_member("あき")
    suspend(member, **fields)
    suspend(factories.make_member("ほか"))

    assert_alike(member)
    assert find_in_standing(member.pk, NOW).standing.is_suspended == is_out


def test_an_account_without_profile_is_found():
    user = User.objects.create_user("nobody@example.jp", joined_at=NOW)
    assert find_in_standing(user.pk, NOW).email == "nobody@example.jp"
    assert not hasattr(find_in_standing(user.pk, NOW), "profile")


@pytest.mark.parametrize("number", [0, 2**63 - 1, 2**63, -(2**70)])
def test_no_account_has_a_strange_number(number):
    assert find_in_standing(number, NOW) is None


def test_reading_it_asks_two_questions_at_most(django_assert_num_queries):
    member = factories.make_member("あき", roles=(Role.HOST,))
    with django_assert_num_queries(2):  # the account with profile and standing, the roles
        found = find_in_standing(member.pk, NOW)
        assert found.profile.called_name == "あき"
