"""Two clicks, a letter beside picks, two workers on the first of a month: at the same moment, on real row locks."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

from feedback.letters.flows.anonymous_picks import leave_picks, release_anonymous_picks
from feedback.letters.flows.letter import write_letter
from feedback.letters.rules import NoPicks
from feedback.models import AnonymousPicks, AnonymousPool, StrengthFeedback
from kouryu.clock import TOKYO
from tests.factories import make_evening, make_member
from tests.races.together import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = NIGHT = datetime(2026, 11, 5, 21, 30, tzinfo=TOKYO)
FIRST = datetime(2026, 12, 1, 7, tzinfo=TOKYO)
PICKS, LETTER = 'INSERT INTO "feedback_namelesspicks"', 'INSERT INTO "feedback_strengthfeedback"'
POOL = 'INSERT INTO "feedback_namelesspool"'
SAW = "話が止まったとき、静かに問いを置いていました。"


@pytest.fixture
def evening():
    return make_evening([[make_member(industry="E") for _ in range(4)]], now=NIGHT)


def people(evening):
    return [registration.member for registration in evening.registrations.order_by("pk").select_related("member")]


def where(evening):
    giver, receiver, *_ = people(evening)
    return {"by": giver, "receiver_id": receiver.pk, "event_id": evening.pk, "picks": ["open-ask"], "now": NIGHT}


def test_two_clicks_at_once_leave_one_set(evening):
    answers = at_once(PICKS, *[lambda: leave_picks(**where(evening)).pk] * 2)

    assert answers == [AnonymousPicks.objects.get().pk] * 2


def test_a_letter_and_picks_at_once_are_one_of_the_two(evening):
    answers = at_once(
        (PICKS, LETTER),
        lambda: leave_picks(**where(evening)).picks,
        lambda: write_letter(**where(evening), saw=SAW, would_count="").picks,
    )

    assert AnonymousPicks.objects.count() + StrengthFeedback.objects.count() == 1
    assert ["open-ask"] in answers
    assert NoPicks.SIGNED in answers or NoPicks.BESIDE_LETTER in answers


def test_control_without_the_givers_lock_both_are_stored(evening, monkeypatch):
    """Without `select_for_update` in `leave_picks` and `write_letter` neither saw the other."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    at_once(
        (PICKS, LETTER),
        lambda: leave_picks(**where(evening)),
        lambda: write_letter(**where(evening), saw=SAW, would_count=""),
    )

    assert (AnonymousPicks.objects.count(), StrengthFeedback.objects.count()) == (1, 1)


def test_two_workers_release_a_month_once(evening):
    leave_picks(**where(evening))
    answers = at_once(POOL, *[lambda: release_anonymous_picks(FIRST)] * 2)

    assert sorted(answers) == [0, 1]
    assert (AnonymousPool.objects.count(), AnonymousPicks.objects.released().count()) == (4, 1)


def test_control_without_the_receivers_lock_the_constraint_stops_the_second_worker(evening, monkeypatch):
    """Without `select_for_update` in `_release_to` one worker ended in an IntegrityError."""
    leave_picks(**where(evening))
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)

    assert IntegrityError in at_once(POOL, *[lambda: release_anonymous_picks(FIRST)] * 2)
