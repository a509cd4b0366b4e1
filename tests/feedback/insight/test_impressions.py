"""Three questions after an evening: asked for a week, seen once they have closed, from five answers on."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.insight.flows import answer_questions
from feedback.insight.queries import answers_of
from feedback.insight.rules import ImpressionFacts, NoImpression, distribution, why_not_answer
from feedback.models import Impression
from kouryu.clock import TOKYO
from kouryu.refusal import Refused
from members.models import AuditEntry
from tests.factories import make_evening, make_member

NOW = timezone.now()
END = datetime(2026, 11, 20, 21, 0, tzinfo=TOKYO)
WEEK = timedelta(days=7)


@pytest.mark.parametrize(
    ("changes", "moment", "expected"),
    [
        ({}, END, None),
        ({}, END + WEEK - timedelta(seconds=1), None),
        ({}, END + WEEK, NoImpression.CLOSED),
        ({}, END - timedelta(seconds=1), NoImpression.NOT_OVER),
        ({"was_there": False}, END, NoImpression.NOT_THERE),
        ({"is_host": True}, END, NoImpression.NOT_THERE),
    ],
)
def test_who_is_asked_and_when(changes, moment, expected):
    facts = {"was_there": True, "is_host": False, "ends_at": END, "closes_at": END + WEEK, **changes}
    assert why_not_answer(ImpressionFacts(**facts), moment) == expected


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([4, 0, 0, 0], None),
        ([5, 0, 0, 0], None),  # "everybody said yes" would be five times one answer: all others are known to be none
        ([9, 1, 0, 0], {}),
        ([9, 6, 3, 3], {"yes": 9, "rather": 6}),
        ([9, 6, 1, 0], {"yes": 9}),
    ],
)
def test_no_cell_under_five_is_shown_nor_can_be_subtracted(numbers, expected):
    degrees = ("yes", "rather", "little", "no")
    table = distribution(dict(zip(degrees, numbers, strict=True)), closes_at=END, now=END)
    if sum(numbers) < 5:
        assert table is None
        return
    seen = {name: number for name, number in table.items() if number is not None}
    assert all(number >= 5 for number in seen.values())
    hidden = sum(number for name, number in zip(degrees, numbers, strict=True) if name not in seen)
    assert not 0 < hidden < 5
    if expected is not None:
        assert seen == expected


def test_nothing_is_seen_before_the_questions_have_closed():
    assert distribution({"yes": 50, "no": 50}, closes_at=END, now=END - timedelta(seconds=1)) is None


@pytest.fixture
def crowd(db):
    return [make_member() for _ in range(7)]


@pytest.fixture
def evening(ren, crowd):
    return make_evening([crowd], host=ren, now=NOW)


def answer(evening, member, *, now=NOW, **answers):
    words = {"at_home": "yes", "was_heard": "", "would_return": "", **answers}
    return answer_questions(by=member, event_id=evening.pk, now=now, **words)


def test_one_answer_each_to_be_changed_until_they_close(evening, crowd):
    answer(evening, crowd[0])
    answer(evening, crowd[0], at_home="no")
    assert [one.at_home for one in Impression.objects.all()] == ["no"]
    with pytest.raises(Refused) as refused:
        answer(evening, crowd[0], now=evening.ends_at + WEEK)
    assert refused.value.reason == NoImpression.CLOSED
    assert AuditEntry.objects.count() == 0


def test_neither_strangers_nor_the_host_nor_nothing(evening, ren, mio, crowd):
    for member, answers, reason in (
        (mio, {}, NoImpression.NOT_THERE),
        (ren, {}, NoImpression.NOT_THERE),
        (crowd[0], {"at_home": ""}, NoImpression.NOTHING_SAID),
    ):
        with pytest.raises(Refused) as refused:
            answer(evening, member, **answers)
        assert refused.value.reason == reason


def test_sums_that_were_seen_stay_when_an_account_goes(evening, crowd, django_assert_num_queries):
    for member in crowd:
        answer(evening, member, was_heard="yes" if member in crowd[:4] else "")
    later = evening.ends_at + WEEK
    with django_assert_num_queries(1):
        before = answers_of(evening, later)
    assert [(one.people, one.cells is None) for one in before] == [(7, False), (0, True), (0, True)]
    Impression.objects.filter(member=crowd[0]).update(member=None)  # what deleting an account does
    assert answers_of(evening, later) == before


def test_the_pages(evening, crowd, ren, mio, signed_in):
    url, client = reverse("feedback:questions", args=[evening.pk]), signed_in(crowd[0])
    assert url in client.get(reverse("feedback:evening", args=[evening.pk])).content.decode()
    assert client.post(url, {"at_home": "yes"}).status_code == 302
    for wrong in ({}, {"at_home": "maybe"}, {"at_home": "\x00"}, {"was_heard": "x" * 3000}):
        assert client.post(url, wrong).status_code == 422
    assert signed_in(mio).get(url).status_code == 404
    seen = reverse("feedback:answers", args=[evening.pk])
    assert signed_in(crowd[0]).get(seen).status_code == 404
    assert "締め切ります" in signed_in(ren).get(seen).content.decode()


def test_the_host_sees_sums_of_an_old_evening(ren, crowd, signed_in):
    old = make_evening([crowd], host=ren, now=NOW - timedelta(days=9))
    for member in crowd:
        answer(old, member, now=NOW - timedelta(days=8))
    page = signed_in(ren).get(reverse("feedback:answers", args=[old.pk])).content.decode()
    assert "集まった答え" in page
    # All said yes: that number would be each one's answer, and no later answer will come to hide it among.
    assert page.count("載せられるだけの答えが、集まりませんでした。") == 3
    assert signed_in(crowd[0]).get(reverse("feedback:questions", args=[old.pk])).status_code == 409
