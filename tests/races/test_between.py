"""Two people of a tie, at the same moment, on real row locks."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from feedback.models import Introduction, Talk, Tie
from feedback.ties.choices import TalkKind, TalkState
from feedback.ties.flows.contact import offer_contact
from feedback.ties.flows.introduction import agree
from feedback.ties.flows.talk import call_off, choose_time, propose
from feedback.ties.rules.talk import NoTalk
from members.models import OutgoingMail
from tests.factories import make_introduction, make_member, make_tie
from tests.races.together import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = timezone.now().replace(microsecond=0).astimezone(UTC)
DAY = timedelta(days=1)
TIMES = [NOW + DAY, NOW + 2 * DAY]
UPDATE = 'UPDATE "feedback_talk"'


@pytest.fixture
def two():
    one, other = make_member("あき"), make_member("みお")
    make_tie(one, other, formed_at=NOW - DAY)
    return one, other


@pytest.fixture
def asked(two):
    one, other = two
    return propose(by=one, to_id=other.pk, kind=TalkKind.TALK, times=TIMES, now=NOW)


def choose(talk: Talk, by, moment):
    return lambda: choose_time(by=by, talk_id=talk.pk, starts_at=moment, now=NOW).state


def test_two_times_chosen_at_once_are_one_talk(two, asked):
    answers = at_once(UPDATE, *[choose(asked, two[1], moment) for moment in TIMES])

    assert sorted(answers) == sorted([TalkState.AGREED, NoTalk.SETTLED])
    assert OutgoingMail.objects.filter(key__startswith="talk/agreed/").count() == 2


def test_control_without_the_row_lock_both_times_are_chosen(two, asked, monkeypatch):
    """Without `select_for_update` in `flows.talk._held_talk` both clicks were told that their time holds."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    answers = at_once(UPDATE, *[choose(asked, two[1], moment) for moment in TIMES])

    assert answers == [TalkState.AGREED] * 2


def test_chosen_and_taken_back_at_once_is_one_of_the_two(two, asked):
    one, other = two
    at_once(UPDATE, choose(asked, other, TIMES[0]), lambda: call_off(by=one, talk_id=asked.pk, now=NOW).state)

    asked.refresh_from_db()
    assert asked.state == TalkState.CALLED_OFF  # taken back first, or chosen and then called off
    told = OutgoingMail.objects.filter(key__startswith="talk/agreed/").count()
    assert told == OutgoingMail.objects.filter(key__startswith="talk/called-off/").count()


def test_two_proposals_at_once_are_one(two):
    one, other = two
    words = {"kind": TalkKind.TALK, "times": TIMES, "now": NOW}
    at_once(
        'INSERT INTO "feedback_talk"',
        lambda: propose(by=one, to_id=other.pk, **words),
        lambda: propose(by=other, to_id=one.pk, **words),
    )

    assert Talk.objects.count() == 1


def test_two_consents_at_once_are_one_tie_with_one_mail_each():
    introducer, one, other = (make_member() for _ in range(3))
    for end in (one, other):
        make_tie(introducer, end, formed_at=NOW - DAY)
    asked = make_introduction(introducer, one, other, now=NOW)
    at_once(
        'UPDATE "feedback_introduction"',
        *[lambda end=end: agree(by=end, introduction_id=asked.pk, now=NOW) for end in (one, other)],
    )

    assert Introduction.objects.get().formed_at == NOW
    assert Tie.objects.open_between(one, other).count() == 1
    assert OutgoingMail.objects.filter(key__contains="/formed/").count() == 3


def test_two_contacts_at_once_find_each_other(two):
    one, other = two
    at_once(
        'INSERT INTO "feedback_contactoffer"',
        lambda: offer_contact(by=one, to_id=other.pk, text="a", now=NOW),
        lambda: offer_contact(by=other, to_id=one.pk, text="b", now=NOW),
    )

    assert OutgoingMail.objects.filter(key__startswith="tie/contact/").count() == 2
