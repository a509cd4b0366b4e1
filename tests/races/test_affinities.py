"""Two owners name one group, and a member joins one while their account goes, at the same moment on real row locks."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db.models import QuerySet

from kouryu.refusal import Gone
from members.accounts.choices import Role
from members.affinity.flows import join_affinity, name_affinity
from members.affinity.rules import NoAffinity
from members.leaving.flows import ask_to_leave, let_members_go
from members.leaving.limits import LEAVING
from members.models import AffinityGroup, AffinityMember
from tests import factories
from tests.factories import TOKYO
from tests.races.together import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = datetime(2026, 11, 25, 21, 30, tzinfo=TOKYO)
LAST = 'UPDATE "members_user"'  # the last statement by which an account goes


@pytest.fixture
def no_locks(monkeypatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)


def named():
    by = factories.make_member(roles=(Role.OWNER,), now=NOW)
    words = {"name_en": "", "purpose_ja": "決める立場の話を。", "purpose_en": ""}
    return lambda: name_affinity(by=by, name_ja="管理職の女性", now=NOW, **words).pk


def test_of_two_who_name_one_group_the_second_is_told():
    answers = at_once("INSERT", named(), named())
    group = AffinityGroup.objects.get()
    assert set(answers) == {group.pk, NoAffinity.NAMED_ALREADY}


def beside_an_account_that_goes() -> list[object]:
    group = AffinityGroup.objects.create(name_ja="管理職の女性", purpose_ja="決める立場の話を。", named_at=NOW)
    member = factories.make_member(now=NOW)
    ask_to_leave(member=member, now=NOW - LEAVING.time_to_reconsider)

    def join() -> object:
        try:
            return join_affinity(member=member, number=group.pk, now=NOW)
        except Gone:
            return Gone

    return at_once((LAST, 'INSERT INTO "members_affinitymember"'), lambda: let_members_go(now=NOW), join)


def test_nobody_who_is_gone_is_left_in_a_group():
    assert beside_an_account_that_goes()[0] == 1
    assert not AffinityMember.objects.exists()


def test_without_the_lock_somebody_who_is_gone_would_be_left_in_it(no_locks):
    assert beside_an_account_that_goes()[0] == 1
    assert AffinityMember.objects.exists()
