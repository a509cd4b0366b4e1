"""Two clicks on one letter, two workers on one morning: at the same moment, on real row locks."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

from feedback.letters.choices import LetterState
from feedback.letters.flows.letter import release_letters, write_letter
from feedback.letters.rules import NoLetter
from feedback.models import StrengthFeedback
from kouryu.clock import TOKYO
from members.models import AuditEntry, OutgoingMail
from tests.factories import make_evening, make_letter, make_member
from tests.races.together import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = NIGHT = datetime(2026, 11, 25, 21, 30, tzinfo=TOKYO)
MORNING = datetime(2026, 11, 26, 7, 0, tzinfo=TOKYO)
INSERT = 'INSERT INTO "feedback_strengthfeedback"'
UPDATE = 'UPDATE "feedback_strengthfeedback"'


@pytest.fixture
def evening():
    return make_evening([[make_member(industry="E") for _ in range(4)]], now=NIGHT)


def people(evening):
    return [registration.member for registration in evening.registrations.order_by("pk").select_related("member")]


def click(evening, giver, receiver):
    """One click on 贈る; what it came to, an error of the database included."""
    try:
        return write_letter(
            by=giver,
            receiver_id=receiver.pk,
            event_id=evening.pk,
            picks=["open-ask"],
            saw="話が止まったとき、静かに問いを置いていました。",
            would_count="",
            now=NIGHT,
        ).pk
    except IntegrityError:
        return IntegrityError


def test_two_clicks_at_once_are_one_letter(evening):
    giver, receiver, *_ = people(evening)
    answers = at_once(INSERT, *[lambda: click(evening, giver, receiver)] * 2)

    assert answers == [StrengthFeedback.objects.get().pk] * 2
    assert AuditEntry.objects.filter(verb="write-letter").count() == 1


def test_control_without_the_row_lock_the_constraint_refuses_the_second_click(evening, monkeypatch):
    """Without `select_for_update` in `flows.letter._locked_letter` one click ended in an IntegrityError."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    giver, receiver, *_ = people(evening)
    answers = at_once(INSERT, *[lambda: click(evening, giver, receiver)] * 2)

    assert set(answers) == {StrengthFeedback.objects.get().pk, IntegrityError}


def test_the_twelfth_letter_of_a_day_is_given_once(evening):
    giver, *receivers = people(evening)
    for _ in range(11):
        make_letter(giver, make_member(), evening, written_at=NIGHT)
    answers = at_once(INSERT, *[lambda receiver=receiver: click(evening, giver, receiver) for receiver in receivers])

    assert sorted(answers, key=str)[1:] == [NoLetter.ENOUGH_TODAY] * 2
    assert StrengthFeedback.objects.count() == 12


@pytest.fixture
def due(evening):
    receiver, *givers = people(evening)
    for giver in givers:
        make_letter(giver, receiver, evening, state=LetterState.SCHEDULED, deliver_at=MORNING, released_at=None)


def test_two_workers_release_each_letter_once_with_one_mail(due):
    answers = at_once(UPDATE, *[lambda: release_letters(MORNING)] * 2)

    assert sorted(answers) == [0, 3]
    assert OutgoingMail.objects.count() == 1
    assert AuditEntry.objects.filter(verb="release-letter").count() == 3


def test_control_without_the_row_lock_both_workers_release_and_the_key_holds_the_mail(due, monkeypatch):
    """Without `select_for_update` in `feedback.letters.flows.letter._release_to` each letter was released twice."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    answers = at_once(UPDATE, *[lambda: release_letters(MORNING)] * 2)

    assert answers == [3, 3]
    assert (AuditEntry.objects.filter(verb="release-letter").count(), OutgoingMail.objects.count()) == (6, 1)


def test_a_letter_changed_at_its_very_morning_is_not_lost(evening):
    giver, receiver, *_ = people(evening)
    make_letter(giver, receiver, evening, state=LetterState.SCHEDULED, deliver_at=MORNING, written_at=NIGHT)
    at_once(UPDATE, lambda: click(evening, giver, receiver), lambda: release_letters(MORNING + timedelta(seconds=1)))

    assert StrengthFeedback.objects.get().state == LetterState.RELEASED
