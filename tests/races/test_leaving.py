"""An account that goes beside a registration, a letter, and a change of mind, at the same moment on real row locks.

The controls replace `select_for_update` by a plain read.
"""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db.models import QuerySet

from events.event.choices import EventState
from events.models import Event, Registration
from events.registration.flows.registration import register
from feedback.letters.choices import LetterState
from feedback.letters.flows.letter import write_letter
from feedback.models import StrengthFeedback
from kouryu.refusal import Gone
from members.leaving.flows import ask_to_leave, let_members_go, stay
from members.leaving.limits import LEAVING
from members.models import AuditEntry, Departure, User
from tests import factories
from tests.factories import TOKYO
from tests.races.together import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = datetime(2026, 11, 25, 21, 30, tzinfo=TOKYO)
# The last statement by which an account goes: everything else of it has been looked for by then.
LAST = 'UPDATE "members_user"'


@pytest.fixture
def no_locks(monkeypatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)


def about_to_go(member: User) -> User:
    ask_to_leave(member=member, now=NOW - LEAVING.time_to_reconsider)
    return member


def go() -> int:
    return let_members_go(now=NOW)


def or_gone(act) -> object:
    try:
        return act()
    except Gone:
        return Gone


def beside_a_registration() -> tuple[User, list[object]]:
    event = factories.make_event(now=NOW)
    member = about_to_go(factories.make_member(now=NOW))
    answers = at_once(
        (LAST, 'INSERT INTO "events_registration"'),
        go,
        lambda: or_gone(lambda: register(member=member, event_id=event.pk, now=NOW).state),
    )
    return member, answers


def test_no_seat_is_held_for_somebody_who_is_gone():
    member, answers = beside_a_registration()

    assert answers[0] == 1
    assert answers[1] in {Gone, "confirmed"}
    assert not Registration.objects.live().filter(member=member).exists()


@pytest.mark.usefixtures("no_locks")
def test_control_without_the_lock_a_seat_is_held_for_nobody():
    member, answers = beside_a_registration()

    assert answers == [1, "confirmed"]
    assert Registration.objects.live().filter(member=member).exists()


def beside_a_letter() -> tuple[User, list[object]]:
    evening = factories.make_evening([[factories.make_member(now=NOW) for _ in range(2)]], now=NOW)
    giver, receiver = (row.member for row in evening.registrations.order_by("pk").select_related("member"))
    Event.objects.filter(pk=evening.pk).update(state=EventState.CLOSED, closed_at=NOW)
    about_to_go(giver)
    letter = {"picks": ["open-ask"], "saw": "話が止まったとき、静かに問いを置いていました。", "would_count": ""}
    answers = at_once(
        (LAST, 'INSERT INTO "feedback_strengthfeedback"'),
        go,
        lambda: or_gone(
            lambda: write_letter(by=giver, receiver_id=receiver.pk, event_id=evening.pk, now=NOW, **letter).state
        ),
    )
    return giver, answers


def test_no_letter_is_on_its_way_from_somebody_who_is_gone():
    giver, answers = beside_a_letter()

    assert answers[0] == 1
    assert answers[1] in {Gone, LetterState.SCHEDULED}
    assert not StrengthFeedback.objects.filter(giver=giver, state=LetterState.SCHEDULED).exists()


@pytest.mark.usefixtures("no_locks")
def test_control_without_the_lock_a_letter_is_on_its_way_from_nobody():
    giver, answers = beside_a_letter()

    assert answers == [1, LetterState.SCHEDULED]
    assert StrengthFeedback.objects.filter(giver=giver, state=LetterState.SCHEDULED).exists()


def change_of_mind(member: User) -> object:
    try:
        return stay(member=member, now=NOW)
    except Gone:
        return Gone


def beside_a_change_of_mind() -> tuple[User, list[object]]:
    member = about_to_go(factories.make_member(now=NOW))
    answers = at_once((LAST, 'DELETE FROM "members_departure"'), go, lambda: change_of_mind(member))
    return User.objects.get(pk=member.pk), answers


def test_whoever_reads_that_they_stay_stays():
    member, answers = beside_a_change_of_mind()

    assert answers in ([1, Gone], [0, None])
    assert member.is_active == (answers == [0, None])
    verbs = set(AuditEntry.objects.filter(verb__in=["leave", "stay"]).values_list("verb", flat=True))
    assert verbs == ({"stay"} if member.is_active else {"leave"})
    assert not Departure.objects.exists()


@pytest.mark.usefixtures("no_locks")
def test_control_without_the_lock_somebody_reads_that_they_stay_and_is_gone():
    member, answers = beside_a_change_of_mind()

    assert answers == [1, None]
    assert not member.is_active


def test_two_sweeps_let_go_once():
    member = about_to_go(factories.make_member(now=NOW))
    answers = at_once(LAST, go, go)

    assert sorted(map(int, answers)) == [0, 1]
    assert AuditEntry.objects.filter(verb="leave", object_id=member.pk).count() == 1
    assert not User.objects.filter(email__contains="@example.jp", pk=member.pk).exists()
