"""The computation of the mirror: its numbers, and what is shown from how many givers on."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from math import comb

import pytest

from feedback.mirror.rules.mirror import (
    USUAL_RATE,
    Level,
    MirrorStage,
    Observation,
    figures,
    incomplete_beta,
    level_of,
    posterior_mean,
    reflect,
    stage_at,
    sureness,
    weight_of,
)
from tests.feedback.mirror_check import below, random_community, worked_out_again


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
        (0, MirrorStage.BLANK),
        (1, MirrorStage.LETTERS),
        (2, MirrorStage.LETTERS),
        (3, MirrorStage.OPEN),
        (4, MirrorStage.OPEN),
        (5, MirrorStage.FULL),
        (9, MirrorStage.FULL),
        (10, MirrorStage.NUMBERS),
        (200, MirrorStage.NUMBERS),
    ],
)
def test_the_stages(givers, stage):
    assert stage_at(givers) == stage


def test_somebody_who_writes_often_counts_once_per_strength():
    looks = [Observation(1, "P", ("open-ask",))] * 5 + [
        Observation(1, "P", ("tell-plain",)),
        Observation(2, "J", ("open-ask",)),
    ]

    mirror = reflect(looks, ())

    assert mirror.givers == 2
    assert {key: seen.givers for key, seen in mirror.seen.items()} == {"open-ask": 2, "tell-plain": 1}


def test_a_giver_counts_in_the_industry_of_their_latest_letter():
    looks = [Observation(1, "P", ("open-ask",)), Observation(1, "J", ("open-ask",))]

    assert reflect(looks, ()).seen["open-ask"].industries == ("J",)


def test_no_industry_counts_in_no_industry_set():
    looks = [Observation(1, "", ("open-ask",)), Observation(2, "", ("open-ask",)), Observation(3, "P", ("open-ask",))]
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
    mirror = reflect([Observation(giver, "P", keys) for giver, keys in enumerate(picks)], ("open-ask",))

    assert (mirror.agreed, mirror.both, mirror.found, mirror.kept, mirror.headline) == (agreed, (), (), (), None)


def test_the_windows_order_by_industries_and_then_by_certainty():
    looks = [
        Observation(1, "P", ("tell-plain", "open-ask", "act-try")),
        Observation(2, "P", ("tell-plain", "act-try")),
        Observation(3, "J", ("open-ask",)),
    ]
    mirror = reflect(looks, ("act-try", "support-keep"))

    assert [seen.key for seen in mirror.both] == ["act-try"]
    assert [seen.key for seen in mirror.found] == ["open-ask", "tell-plain"]
    assert mirror.headline == mirror.found[0]


def test_without_two_industries_the_headline_is_what_was_confirmed():
    looks = [Observation(giver, "P", ("tell-plain", "act-try")) for giver in range(3)]
    headline = reflect(looks, ("act-try",)).headline

    assert headline is not None
    assert headline.key == "act-try"


@pytest.mark.parametrize(("givers", "kept"), [(4, ()), (5, ("support-keep",))])
def test_absence_is_said_from_five_givers(givers, kept):
    looks = [Observation(giver, "P", ("act-try",)) for giver in range(givers)]

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
    looks = [Observation(giver, industry, ("act-try",)) for giver, industry in enumerate(industries)]

    assert reflect(looks, (), own_industry="E").seen["act-try"].abroad is abroad


def test_random_letters_give_what_the_definition_says():
    """A thousand communities, worked out again in tests/feedback/mirror_check.py."""
    chance = random.Random(41)
    for number in range(1000):
        letters, own, rates = random_community(chance)
        mirror = reflect([Observation(*letter) for letter in letters], own, base_rates=rates)

        expected = worked_out_again(letters, own, rates)
        found = figures(mirror)
        near = {
            key: {
                **seen,
                "mean": pytest.approx(seen["mean"], abs=1e-9),
                "p_above": pytest.approx(seen["p_above"], abs=1e-9),
            }
            for key, seen in expected["seen"].items()
        }
        assert found == {**expected, "seen": near}, f"community {number}"


ANONYMOUS = (None, "P", ("act-try",))


@pytest.mark.parametrize(
    ("letters", "givers", "industries"),
    [
        pytest.param([ANONYMOUS], 1, (), id="somebody-without-an-industry"),
        pytest.param([ANONYMOUS, ANONYMOUS], 2, (), id="each-set-is-somebody-of-its-own"),
        pytest.param([ANONYMOUS, (1, "J", ("act-try",))], 2, ("J",), id="beside-a-signed-letter"),
        pytest.param([(1, "J", ("act-try",)), (1, "", ("act-try",))], 1, (), id="the-latest-industry-of-a-giver"),
    ],
)
def test_who_counts_and_from_where(letters, givers, industries):
    mirror = reflect([Observation(*letter) for letter in letters], ())

    assert (mirror.givers, mirror.seen["act-try"].givers, mirror.seen["act-try"].industries) == (
        givers,
        givers,
        industries,
    )


@pytest.mark.parametrize("rate", [0, 1e-300, 0.3, 0.5, 0.9, 1])
def test_no_base_rate_breaks_the_mirror(rate):
    seen = reflect([Observation(1, "P", ("act-try",))], (), base_rates={"act-try": rate}).seen["act-try"]

    assert 0 <= seen.sureness <= 1
    assert 0 <= seen.interval[0] <= seen.interval[1] <= 1


def test_ninety_percent_lie_in_the_interval():
    seen = reflect([Observation(giver, "P", ("act-try",) if giver < 4 else ()) for giver in range(12)], ()).seen[
        "act-try"
    ]
    low, high = seen.interval

    assert below(high, *seen.shape) - below(low, *seen.shape) == pytest.approx(0.9, abs=1e-9)
    assert below(low, *seen.shape) == pytest.approx(0.05, abs=1e-9)


# --- weights

MONTHS = timedelta(days=30)


@pytest.mark.parametrize(
    ("age", "of_giver", "weight"),
    [
        pytest.param(24 * MONTHS, 1.0, 1.0, id="fresh-to-the-last-day"),
        pytest.param(24 * MONTHS + timedelta(seconds=1), 1.0, 0.5, id="faded"),
        pytest.param(MONTHS, 0.5, 0.5, id="always-the-same-pick"),
        pytest.param(25 * MONTHS, 0.5, 0.25, id="both"),
    ],
)
def test_what_a_look_weighs(age, of_giver, weight):
    assert weight_of(age, fades_after=24 * MONTHS, of_giver=of_giver) == weight


def test_a_giver_weighs_as_much_as_their_freshest_look():
    old, new = Observation(1, "P", ("act-try",), weight=0.5), Observation(1, "P", ("open-ask",))
    others = [Observation(2, "J", ("act-try",)), Observation(3, "G", ("open-ask",))]

    at_once = Observation(1, "P", ("act-try", "open-ask"))
    assert reflect([old, new, *others], ()) == reflect([at_once, *others], ())


def test_weights_change_the_share_and_never_the_number_of_people():
    old = [Observation(giver, industry, ("act-try",), weight=0.5) for giver, industry in enumerate("PJG")]
    seen = reflect([*old, Observation(9, "E", ("open-ask",))], ()).seen["act-try"]

    assert (seen.givers, seen.mean, seen.level) == (3, pytest.approx((1.5 + 4 * USUAL_RATE) / (2.5 + 4)), Level.SOME)

    fresh = [replace(look, weight=1.0) for look in old]
    assert reflect(fresh, ()).seen["act-try"].level == Level.MANY
