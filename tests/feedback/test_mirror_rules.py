"""The computation of the mirror: its numbers, and what is shown from how many givers on."""

from __future__ import annotations

import random
from math import comb

import pytest

from feedback.rules.mirror import (
    USUAL_RATE,
    Level,
    Look,
    Stage,
    incomplete_beta,
    level_of,
    posterior_mean,
    reflect,
    stage_at,
    sureness,
)
from feedback.strengths import strengths

INDUSTRIES = "AEGIJKLMOP"


@pytest.mark.parametrize(
    ("givers", "of", "mean", "sure"),
    [
        pytest.param(1, 3, 0.18, 0.55, id="1/3"),
        pytest.param(2, 3, 0.32, 0.88, id="2/3"),
        pytest.param(3, 3, 0.47, 0.98, id="3/3"),
        pytest.param(2, 5, 0.25, 0.79, id="2/5"),
        pytest.param(3, 5, 0.36, 0.95, id="3/5"),
        pytest.param(3, 8, 0.27, 0.87, id="3/8"),
        pytest.param(4, 8, 0.36, 0.97, id="4/8"),
        pytest.param(4, 12, 0.27, 0.90, id="4/12"),
    ],
)
def test_check_values(givers, of, mean, sure):
    assert (posterior_mean(givers, of), sureness(givers, of)) == (
        pytest.approx(mean, abs=0.006),
        pytest.approx(sure, abs=0.006),
    )


@pytest.mark.parametrize(
    ("x", "a", "b", "value"),
    [
        pytest.param(0.3, 2, 5, 0.579825, id="known"),
        pytest.param(0.5, 3, 3, 0.5, id="symmetric-at-the-turning-point"),
        pytest.param(0.2, 1, 1, 0.2, id="uniform"),
        pytest.param(0.0, 2, 3, 0.0, id="nothing"),
        pytest.param(1.0, 2, 3, 1.0, id="everything"),
        pytest.param(0.25, 0.5, 0.5, 1 / 3, id="arcsine"),
    ],
)
def test_incomplete_beta_of_known_points(x, a, b, value):
    assert incomplete_beta(x, a, b) == pytest.approx(value, abs=1e-9)


def test_incomplete_beta_of_whole_numbers_is_a_sum_of_binomials():
    chance = random.Random(14)
    for _ in range(300):
        a, b, x = chance.randint(1, 30), chance.randint(1, 30), chance.random()
        trials = a + b - 1
        expected = sum(comb(trials, j) * x**j * (1 - x) ** (trials - j) for j in range(a, trials + 1))

        assert incomplete_beta(x, a, b) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize(
    ("givers", "sure", "level"),
    [
        pytest.param(1, 0.99, Level.ONE, id="one-is-one-however-sure"),
        pytest.param(2, 0.99, Level.SOME, id="two-are-never-many"),
        pytest.param(3, 0.89, Level.SOME, id="three-and-not-sure"),
        pytest.param(3, 0.90, Level.MANY, id="three-and-sure"),
    ],
)
def test_words_of_certainty(givers, sure, level):
    assert level_of(givers, sure) == level


@pytest.mark.parametrize(
    ("givers", "stage"),
    [
        (0, Stage.BLANK),
        (1, Stage.LETTERS),
        (2, Stage.LETTERS),
        (3, Stage.OPEN),
        (4, Stage.OPEN),
        (5, Stage.FULL),
        (9, Stage.FULL),
        (10, Stage.NUMBERS),
        (200, Stage.NUMBERS),
    ],
)
def test_the_ladder(givers, stage):
    assert stage_at(givers) == stage


def test_somebody_who_writes_often_counts_once_per_strength():
    looks = [Look(1, "P", ("open-ask",))] * 5 + [Look(1, "P", ("tell-plain",)), Look(2, "J", ("open-ask",))]

    mirror = reflect(looks, ())

    assert mirror.givers == 2
    assert {key: seen.givers for key, seen in mirror.seen.items()} == {"open-ask": 2, "tell-plain": 1}


def test_a_giver_counts_in_the_industry_of_their_latest_letter():
    looks = [Look(1, "P", ("open-ask",)), Look(1, "J", ("open-ask",))]

    assert reflect(looks, ()).seen["open-ask"].industries == ("J",)


def test_no_industry_counts_in_no_industry_set():
    looks = [Look(1, "", ("open-ask",)), Look(2, "", ("open-ask",)), Look(3, "P", ("open-ask",))]
    seen = reflect(looks, (), own_industry="E").seen["open-ask"]

    assert (seen.givers, seen.industries, seen.abroad) == (3, ("P",), False)


@pytest.mark.parametrize(
    ("picks", "agreed"),
    [
        pytest.param([("open-ask",)], (), id="one-agrees-with-nobody"),
        pytest.param([("open-ask", "act-try"), ("act-try",)], ("act-try",), id="two-agree"),
        pytest.param([("open-ask",), ("act-try",)], (), id="two-differ"),
    ],
)
def test_below_three_givers_there_are_only_letters(picks, agreed):
    mirror = reflect([Look(giver, "P", keys) for giver, keys in enumerate(picks)], ("open-ask",))

    assert (mirror.agreed, mirror.both, mirror.found, mirror.kept, mirror.headline) == (agreed, (), (), (), None)


def test_the_windows_order_by_industries_and_then_by_certainty():
    looks = [
        Look(1, "P", ("tell-plain", "open-ask", "act-try")),
        Look(2, "P", ("tell-plain", "act-try")),
        Look(3, "J", ("open-ask",)),
    ]
    mirror = reflect(looks, ("act-try", "support-keep"))

    assert [seen.key for seen in mirror.both] == ["act-try"]
    assert [seen.key for seen in mirror.found] == ["open-ask", "tell-plain"]
    assert mirror.headline == mirror.found[0]


def test_without_two_industries_the_headline_is_what_was_confirmed():
    looks = [Look(giver, "P", ("tell-plain", "act-try")) for giver in range(3)]
    headline = reflect(looks, ("act-try",)).headline

    assert headline is not None
    assert headline.key == "act-try"


@pytest.mark.parametrize(("givers", "kept"), [(4, ()), (5, ("support-keep",))])
def test_absence_is_said_from_five_givers(givers, kept):
    looks = [Look(giver, "P", ("act-try",)) for giver in range(givers)]

    assert reflect(looks, ("act-try", "support-keep")).kept == kept


@pytest.mark.parametrize(
    ("industries", "abroad"),
    [
        pytest.param("PJI", True, id="three-others"),
        pytest.param("PJE", False, id="one-from-home"),
        pytest.param("PPJ", False, id="two-of-one"),
        pytest.param("PJIE", True, id="three-others-and-home"),
    ],
)
def test_taken_for_granted_at_home(industries, abroad):
    looks = [Look(giver, industry, ("act-try",)) for giver, industry in enumerate(industries)]

    assert reflect(looks, (), own_industry="E").seen["act-try"].abroad is abroad


def test_random_letters_give_what_the_definition_says():
    """Worked out again here in the plainest way, giver by giver."""
    chance, keys = random.Random(41), list(strengths())
    for _ in range(60):
        looks = [
            Look(giver, chance.choice([*INDUSTRIES, ""]), tuple(chance.sample(keys[:9], chance.randint(1, 3))))
            for giver in range(chance.randint(0, 14))
            for _ in range(chance.choice([1, 1, 2]))
        ]
        own, home = chance.sample(keys[:12], 5), chance.choice(INDUSTRIES)
        mirror = reflect(looks, own, own_industry=home)

        givers = {look.giver for look in looks}
        last_industry = {look.giver: look.industry for look in looks}
        who = {key: {look.giver for look in looks if key in look.picks} for key in keys}
        expected = {}
        for key in (key for key in keys if who[key]):
            k, n = len(who[key]), len(givers)
            sure = 1 - incomplete_beta(2 * USUAL_RATE, 4 * USUAL_RATE + k, 4 * (1 - USUAL_RATE) + n - k)
            level = "one" if k == 1 else "many" if k >= 3 and sure >= 0.9 else "some"
            seen_from = tuple(sorted({last_industry[giver] for giver in who[key]} - {""}))
            expected[key] = (k, seen_from, pytest.approx((k + 4 * USUAL_RATE) / (n + 4)), level)
        found = {key: (s.givers, s.industries, s.mean, s.level) for key, s in mirror.seen.items()}

        assert mirror.givers == len(givers)
        assert found == expected
        if len(givers) >= 3:
            assert {seen.key for seen in mirror.both} == set(expected) & set(own)
            assert {seen.key for seen in mirror.found} == set(expected) - set(own)
        assert set(mirror.kept) == (set(own) - set(expected) if len(givers) >= 5 else set())
