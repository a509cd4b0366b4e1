"""Introductions: which may be made, when they lead to a tie, and that a "no" looks like silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feedback.ties.rules.contact import NoContact, shown_of_other, why_not_offer
from feedback.ties.rules.introduction import (
    IntroductionAnswers,
    IntroductionPhase,
    IntroductionProposal,
    NoIntroduction,
    forms,
    look,
    why_not_introduce,
)

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
LAPSES = NOW + timedelta(days=7)
SOON = timedelta(seconds=1)
WISH = IntroductionProposal(
    is_same_person=False,
    to_one="話が合いそうです。",
    to_other="仕事の進めかたが近い方です。",
    has_consent=True,
    waits_already=False,
    open_now=2,
    most_at_once=3,
)
BOTH = IntroductionAnswers(one=True, other=True, still_tied=True, strangers=True, lapses_at=LAPSES)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"is_same_person": True}, NoIntroduction.SAME_PERSON),
        ({"has_consent": False}, NoIntroduction.NO_CONSENT),
        ({"to_one": ""}, NoIntroduction.EMPTY),
        ({"to_other": ""}, NoIntroduction.EMPTY),
        ({"to_one": "あ" * 200}, None),
        ({"to_other": "あ" * 201}, NoIntroduction.LONG),
        ({"waits_already": True}, NoIntroduction.WAITING),
        ({"open_now": 3}, NoIntroduction.ENOUGH_AT_ONCE),
    ],
)
def test_why_not_introduce(changes, expected):
    assert why_not_introduce(replace(WISH, **changes)) == expected


@pytest.mark.parametrize(
    ("changes", "now", "expected"),
    [
        ({}, NOW, True),
        ({}, LAPSES - SOON, True),
        ({}, LAPSES, False),
        ({"one": None}, NOW, False),
        ({"other": None}, NOW, False),
        ({"one": False}, NOW, False),
        ({"other": False}, NOW, False),
        ({"still_tied": False}, NOW, False),
        ({"strangers": False}, NOW, False),
    ],
)
def test_a_tie_forms_on_two_consents_in_time(changes, now, expected):
    assert forms(replace(BOTH, **changes), now) is expected


@pytest.mark.parametrize(
    ("is_formed", "answered", "now", "expected"),
    [
        (False, False, NOW, IntroductionPhase.ASKED),
        (False, True, NOW, IntroductionPhase.WAITING),
        (False, False, LAPSES - SOON, IntroductionPhase.ASKED),
        (False, False, LAPSES, IntroductionPhase.LAPSED),
        (False, True, LAPSES, IntroductionPhase.LAPSED),
        (True, True, NOW, IntroductionPhase.FORMED),
        (True, True, LAPSES, IntroductionPhase.FORMED),
    ],
)
def test_how_it_looks(is_formed, answered, now, expected):
    assert look(is_formed=is_formed, answered=answered, lapses_at=LAPSES, now=now) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", NoContact.EMPTY), ("a", None), ("あ" * 200, None), ("あ" * 201, NoContact.LONG)],
)
def test_why_not_offer(text, expected):
    assert why_not_offer(text) == expected


@pytest.mark.parametrize(
    ("own", "others", "expected"), [(None, None, None), (None, "b", None), ("a", None, None), ("a", "b", "b")]
)
def test_a_contact_shows_once_both_have_offered(own, others, expected):
    assert shown_of_other(own, others) == expected
