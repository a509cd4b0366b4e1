"""Who fits what an event asks for, and what they read when they do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from events.event.choices import ConditionKind
from events.event.rules.eligibility import (
    KINDS,
    WAYS,
    AskedCondition,
    Candidate,
    Conditions,
    NotEligible,
    Way,
    excludes_everybody,
    needs_invitation,
    why_not_join,
)
from events.models import Condition, Event
from events.registration.queries.candidates import full_months
from events.registration.queries.registration import conditions_from
from events.registration.words.conditions import (
    WORDINGS,
    conditions_in_a_phrase,
    conditions_in_words,
    next_step,
    openers,
    years_in_words,
)

AKI = Candidate(
    industry="E",
    occupation="02",
    work_status="employed",
    position="manager",
    years_at_company="10-19",
    prefecture="JP-13",
    themes=frozenset({"stuck"}),
    months_as_member=6,
    events_attended=0,
    plan="yearly",
)
NOBODY = Candidate()


def asked(**kinds: str) -> Conditions:
    """`asked(work_status="student seeking", first_timer="")`: kinds with their values."""
    return Conditions(
        tuple(AskedCondition(kind.replace("_", "-"), frozenset(values.split())) for kind, values in kinds.items())
    )


def any_of(**kinds: str) -> Conditions:
    return replace(asked(**kinds), any_is_enough=True)


@pytest.mark.parametrize(
    ("candidate", "conditions", "reason"),
    [
        pytest.param(NOBODY, Conditions(), None, id="no conditions, nothing told"),
        pytest.param(AKI, asked(industry="E P"), None, id="one of two industries"),
        pytest.param(AKI, asked(industry="P"), NotEligible.INDUSTRY, id="another industry"),
        pytest.param(NOBODY, asked(industry="E"), NotEligible.INDUSTRY_UNTOLD, id="no industry told"),
        pytest.param(AKI, asked(occupation="02"), None, id="occupation"),
        pytest.param(AKI, asked(occupation="03"), NotEligible.OCCUPATION, id="another occupation"),
        pytest.param(NOBODY, asked(occupation="02"), NotEligible.OCCUPATION_UNTOLD, id="no occupation told"),
        pytest.param(AKI, asked(work_status="employed"), None, id="work status"),
        pytest.param(AKI, asked(work_status="student"), NotEligible.WORK_STATUS, id="another work status"),
        pytest.param(
            Candidate(work_status="untold"),
            asked(work_status="student"),
            NotEligible.WORK_STATUS_UNTOLD,
            id="would rather not say",
        ),
        pytest.param(AKI, asked(position="manager lead"), None, id="position"),
        pytest.param(AKI, asked(position="staff"), NotEligible.POSITION, id="another position"),
        pytest.param(NOBODY, asked(position="staff"), NotEligible.POSITION_UNTOLD, id="no position told"),
        pytest.param(AKI, asked(years_at_company="5-9 10-19"), None, id="enough years"),
        pytest.param(AKI, asked(years_at_company="20+"), NotEligible.YEARS_AT_COMPANY, id="not enough years"),
        pytest.param(NOBODY, asked(years_at_company="20+"), NotEligible.YEARS_AT_COMPANY_UNTOLD, id="years not told"),
        pytest.param(AKI, asked(theme="stuck care"), None, id="one shared theme"),
        pytest.param(AKI, asked(theme="care"), NotEligible.THEME, id="another theme"),
        pytest.param(NOBODY, asked(theme="care"), NotEligible.THEME_UNTOLD, id="no theme chosen"),
        pytest.param(AKI, asked(prefecture="JP-13 JP-14"), None, id="lives near"),
        pytest.param(AKI, asked(prefecture="JP-01"), NotEligible.PREFECTURE, id="lives elsewhere"),
        pytest.param(NOBODY, asked(prefecture="JP-01"), NotEligible.PREFECTURE_UNTOLD, id="home not told"),
        pytest.param(replace(AKI, affinities=frozenset({"7"})), asked(affinity="7 8"), None, id="in the group"),
        pytest.param(
            replace(AKI, affinities=frozenset({"7"}), open_affinities=frozenset({"8"})),
            asked(affinity="8"),
            NotEligible.AFFINITY_UNTOLD,
            id="in another group, and could join this one",
        ),
        pytest.param(NOBODY, asked(affinity="8"), NotEligible.AFFINITY, id="of a group that takes nobody in"),
        pytest.param(AKI, asked(member_since="6"), None, id="just long enough a member"),
        pytest.param(AKI, asked(member_since="7"), NotEligible.SHORT_TIME_MEMBER, id="one month short"),
        pytest.param(replace(AKI, events_attended=3), asked(earlier_events="3"), None, id="came just often enough"),
        pytest.param(
            replace(AKI, events_attended=2), asked(earlier_events="3"), NotEligible.FEW_EVENTS, id="once less"
        ),
        pytest.param(replace(AKI, series=frozenset({"7"})), asked(series="7 8"), None, id="came to the series"),
        pytest.param(
            replace(AKI, series=frozenset({"7"})), asked(series="8"), NotEligible.NOT_IN_SERIES, id="to another"
        ),
        pytest.param(AKI, asked(plan="yearly"), None, id="plan"),
        pytest.param(AKI, asked(plan="monthly"), NotEligible.PLAN, id="another plan"),
        pytest.param(NOBODY, asked(plan="monthly"), NotEligible.PLAN, id="days given for free"),
        pytest.param(AKI, asked(first_timer=""), None, id="first time"),
        pytest.param(
            replace(AKI, events_attended=1), asked(first_timer=""), NotEligible.NOT_FIRST_TIMER, id="second time"
        ),
        pytest.param(replace(AKI, is_invited=True), asked(invited=""), None, id="invited"),
        pytest.param(AKI, asked(invited=""), NotEligible.NOT_INVITED, id="not invited"),
        # several
        pytest.param(AKI, asked(industry="E", theme="care"), NotEligible.THEME, id="all must hold"),
        pytest.param(AKI, asked(industry="P", theme="care"), NotEligible.INDUSTRY, id="of equal reasons the first"),
        pytest.param(
            replace(NOBODY, events_attended=1),
            asked(industry="E", first_timer=""),
            NotEligible.NOT_FIRST_TIMER,
            id="nobody is asked for an answer that would not help",
        ),
        pytest.param(AKI, any_of(industry="P", theme="stuck"), None, id="any is enough"),
        pytest.param(AKI, any_of(industry="P", theme="care"), NotEligible.INDUSTRY, id="none of them"),
        pytest.param(
            replace(AKI, prefecture=""),
            any_of(industry="P", prefecture="JP-01", earlier_events="3"),
            NotEligible.PREFECTURE_UNTOLD,
            id="the nearest way is an answer",
        ),
        pytest.param(
            AKI, any_of(industry="P", earlier_events="3", invited=""), NotEligible.FEW_EVENTS, id="or some time"
        ),
        pytest.param(replace(AKI, is_invited=True), any_of(industry="P", invited=""), None, id="invited besides"),
        pytest.param(NOBODY, replace(Conditions(), any_is_enough=True), None, id="any of nothing asks nothing"),
    ],
)
def test_why_not_join(candidate, conditions, reason):
    assert why_not_join(candidate, conditions) == reason


def test_every_kind_has_its_test_and_its_words():
    assert set(KINDS) == set(ConditionKind.values) == {str(kind) for kind in WORDINGS}


def test_every_reason_is_given_by_one_kind():
    assert set(WAYS) == set(NotEligible)
    assert len(WAYS) == sum(len(kind.reasons) for kind in KINDS.values())


def test_there_is_a_next_step_for_whatever_can_be_mended():
    mendable = {reason for reason, way in WAYS.items() if way != Way.NONE}
    assert {reason for reason in NotEligible if next_step(reason)} == mendable


def test_no_kind_asks_for_age_or_gender():
    assert {"age", "gender", "sex", "birth"} & {word for kind in KINDS for word in kind.split("-")} == set()


@pytest.mark.parametrize(
    ("conditions", "needed"),
    [
        (Conditions(), False),
        (asked(invited=""), True),
        (any_of(invited=""), True),
        (asked(invited="", industry="E"), True),
        (any_of(invited="", industry="E"), False),
        (asked(industry="E"), False),
    ],
    ids=["none", "alone", "any of one", "and", "or", "other"],
)
def test_who_needs_an_invitation(conditions, needed):
    assert needs_invitation(conditions) == needed


def test_first_time_and_often_before_exclude_everybody_unless_one_is_enough():
    both = {"first_timer": "", "earlier_events": "1"}
    assert [excludes_everybody(asked(**both)), excludes_everybody(any_of(**both))] == [True, False]


@pytest.mark.parametrize(
    ("since", "today", "months"),
    [
        (date(2026, 1, 15), date(2026, 7, 14), 5),
        (date(2026, 1, 15), date(2026, 7, 15), 6),
        (date(2025, 12, 31), date(2026, 2, 28), 1),
        (date(2026, 7, 15), date(2026, 7, 15), 0),
        (date(2026, 7, 16), date(2026, 7, 15), 0),
    ],
)
def test_months_count_when_they_are_full(since, today, months):
    assert full_months(since, today) == months


# --- in words


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        (Conditions(), []),
        (asked(years_at_company="20+ 5-9 10-19"), ["勤続5年以上"]),
        (
            asked(theme="stuck", industry="P E", first_timer=""),
            ["業界：メーカー、医療・福祉", "モヤモヤ：この会社だけで大丈夫？", "はじめて参加する方"],
        ),
        (
            asked(work_status="student seeking", occupation="02"),
            ["職種：研究・開発・エンジニア", "働きかた：学生、求職中"],
        ),
        (
            asked(position="manager", prefecture="JP-13 JP-01", member_since="6", earlier_events="3", invited=""),
            [
                "役割：管理職",
                "お住まい：北海道、東京都",
                "会員になって6か月以上",
                "これまでに3回以上参加した方",
                "招待した方",
            ],
        ),
    ],
    ids=["none", "years", "three", "two", "new kinds"],
)
def test_conditions_in_words(conditions, words):
    assert conditions_in_words(conditions) == words


def test_a_phrase_tells_and_from_or():
    kinds = {"industry": "E", "first_timer": ""}
    assert conditions_in_a_phrase(asked(**kinds)) == "業界：メーカー・はじめて参加する方"
    assert conditions_in_a_phrase(any_of(**kinds)) == "業界：メーカー、またははじめて参加する方"


def test_bands_with_a_gap_are_named_one_by_one():
    assert years_in_words(frozenset({"0-4", "20+"})) == "勤続0〜4年、20年以上"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ConditionKind.values)
def test_each_kind_brings_two_questions(kind):
    questions = openers(Conditions((AskedCondition(kind, frozenset({"stuck"} if kind == "theme" else ())),)))
    assert len(set(questions)) == 2


def test_questions_come_from_the_themes_and_are_a_handful():
    assert openers(asked(theme="stuck change"))[0] == "いまの仕事で「これは外でも使えそう」と思うことは？"
    assert len(openers(asked(industry="E", occupation="02", first_timer=""))) == 4


def test_condition_rows_become_the_rules_view():
    rows = [Condition(kind="industry", values=["E"]), Condition(kind="first-timer", values=[])]
    assert conditions_from(Event(conditions_combined="any"), rows) == any_of(industry="E", first_timer="")
