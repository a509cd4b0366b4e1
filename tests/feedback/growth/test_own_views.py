"""Four questions to oneself: on which days, for whose eyes, and what becomes of them in a month's numbers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from django.urls import reverse
from django.utils import timezone

from events.event.choices import EventState
from feedback.growth.flows.own_view import answer_own_view
from feedback.growth.queries.own_view import asks, day_of, gains
from feedback.growth.rules.bounds import Bounds
from feedback.growth.rules.own_view import NoOwnView, OwnViewAnswers, day_asked, why_not_answer
from feedback.insight.queries import second_contact
from feedback.mirror.rules.month import Month
from feedback.models import Help, OwnView, ShortNote
from kouryu.clock import TOKYO
from kouryu.refusal import Refused
from members.models import AuditEntry, User
from tests.factories import make_account, make_evening, make_member, make_period, make_talk, make_tie

OCTOBER = Month(2026, 10)
FIRST = date(2026, 7, 1)
WITHIN = timedelta(days=14)
URL, GROWTH = reverse("feedback:own_view"), reverse("feedback:growth")
FOUR = {"can_say": 2, "knows_seen": 3, "uses_now": 4, "makes_room": 5}


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-1, None),
        (0, 0),
        (13, 0),
        (14, None),
        (29, None),
        (30, 30),
        (43, 30),
        (44, None),
        (90, 90),
        (103, 90),
        (104, None),
    ],
)
def test_three_times_are_asked_about_for_a_fortnight_each(days, expected):
    assert day_asked(FIRST, FIRST + timedelta(days=days), within=WITHIN) == expected


def test_nobody_is_asked_who_never_was_a_member():
    assert day_asked(None, FIRST, within=WITHIN) is None


@pytest.mark.parametrize("value", [0, 6])
def test_all_four_are_answered_within_five(value):
    assert why_not_answer(OwnViewAnswers(**FOUR)) is None
    assert why_not_answer(OwnViewAnswers(**{**FOUR, "makes_room": value})) == NoOwnView.INCOMPLETE


@pytest.fixture
def new(db) -> User:
    """A member since today."""
    member = make_account("あらた")
    make_period(member, starts_on=timezone.localdate())
    return member


def test_the_page_of_growth_asks_once_and_answers_may_change(new, signed_in):
    client = signed_in(new)
    assert URL in client.get(GROWTH).content.decode()

    assert client.post(URL, FOUR).url == GROWTH
    assert URL not in client.get(GROWTH).content.decode()
    client.post(URL, {**FOUR, "can_say": 5})
    assert list(OwnView.objects.order_by("pk").values_list("day", "can_say", "makes_room")) == [(0, 5, 5)]
    assert "入会の日" in client.get(URL).content.decode()
    assert not AuditEntry.objects.filter(object_type="feedback.ownview").exists()


def test_an_answer_too_few_keeps_the_others(new, signed_in):
    page = signed_in(new).post(URL, {"can_say": "4", "knows_seen": "4", "uses_now": "9"})
    assert page.status_code == 422
    assert page.content.decode().count("いちばん近いものを選んでください") >= 2
    assert page.context["form"]["can_say"].value() == "4"
    assert not OwnView.objects.exists()


def test_on_other_days_the_page_says_when(new, signed_in):
    new.periods.update(starts_on=timezone.localdate() - timedelta(days=20))
    answer = signed_in(new).post(URL, FOUR)
    assert (answer.status_code, OwnView.objects.exists()) == (409, False)
    assert "30日後" in answer.content.decode()
    assert URL not in signed_in(new).get(GROWTH).content.decode()
    with pytest.raises(Refused):
        answer_own_view(by=new, answers=OwnViewAnswers(**FOUR), now=timezone.now())


def test_who_rests_is_not_asked_and_days_count_from_the_first_paid_day(new):
    now = timezone.now()
    assert asks(new, now)
    new.paused_at = now
    assert not asks(new, now)
    earlier = make_period(new, starts_on=timezone.localdate() - timedelta(days=90), days=60)
    assert day_of(new, now) == 90
    make_period(new, starts_on=earlier.starts_on - timedelta(days=300), days=90)
    assert day_of(new, now) is None


def october(day: int) -> datetime:
    return datetime(2026, 10, day, 21, tzinfo=TOKYO)


def answered(people: list[User], day: int, knowing: int, using: int, at: datetime) -> None:
    values = {"can_say": knowing, "knows_seen": knowing, "uses_now": using, "makes_room": using}
    OwnView.objects.bulk_create(OwnView(member=member, day=day, answered_at=at, **values) for member in people)


def test_a_month_tells_what_changed_from_five_members_on(db):
    people = [make_account() for _ in range(5)]
    answered(people, 0, 2, 3, october(1) - timedelta(days=90))
    answered(people, 90, 3, 3, october(2))
    answered(people[:4], 30, 5, 5, october(3))  # one too few
    answered([make_account()], 90, 5, 5, october(4))  # without a day 0
    assert gains(OCTOBER) == {
        "knowing-30": None,
        "using-30": None,
        "knowing-90": Bounds(1.0, 1.0),
        "using-90": Bounds(0.0, 0.0),
    }
    OwnView.objects.filter(member=people[0], day=0).delete()
    assert gains(OCTOBER)["knowing-90"] is None
    assert set(gains(OCTOBER.next).values()) == {None}


@pytest.fixture
def pairs(db) -> list[User]:
    """Sixteen who sat two by two on 10 October."""
    people = [make_member() for _ in range(16)]
    groups = [list(two) for two in list(pairwise(people))[::2]]
    make_evening(groups, now=october(10), state=EventState.CLOSED)
    return people


def test_a_second_contact_is_a_note_a_talk_help_or_another_evening_within_30_days(pairs):
    began = october(10) - timedelta(hours=2)
    in_time, too_late = began + timedelta(days=30), began + timedelta(days=31)
    ties = [make_tie(*two, formed_at=began) for two in list(pairwise(pairs))[::2]]
    ShortNote.objects.create(tie=ties[0], writer=pairs[0], text="-", written_at=in_time)
    make_talk(ties[1], state="held", held_at=in_time, starts_at=in_time)
    Help.objects.create(helper=pairs[4], helped=pairs[5], noted_on=in_time.date(), noted_at=in_time)
    assert second_contact(OCTOBER) == Bounds(6 / 16, 6 / 16)

    make_evening([[pairs[6], pairs[7]]], now=october(20), state=EventState.CLOSED)
    assert second_contact(OCTOBER) == Bounds(8 / 16, 8 / 16)

    ShortNote.objects.create(tie=ties[5], writer=pairs[10], text="-", written_at=too_late)
    make_talk(ties[6], starts_at=in_time)  # agreed, and never held
    ShortNote.objects.create(tie=ties[7], writer=pairs[14], text="-", written_at=began)  # at the evening itself
    assert second_contact(OCTOBER) == Bounds(8 / 16, 8 / 16)
    assert second_contact(OCTOBER.next) is None
