"""Two workers on one morning, and a choice that changes as its morning comes: on real row locks."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db.models import QuerySet

from feedback.models import Intention, Tie
from feedback.ties.choices import IntentionKind
from feedback.ties.flows.tie import choose_intention, form_ties
from kouryu.clock import TOKYO
from members.models import OutgoingMail
from tests.factories import make_evening, make_member
from tests.races.together import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = NIGHT = datetime(2026, 11, 25, 21, 30, tzinfo=TOKYO)
SEVEN = datetime(2026, 11, 26, 7, 0, tzinfo=TOKYO)
WISHES = 'UPDATE "feedback_intention"'


@pytest.fixture
def pair():
    """Two who both chose contact last night."""
    one, other = make_member(), make_member()
    evening = make_evening([[one, other]], now=NIGHT)
    for by, person in ((one, other), (other, one)):
        choose(by, person, evening, IntentionKind.HEAR)
    return one, other, evening


def choose(by, person, evening, kind):
    return choose_intention(by=by, person_id=person.pk, event_id=evening.pk, kind=kind, now=NIGHT).kind


def test_two_workers_on_one_morning_form_one_tie_and_send_one_mail_each(pair):
    answers = at_once(WISHES, lambda: form_ties(SEVEN), lambda: form_ties(SEVEN))

    assert sorted(answers) == [0, 1]
    assert (Tie.objects.count(), OutgoingMail.objects.count()) == (1, 2)


def changed_in_the_last_moment(pair):
    one, other, evening = pair
    at_once(
        WISHES,
        lambda: form_ties(SEVEN),
        lambda: choose(one, other, evening, IntentionKind.ONLY_THIS),  # clicked before 6:00 and held up
    )
    return Intention.objects.get(holder=one).kind, Tie.objects.count(), OutgoingMail.objects.count()


def test_a_choice_that_changes_in_its_last_moment_counts_or_the_tie_does_and_never_half(pair):
    assert changed_in_the_last_moment(pair) in {(IntentionKind.ONLY_THIS, 0, 0), (IntentionKind.HEAR, 1, 2)}


def test_control_without_the_lock_two_are_tied_of_whom_one_had_enough(pair, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    assert changed_in_the_last_moment(pair) == (IntentionKind.ONLY_THIS, 1, 2)
