"""What the demo's year shows of introductions, turning points, questions and months: not only that nothing fails."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest

from demo import acts
from demo import impressions as demo_impressions
from demo.concerns import Concerns
from demo.stage import DemoStage
from demo.writing import LetterWriting
from events.event.choices import EventState
from events.models import Event
from feedback.growth.queries import turning_point as turning_points
from feedback.insight import queries as impressions
from feedback.models import Introduction, MonthFigures, Report, Statement
from feedback.ties.flows.network import note_evenings
from feedback.ties.queries.introduction import asked_at, asking, made_at, making
from feedback.ties.rules.introduction import IntroductionPhase
from kouryu.clock import TOKYO
from members.models import Block, User
from tests.factories import make_evening, make_letter, make_member, make_tie

pytestmark = pytest.mark.one_database
NOW = END = datetime(2026, 11, 21, 12, tzinfo=TOKYO)


@pytest.fixture
def kei(db) -> User:
    """A member of the cast who is tied to two people; each of them has four more ties, all strangers."""
    kei, *people = (make_member(now=END - timedelta(days=200)) for _ in range(11))
    User.objects.filter(pk=kei.pk).update(email="letters-8@example.jp")
    evening = make_evening([[kei, *people]], now=END - timedelta(days=50))
    Event.objects.filter(pk=evening.pk).update(state=EventState.CLOSED, closed_at=evening.ends_at)
    note_evenings(evening.ends_at + timedelta(days=1))
    for near, far in zip(people[:2], (people[2:6], people[6:]), strict=True):
        for other in (kei, *far):
            make_tie(near, other, formed_at=END - timedelta(days=40))
    return kei


def play() -> None:
    for moment, act in sorted(acts.before(END), key=lambda each: each[0]):
        act(moment)


def test_the_last_days_leave_something_true_on_each_page(kei, monkeypatch):
    monkeypatch.setattr("demo.introductions.SHOWN", ("letters-8",))
    monkeypatch.setattr("demo.turning_points.WRITERS", ("letters-8",))
    play()

    assert {asked.look for asked in asked_at(kei, asking(kei, END), END)} == {
        IntroductionPhase.ASKED,
        IntroductionPhase.FORMED,
    }
    assert [made.look for made in made_at(making(kei, END), END)] == [IntroductionPhase.WAITING]
    assert Introduction.objects.formed().count() == 1
    points = turning_points.turning_points_of(kei)
    named = turning_points.people_behind(kei, points)
    assert (len(points), points[0].waits) == (2, True)
    assert any(person.is_thanked for people in named.values() for person in people)
    assert turning_points.asked_of(kei).count() == 1
    assert Statement.objects.filter(member=kei).exists()
    assert MonthFigures.objects.exists()


def test_the_host_finds_answers_where_ten_were_there(ren):
    people = [make_member() for _ in range(10)]
    evening = make_evening([people], host=ren, now=END - timedelta(days=20))
    for wait, act in demo_impressions.after(evening):
        act(evening.ends_at + wait)

    assert all(answers.cells for answers in impressions.answers_of(evening, END))
    assert sorted(demo_impressions._spread(10, Random(1))) == ["little"] * 2 + ["rather"] * 3 + ["yes"] * 5


@pytest.fixture
def blocked_letter(aki, mio):
    """A letter that arrived, from somebody whom its receiver blocks since."""
    letter = make_letter(mio, aki, make_evening([[aki, mio]], now=NOW - timedelta(days=2)), released_at=NOW)
    Block.objects.create(blocker=aki, blocked=mio, blocked_at=NOW)
    return letter


def test_nobody_opens_a_letter_of_somebody_whom_they_block(blocked_letter):
    """Some days of the calendar bring the two together; the year goes on all the same."""
    stage = DemoStage(NOW + timedelta(days=1), seed=1)
    stage.now, stage.part_of[blocked_letter.receiver_id] = NOW + timedelta(hours=8), "letters-1"

    LetterWriting(stage)._open_letters(blocked_letter.receiver)

    blocked_letter.refresh_from_db()
    assert blocked_letter.opened_at is None


def test_nobody_reports_a_letter_of_somebody_whom_they_block(blocked_letter):
    stage = DemoStage(NOW + timedelta(days=1), seed=1)
    stage.now = NOW + timedelta(hours=8)

    Concerns(stage)._reported_letter(None)

    assert not Report.objects.exists()
