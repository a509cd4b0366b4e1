"""Two people who write to each other every time: shown to moderators once, and to nobody else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from feedback.cases.choices import DecisionKind, SubjectKind, Urgency
from feedback.cases.rules import ProposedDecision
from feedback.letters.choices import LetterState
from feedback.letters.flows.letter import release_letters
from feedback.letters.rules import LetterExchange, WrittenLetter, is_a_habit, is_same_at_once
from feedback.models import Case
from feedback.safety.flows import decide, take
from kouryu.clock import TOKYO
from members.models import AuditEntry, OutgoingMail
from tests.factories import make_evening, make_letter

NOW = datetime(2026, 11, 25, 21, 30, tzinfo=TOKYO)
TEN = timedelta(minutes=10)


def written(*picks, minutes=0):
    return WrittenLetter(frozenset(picks), NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("there", "back", "same"),
    [
        (written("a", "b"), written("b", "a", minutes=10), True),
        (written("a", "b", minutes=10), written("b", "a"), True),
        (written("a"), written("a", minutes=10.1), False),
        (written("a"), written("a", "b"), False),
        (written("a"), None, False),
        (None, None, False),
    ],
)
def test_the_same_at_once(there, back, same):
    assert is_same_at_once(LetterExchange(1, there, back), TEN) is same


def test_a_habit_is_four_evenings_on_end():
    both, one_sided = LetterExchange(1, written("a"), written("b")), LetterExchange(1, written("a"), None)

    assert [
        is_a_habit(evenings, 4) for evenings in ([both] * 3, [both] * 4, [both] * 3 + [one_sided] + [both] * 4)
    ] == [
        False,
        True,
        False,
    ]


def evenings(aki, mio, count, *, states=(LetterState.RELEASED, LetterState.RELEASED)):
    """So many evenings in a row at which both wrote, the last of them about to be delivered."""
    for back in range(count):
        now = NOW - timedelta(days=7 * back)
        event = make_evening([[aki, mio]], now=now)
        for giver, receiver, state in ((aki, mio, states[0]), (mio, aki, states[1])):
            state = LetterState.SCHEDULED if back == 0 else state
            make_letter(giver, receiver, event, state=state, written_at=now, deliver_at=now, released_at=None)


@pytest.mark.parametrize(
    ("count", "states", "cases"),
    [
        (4, (LetterState.RELEASED, LetterState.RELEASED), 1),
        (3, (LetterState.RELEASED, LetterState.RELEASED), 0),
        (5, (LetterState.RELEASED, LetterState.WITHDRAWN), 0),
    ],
)
def test_the_fourth_evening_on_end_opens_one_case_and_tells_nobody(aki, mio, count, states, cases):
    evenings(aki, mio, count, states=states)
    release_letters(NOW + timedelta(days=1))

    assert Case.objects.count() == cases
    assert set(OutgoingMail.objects.values_list("kind", flat=True)) == {"letter"}
    if cases:
        case = Case.objects.get()
        assert (case.kind, case.urgency, case.seen["evenings"], case.seen["same_at_once"]) == (
            SubjectKind.PAIR,
            Urgency.LOW,
            4,
            4,
        )
    assert AuditEntry.objects.filter(verb="flag-same-picks").count() == 2


def test_it_is_noticed_once_for_ever(aki, mio, kai, signed_in):
    evenings(aki, mio, 4)
    release_letters(NOW + timedelta(days=1))
    case = Case.objects.get()
    take(case_id=case.pk, by=kai, now=NOW)
    page = signed_in(kai).get(reverse("feedback:case", args=[case.pk])).content.decode()
    assert "あきさんとみおさん" in page
    decide(
        case_id=case.pk,
        verdict=ProposedDecision(DecisionKind.NO_PROBLEM, "おたがいの励みになっています。"),
        by=kai,
        now=NOW,
    )

    event = make_evening([[aki, mio]], now=NOW + timedelta(days=7))
    for giver, receiver in ((aki, mio), (mio, aki)):
        make_letter(giver, receiver, event, state=LetterState.SCHEDULED, deliver_at=NOW, released_at=None)
    release_letters(NOW + timedelta(days=8))
    assert Case.objects.count() == 1


@pytest.mark.parametrize("place", ["member", "other"])
def test_neither_of_the_two_judges_it(aki, mio, kai, place):
    people = {"member": aki, "other": mio, place: kai}
    case = Case.objects.create(**people, subject_key="pair/1-2", urgency=Urgency.LOW, opened_at=NOW)

    assert not Case.objects.visible_to(kai).filter(pk=case.pk).exists()
