"""Questions put together once give what the queryset would have given."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import QuerySet

from kouryu.prepared import prepared
from members.models import Period, User
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@prepared
def member_who_joined(email: str, joined_before: datetime) -> QuerySet[User]:
    return User.objects.get_queryset().select_related("profile").filter(email=email, joined_at__lt=joined_before)


@prepared
def user(pk: int) -> QuerySet[User]:
    return User.objects.get_queryset().filter(pk=pk)


@prepared
def days_begun(member: int, today: date) -> QuerySet[Period]:
    return Period.objects.filter(member=member, starts_on__lte=today).order_by("pk").values_list("starts_on", "ends_on")


def test_asks_again_with_other_values_in_one_query_each(django_assert_num_queries):
    first, second = factories.make_member(), factories.make_member()
    after = max(first.joined_at, second.joined_at) + timedelta(days=1)
    with django_assert_num_queries(2):
        found = [member_who_joined.first(email=one.email, joined_before=after) for one in (first, second)]
        names = [one.profile.called_name for one in found]
    assert found == [first, second]
    assert names == [first.profile.called_name, second.profile.called_name]
    assert member_who_joined.first(email=first.email, joined_before=first.joined_at) is None


def test_gives_plain_values_of_their_python_types():
    member = factories.make_member()
    period = member.periods.get()
    assert days_begun.ask(member=member.pk, today=period.starts_on) == [(period.starts_on, period.ends_on)]
    assert days_begun.ask(member=member.pk, today=period.starts_on - timedelta(days=1)) == []


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**40])
def test_a_number_that_no_database_takes_finds_nothing(number):
    assert user.first(pk=number) is None


def test_a_question_that_ignores_a_value_is_refused():
    @prepared
    def everybody(pk: int) -> QuerySet[User]:
        return User.objects.get_queryset()

    with pytest.raises(ValueError, match="everybody"):
        everybody.ask(pk=1)


def test_a_question_that_locks_is_refused():
    @prepared
    def locked(pk: int) -> QuerySet[User]:
        return User.objects.get_queryset().select_for_update().filter(pk=pk)

    with pytest.raises(ValueError, match="locked"):
        locked.ask(pk=1)
