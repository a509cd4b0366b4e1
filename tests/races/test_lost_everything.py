"""The way back of who lost every second factor: two agree once, and what is stopped is not carried out."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError
from django.utils import timezone

from members.accounts.choices import Role
from members.desk.choices import Purpose
from members.desk.flows import look
from members.models import FactorReset, OutgoingMail, User
from members.security import flows
from members.security.choices import ResetState
from members.security.limits import RESETS
from members.security.rules import NoReset
from tests import factories
from tests.races.together import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

LOCK_OF_MEMBER = 'SELECT "members_user"'
WHY = "登録の電話にかけて、確かめました。"


@pytest.fixture
def member(transactional_db) -> User:
    member = factories.make_member("あき")
    Authenticator.objects.create(user=member, type=Authenticator.Type.TOTP, data={})
    return member


@pytest.fixture
def staff(transactional_db) -> list[User]:
    return [factories.make_member(name, roles=(Role.DESK,)) for name in ("ふみ", "そら", "もと")]


def act(flow, member, by):
    look(member=member, by=by, purpose=Purpose.QUESTION, now=timezone.now())
    return lambda: flow(member=member, by=by, why=WHY, now=timezone.now())


def test_two_who_propose_at_once_make_one_proposal_and_no_agreement(member, staff):
    acts = [act(flows.propose_reset, member, by) for by in staff[:2]]
    assert sorted(at_once(LOCK_OF_MEMBER, *acts), key=str) == [None, NoReset.PROPOSED_ALREADY]
    assert FactorReset.objects.get().confirmed_by is None


def test_two_who_agree_at_once_are_one_agreement_and_one_mail(member, staff):
    act(flows.propose_reset, member, staff[0])()
    acts = [act(flows.confirm_reset, member, by) for by in staff[1:]]
    assert sorted(at_once(LOCK_OF_MEMBER, *acts), key=str) == [None, NoReset.NOT_PROPOSED]
    assert OutgoingMail.objects.filter(to=member).count() == 1


@pytest.fixture
def agreed(member, staff) -> FactorReset:
    act(flows.propose_reset, member, staff[0])()
    act(flows.confirm_reset, member, staff[1])()
    return FactorReset.objects.get()


def stop(reset):
    return lambda: flows.stop_reset(number=reset.pk, now=timezone.now())


def carry_out(reset):
    return lambda: flows.reset_factors(now=reset.due_at)


def test_what_its_owner_stops_in_the_same_moment_is_either_stopped_or_done(member, agreed):
    found = at_once(LOCK_OF_MEMBER, stop(agreed), carry_out(agreed))
    state, has_factor = FactorReset.objects.get().state, Authenticator.objects.filter(user=member).exists()
    assert (found, state, has_factor) in [
        ([None, 0], ResetState.STOPPED, True),
        ([NoReset.OVER, 1], ResetState.DONE, False),
    ]


def test_two_workers_carry_it_out_once(member, agreed):
    assert sorted(at_once(LOCK_OF_MEMBER, carry_out(agreed), carry_out(agreed))) == [0, 1]


def without_lock(monkeypatch):
    monkeypatch.setattr(User.objects, "select_for_update", lambda **_: User.objects.all())


def test_without_the_lock_what_was_stopped_is_carried_out_all_the_same(member, agreed, monkeypatch):
    """The control: the worker has read that nobody stopped it."""
    without_lock(monkeypatch)
    found = at_once('UPDATE "members_factorreset"', stop(agreed), carry_out(agreed))
    assert found == [None, 1]
    assert not Authenticator.objects.filter(user=member).exists()


def test_without_the_lock_the_constraint_stops_a_second_proposal(member, staff, monkeypatch):
    """The control: both find none."""
    acts = [act(flows.propose_reset, member, by) for by in staff[:2]]
    without_lock(monkeypatch)
    found = at_once('INSERT INTO "members_factorreset"', *acts)
    assert sorted(found, key=str) == sorted([None, IntegrityError], key=str)
    assert RESETS.wait
