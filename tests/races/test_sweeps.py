"""Sweeps as a worker runs them: no transaction around them, and sometimes two of a kind at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from events.event.choices import EventState
from feedback.models import Acquaintance, NotedEvening
from feedback.ties.flows.network import note_evenings
from kouryu.sweeps import declared
from members.models import ScreeningTerm
from members.texts.choices import TermKind
from tests.access_world import make_world
from tests.factories import make_evening, make_member
from tests.races.together import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_two_workers_note_an_evening_once():
    now = timezone.now()
    make_evening([[make_member(), make_member()]], now=now, state=EventState.CLOSED, closed_at=now)
    later = now + timedelta(hours=1)

    answers = at_once('INSERT INTO "feedback_notedevening"', lambda: note_evenings(later), lambda: note_evenings(later))

    assert sorted(answers) == [0, 1]
    assert (NotedEvening.objects.count(), Acquaintance.objects.count()) == (1, 1)


def test_every_sweep_runs_without_a_transaction_around_it():
    """On a site where something is due for many of them, on the day and a week later."""
    ScreeningTerm.objects.create(kind=TermKind.CONTACT, pattern="line")
    make_world()
    for later in (timedelta(0), timedelta(days=1), timedelta(days=7)):
        for sweep in declared().values():
            sweep.run(lambda later=later: timezone.now() + later)
