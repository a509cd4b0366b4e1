"""The community in numbers: frozen months, no cell under five, and verdicts that tell no more than the numbers."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from events.models import Attendance
from feedback.growth.choices import StepState
from feedback.growth.rules.bounds import Bounds
from feedback.insight.flows import freeze_months
from feedback.insight.queries import months_to_freeze, numbers_of
from feedback.insight.rules import (
    FEWEST_OF,
    TARGETS,
    TargetVerdict,
    correlation,
    group_shares,
    halves,
    has_scene,
    share_between,
    spread,
    verdict,
)
from feedback.letters.choices import LetterState, Reaction
from feedback.letters.strengths import families, strengths
from feedback.mirror.rules.month import Month
from feedback.models import MonthFigures, NextStep, StrengthFeedback
from kouryu.clock import TOKYO
from tests.factories import make_evening, make_event, make_letter, make_member, make_registration

OCTOBER = Month(2026, 10)
NOW = FROZEN = datetime(2026, 11, 5, 3, 0, tzinfo=TOKYO)
FIVE = {name: [one.key for one in five] for name, five in families().items()}


# --- rules


@pytest.mark.parametrize("total", range(40))
def test_what_is_published_of_a_share_never_tells_a_number_under_five(total):
    """Whatever is published could have come from each of the numbers 0 to 4, or was five and more on both sides."""
    seen = defaultdict(list)
    for number in range(total + 1):
        seen[share_between(number, total)].append(number)
    for bounds, numbers in seen.items():
        if bounds is not None and bounds.is_exact:
            assert min(numbers[0], total - numbers[0]) >= 5
        elif bounds is not None:
            assert len(numbers) == 5
        else:
            assert total < FEWEST_OF


@pytest.mark.parametrize("total", range(10, 40))
def test_a_verdict_tells_no_more_than_the_bounds(total):
    for key, target in TARGETS.items():
        told = defaultdict(set)
        for number in range(total + 1):
            bounds = share_between(number, total)
            told[bounds].add(verdict(bounds, target))
        assert all(len(verdicts) == 1 for verdicts in told.values()), key


@pytest.mark.parametrize(
    ("bounds", "key", "expected"),
    [
        (None, "first-words", TargetVerdict.TOO_FEW),
        (Bounds(0.85, 0.85), "first-words", TargetVerdict.HELD),
        (Bounds(0.84, 0.84), "first-words", TargetVerdict.NOT_HELD),
        (Bounds(0.9, 1), "first-words", TargetVerdict.HELD),
        (Bounds(0.8, 1), "first-words", TargetVerdict.TOO_FEW),
        (Bounds(0.12, 0.12), "most-picked", TargetVerdict.HELD),
        (Bounds(0.13, 0.13), "most-picked", TargetVerdict.NOT_HELD),
        (Bounds(0, 19), "hidden", TargetVerdict.HELD),
        (Bounds(0, 30), "hidden", TargetVerdict.TOO_FEW),
        (Bounds(20, 20), "hidden", TargetVerdict.NOT_HELD),
    ],
)
def test_verdicts(bounds, key, expected):
    assert verdict(bounds, TARGETS[key]) == expected


def test_no_hidden_group_can_be_found_from_the_others_and_the_whole():
    """Every table of three groups: both cells of a hidden group could have been something else."""
    alike = defaultdict(list)
    for cells in product(range(9), repeat=4):
        groups = {"a": cells[:2], "b": cells[2:], "c": (20, 20)}
        sums = cells[0] + cells[2], cells[1] + cells[3]
        alike[tuple(sorted(group_shares(groups).items())), sums].append(cells)
    found = [
        (shares, sums)
        for (shares, sums), tables in alike.items()
        if "c" in dict(shares)  # else nobody knows what to subtract
        and all(total <= 8 for total in sums)  # else the limits of this test would tell, not the table
        for place in range(4)
        if {"ab"[place // 2]}.isdisjoint(dict(shares))
        and len({table[place] for table in tables}) < 2
        and tables[0][place] < 5
    ]
    assert found == []


def test_the_spread_of_picks():
    even = [key for keys in FIVE.values() for key in keys] * 10
    most, rarest, entropy = spread(even, FIVE)
    assert (most.low, rarest.low, round(entropy.low, 9)) == (1 / 30, 1 / 6, 1.0)
    assert spread(even[:59], FIVE) == (None, None, None)
    assert spread(["open-ask"] * 100, FIVE)[2].low == 0


def test_how_alike_two_halves_are():
    known = ["a", "b", "c"]
    assert round(halves({giver: {"a"} for giver in range(10)}, known), 9) == 1.0
    assert halves({1: {"a"}}, known) is None
    assert correlation([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    assert correlation([1, 1], [1, 2]) is None


@pytest.mark.parametrize(
    ("saw", "expected"),
    [
        ("話が止まったとき、最初の問いを置いていました。", True),
        ("とてもやさしい人だと思います。", False),
        ("最後まで聴いてくれた", True),
    ],
)
def test_a_scene_is_known_by_its_form(saw, expected):
    assert has_scene(saw) is expected


def test_targets_are_those_of_the_product():
    assert {key: target.at_least for key, target in TARGETS.items() if target.at_least} == {
        "first-words": 0.85,
        "length": 40,
        "scene": 0.70,
        "my-industry": 0.50,
        "discovery": 0.40,
        "fits": 0.70,
        "rarest-family": 0.08,
        "entropy": 0.9,
        "halves": 0.4,
        "steps-set": 0.40,
        "steps-done": 0.55,
        "knowing-90": 0.4,
        "using-90": 0.4,
        "second-contact": 0.25,
        "second-evening": 0.50,
    }
    assert {key: target.below for key, target in TARGETS.items() if target.below and key != "most-picked"} == {
        "hidden": 20,
        "reported": 3,
        "regretted": 3,
    }
    assert verdict(Bounds(0.2, 0.2), TARGETS["knowing-30"]) == TargetVerdict.NO_TARGET


# --- counting


def october(day: int) -> datetime:
    return datetime(2026, 10, day, 21, tzinfo=TOKYO)


@pytest.fixture
def month(db):
    """Twenty people in October; fifteen get words within 72 hours, one later, four none."""
    people = [make_member(industry="E" if place < 10 else "P") for place in range(20)]
    evening = make_evening([people], now=october(10))
    giver = make_member()
    for place, person in enumerate(people[:16]):
        late = place == 15
        make_letter(
            giver,
            person,
            evening,
            released_at=evening.ends_at + timedelta(hours=73 if late else 10),
            would_count="役に立ちます" if place < 8 else "",
            reaction=list(Reaction)[0 if place < 6 else 1 if place < 11 else 2],
            put_away_at=october(12) if place < 2 else None,
            regretted_at=october(12) if place < 7 else None,
        )
    return people


def test_what_a_month_says(month):
    measures = numbers_of(OCTOBER).measures
    assert measures["first-words"] == Bounds(15 / 20, 15 / 20)
    assert measures["my-industry"] == Bounds(0.5, 0.5)
    assert (measures["fits"], measures["discovery"]) == (Bounds(6 / 16, 6 / 16), Bounds(5 / 16, 5 / 16))
    assert measures["hidden"] == Bounds(0, 4 / 16 * 1000)
    assert measures["regretted"] == Bounds(7 / 16 * 1000, 7 / 16 * 1000)
    assert measures["length"] is None  # all of one giver
    assert measures["halves"] is None
    assert numbers_of(OCTOBER.next).measures["first-words"] is None


def test_who_came_to_an_evening_without_groups_misses_no_words(month):
    """Nobody could have written to them."""
    starts_at = month[0].registrations.get().event.starts_at + timedelta(days=1)
    event = make_event(starts_at=starts_at, gathering="together")
    for _ in range(9):
        registration = make_registration(event)
        Attendance.objects.create(registration=registration, presence="present", recorded_at=starts_at)
    assert numbers_of(OCTOBER).measures["first-words"] == Bounds(15 / 20, 15 / 20)


def test_steps_and_second_evenings_are_those_of_the_month_before_the_last(month):
    evening = month[0].registrations.get().event
    evening.registrations.update(is_first_timer=True)
    make_evening([month[:8]], now=october(30))
    for place, person in enumerate(month[:14]):
        NextStep.objects.create(
            member=person,
            text="試す",
            first_on=october(20).date(),
            on=october(20).date(),
            decided_at=evening.ends_at + timedelta(days=1 if place < 9 else 20),
            state=StepState.DONE if place < 6 else StepState.OPEN,
            settled_at=october(21) if place < 6 else None,
        )
    measures = numbers_of(Month(2026, 12)).measures
    assert measures["steps-done"] == Bounds(6 / 14, 6 / 14)
    assert measures["second-evening"] == Bounds(8 / 20, 8 / 20)
    assert measures["steps-set"] == Bounds(9 / 20, 9 / 20)


def test_a_mirror_is_compared_with_itself_from_ten_givers_and_five_members_on(db):
    keys = list(strengths())
    members = [make_member() for _ in range(5)]
    givers = [make_member() for _ in range(10)]
    evening = make_evening([[*members, *givers]], now=october(10))
    for place, member in enumerate(members):
        for giver in givers:
            make_letter(giver, member, evening, picks=[keys[place]], released_at=october(11))
    assert numbers_of(OCTOBER).measures["halves"].low == pytest.approx(1)
    StrengthFeedback.objects.filter(receiver=members[0], giver=givers[0]).update(state=LetterState.HIDDEN)
    assert numbers_of(OCTOBER).measures["halves"] is None


# --- freezing


def test_a_month_is_frozen_once_and_nothing_later_changes_it(month):
    assert freeze_months(OCTOBER.ends_at + timedelta(days=3)) == 0
    assert [freeze_months(FROZEN), freeze_months(FROZEN)] == [1, 0]
    before = MonthFigures.objects.values().get()
    StrengthFeedback.objects.all().delete()
    freeze_months(FROZEN + timedelta(days=1))
    assert MonthFigures.objects.values().get() == before


def test_months_are_caught_up_with_from_the_first_evening_on(month):
    months = months_to_freeze(datetime(2027, 2, 20, tzinfo=TOKYO))
    assert [str(one) for one in months] == ["2026-10", "2026-11", "2026-12", "2027-01"]
    assert len(months_to_freeze(datetime(2029, 1, 20, tzinfo=TOKYO))) == 12


def test_counting_a_month_costs_the_same_for_few_and_many(month):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            numbers_of(OCTOBER)
        return len(captured)

    few = queries()
    evening = make_evening([month], now=october(20))
    for person in month[1:]:
        make_letter(month[0], person, evening, released_at=october(21))
    assert queries() == few <= 17


def test_the_page_is_for_staff_and_asks_little(month, kai, sora, aki, signed_in):
    url = reverse("feedback:numbers")
    assert "終わった月の数が" in signed_in(kai).get(url).content.decode()
    freeze_months(FROZEN)
    assert signed_in(aki).get(url).status_code == 404
    for staff in (kai, sora):
        page = signed_in(staff).get(url).content.decode()
        assert ("75%" in page, "届いていません" in page, "数が少なく" in page) == (True, True, True)
    assert signed_in(kai).get(url + "?month=2026-10").status_code == 200
    assert signed_in(kai).get(url + "?month=1999-01").status_code == 404
