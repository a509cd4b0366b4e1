"""What is usual in the community: the share of pairs, pulled towards 2/30, and givers who always pick the same."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from feedback.mirror.rules.base_rates import Picked, night_of, picks_the_same, survey
from kouryu.clock import TOKYO

KNOWN = ("act-try", "open-ask", "tell-plain")
PLAIN = {"known": KNOWN, "smoothing": 0.0, "same_from": 10, "same_share": 0.6}


def test_a_pair_counts_once_however_many_letters_pass_between_the_two():
    letters = [
        Picked(1, 2, ("act-try",)),
        Picked(1, 2, ("act-try", "open-ask")),
        Picked(1, 3, ("open-ask",)),
        Picked(2, 1, ("act-try",)),  # the other way round is another pair
    ]
    community = survey(letters, **PLAIN)

    assert (community.pairs, community.rates) == (
        3,
        {"act-try": pytest.approx(2 / 3), "open-ask": pytest.approx(2 / 3), "tell-plain": 0},
    )


@pytest.mark.parametrize(
    ("pairs", "rate"),
    [
        pytest.param(0, 2 / 30, id="nothing-known"),
        pytest.param(300, (300 + 20) / 600, id="as-many-as-strangers"),
        pytest.param(29_700, (29_700 + 20) / 30_000, id="many"),
    ],
)
def test_few_data_stay_near_the_usual_rate(pairs, rate):
    letters = [Picked(1, receiver, ("act-try",)) for receiver in range(2, pairs + 2)]

    assert survey(letters, **{**PLAIN, "smoothing": 300}).rates["act-try"] == pytest.approx(rate)


@pytest.mark.parametrize(
    ("with_it", "letters", "expected"),
    [
        pytest.param(7, 10, True, id="seven-of-ten"),
        pytest.param(6, 10, False, id="not-more-than-the-share"),
        pytest.param(9, 9, False, id="too-few-letters"),
        pytest.param(61, 100, True, id="sixty-one-of-a-hundred"),
    ],
)
def test_who_picks_the_same(with_it, letters, expected):
    picks = [("act-try", "act-try") if place < with_it else ("open-ask",) for place in range(letters)]

    assert picks_the_same(picks, at_least=10, share=0.6) is expected


def test_the_survey_names_whoever_picks_the_same():
    letters = [
        Picked(giver, receiver, picks) for giver, picks in ((1, ("act-try",)), (2, ())) for receiver in range(10)
    ]

    assert survey(letters, **PLAIN).same_pickers == [1]


@pytest.mark.parametrize(("hour", "night"), [(0, date(2026, 11, 20)), (3, date(2026, 11, 20)), (4, date(2026, 11, 21))])
def test_the_night_turns_at_four_in_tokyo(hour, night):
    now = datetime(2026, 11, 21, hour, 0, tzinfo=TOKYO)

    assert night_of(now, at=time(4)) == night
    assert night_of(now.astimezone(tz=None) + timedelta(0), at=time(4)) == night
