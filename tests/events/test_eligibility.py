"""Who fits what an event asks for, and what they read when they do not."""

from __future__ import annotations

import pytest

from events.models import Condition
from events.queries import conditions_from
from events.rules.eligibility import Candidate, Conditions, NotEligible, why_not_join
from events.words import conditions_in_words, years_in_words

AKI = Candidate(
    industry="E",
    occupation="02",
    work_status="employed",
    years_at_company="10-19",
    themes=frozenset({"stuck"}),
    events_attended=0,
)
NOBODY = Candidate()


def only(**asked) -> Conditions:
    return Conditions(
        **{name: frozenset(values) if isinstance(values, list) else values for name, values in asked.items()}
    )


@pytest.mark.parametrize(
    ("candidate", "conditions", "reason"),
    [
        pytest.param(NOBODY, Conditions(), None, id="no conditions, nothing told"),
        pytest.param(AKI, only(industries=["E", "P"]), None, id="one of two industries"),
        pytest.param(AKI, only(industries=["P"]), NotEligible.INDUSTRY, id="another industry"),
        pytest.param(NOBODY, only(industries=["E"]), NotEligible.INDUSTRY_UNTOLD, id="no industry told"),
        pytest.param(AKI, only(occupations=["02"]), None, id="occupation"),
        pytest.param(AKI, only(occupations=["03"]), NotEligible.OCCUPATION, id="another occupation"),
        pytest.param(NOBODY, only(occupations=["02"]), NotEligible.OCCUPATION_UNTOLD, id="no occupation told"),
        pytest.param(AKI, only(work_statuses=["student"]), NotEligible.WORK_STATUS, id="another work status"),
        pytest.param(
            Candidate(work_status="untold"),
            only(work_statuses=["student"]),
            NotEligible.WORK_STATUS_UNTOLD,
            id="would rather not say",
        ),
        pytest.param(AKI, only(years_at_company=["5-9", "10-19"]), None, id="enough years"),
        pytest.param(AKI, only(years_at_company=["20+"]), NotEligible.YEARS_AT_COMPANY, id="not enough years"),
        pytest.param(NOBODY, only(years_at_company=["20+"]), NotEligible.YEARS_AT_COMPANY_UNTOLD, id="years not told"),
        pytest.param(AKI, only(themes=["stuck", "care"]), None, id="one shared theme"),
        pytest.param(AKI, only(themes=["care"]), NotEligible.THEME, id="another theme"),
        pytest.param(NOBODY, only(themes=["care"]), NotEligible.THEME_UNTOLD, id="no theme chosen"),
        pytest.param(AKI, only(first_timers_only=True), None, id="first time"),
        pytest.param(
            Candidate(events_attended=1), only(first_timers_only=True), NotEligible.NOT_FIRST_TIMER, id="second time"
        ),
        pytest.param(AKI, only(industries=["E"], themes=["care"]), NotEligible.THEME, id="all conditions must hold"),
    ],
)
def test_why_not_join(candidate, conditions, reason):
    assert why_not_join(candidate, conditions) == reason


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        (Conditions(), []),
        (only(years_at_company=["20+", "5-9", "10-19"]), ["勤続5年以上"]),
        (
            only(industries=["P", "E"], themes=["stuck"], first_timers_only=True),
            ["業界：メーカー、医療・福祉", "モヤモヤ：この会社だけで大丈夫？", "はじめて参加する方"],
        ),
        (
            only(work_statuses=["student", "seeking"], occupations=["02"]),
            ["職種：研究・開発・エンジニア", "働きかた：学生、求職中"],
        ),
    ],
    ids=["none", "years", "three", "two"],
)
def test_conditions_in_words(conditions, words):
    assert conditions_in_words(conditions) == words


def test_bands_with_a_gap_are_named_one_by_one():
    assert years_in_words(frozenset({"0-4", "20+"})) == "勤続0〜4年、20年以上"


def test_condition_rows_become_the_rules_view():
    rows = [
        Condition(kind="industry", values=["E"]),
        Condition(kind="years-at-company", values=["20+"]),
        Condition(kind="first-timer", values=[]),
    ]
    assert conditions_from(rows) == only(industries=["E"], years_at_company=["20+"], first_timers_only=True)
