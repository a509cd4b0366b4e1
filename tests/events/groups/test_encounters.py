"""Encounters: who sat in a group with whom, where both were there and both were shown the group."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from events.event.choices import EventState
from events.models import Seat
from members.standing.flows import block
from tests import factories


@pytest.fixture
def evening(aki, mio, ren):
    return factories.make_evening([[aki, mio], [ren]])


def met(member) -> list[int]:
    return sorted(Seat.encounters.of(member).values_list("member_id", flat=True))


def test_two_who_sat_together_have_met_and_nobody_meets_themselves(evening, aki, mio, ren):
    assert (met(aki), met(mio), met(ren)) == ([mio.pk], [aki.pk], [])
    assert Seat.encounters.between(aki, mio).exists()
    assert Seat.encounters.between(mio, aki.pk).exists()
    assert not Seat.encounters.between(aki, ren).exists()
    assert not Seat.encounters.between(aki, aki).exists()


@pytest.mark.parametrize("away", ["aki", "mio"])
def test_both_were_there_or_nobody_met(evening, aki, mio, away):
    evening.registrations.get(member={"aki": aki, "mio": mio}[away]).attendance.delete()
    assert (met(aki), met(mio)) == ([], [])
    assert Seat.objects.in_groups_of(aki).filter(member=mio).exists(), "its name was shown all the same"


def test_a_proposal_brings_nobody_together(evening, aki, mio):
    evening.rounds.update(published_at=None, started_at=None, ends_at=None)
    assert met(aki) == []
    assert not Seat.objects.in_groups_of(aki).exists()


def test_presence_elsewhere_is_none_here(evening, aki, mio):
    evening.registrations.get(member=mio).attendance.delete()
    factories.make_evening([[mio]])
    assert met(aki) == []


def test_each_round_is_a_row_of_its_evening(evening, aki, mio):
    factories.make_evening([[aki, mio]])
    assert met(aki) == [mio.pk, mio.pk]
    assert Seat.encounters.of(aki).at(evening).count() == 1


def test_an_evening_that_runs_is_not_over(evening, aki, mio):
    assert Seat.encounters.of(aki).over_by(evening.ends_at).exists()
    assert not Seat.encounters.of(aki).over_by(evening.ends_at - timedelta(seconds=1)).exists()
    evening.state = EventState.CLOSED
    evening.save(update_fields=["state"])
    assert Seat.encounters.of(aki).closed().exists()
    evening.state = EventState.PUBLISHED
    evening.save(update_fields=["state"])
    assert not Seat.encounters.of(aki).closed().exists()


def test_a_block_changes_what_its_maker_is_shown_and_not_what_happened(evening, aki, mio):
    block(member=aki, other_id=mio.pk, now=timezone.now())
    assert (met(aki), met(mio)) == ([mio.pk], [aki.pk])
    assert not Seat.encounters.of(aki).without_blocked(aki).exists()
    assert Seat.encounters.of(mio).without_blocked(mio).exists()
