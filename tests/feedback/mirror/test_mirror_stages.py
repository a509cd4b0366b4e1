"""Whatever the letters are: nothing above its stage of the mirror shows, and nothing tells of who left no name."""

from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.letters.strengths import strengths
from feedback.mirror.queries.mirror import MirrorReading
from feedback.mirror.rules.mirror import Observation, compare, figures, reflect, seen_from, shown, taken_for_granted
from feedback.mirror.views.mirror import page
from feedback.models import SelfStrengthSet

KEYS = list(strengths())[::3]
LOOKS = st.lists(
    st.builds(
        Observation,
        giver=st.one_of(st.none(), st.integers(1, 14)),
        industry=st.sampled_from(["", *"EGJPMO"]),
        picks=st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True).map(tuple),
        weight=st.sampled_from([1.0, 0.5]),
    ),
    max_size=24,
)
OWN = st.lists(st.sampled_from(KEYS), max_size=5, unique=True)
LEAST = {  # a mark of each part of the page, and how many givers it takes
    'class="mirror"': 3,
    'class="flower"': 3,
    "どの業界の人が見つけた？": 3,
    "こう見えています": 3,
    "まだ見せていない": 5,
    "あなたの業界では当たり前でも、外では強み": 5,
    "数で見る": 10,
    "100人なら": 10,
    "鏡の控え": 10,
    "この半年": 10,
}
# A busy machine is no finding.
PATIENT = settings(max_examples=25)


def rendered(reading, own, industry="E", eyes="P"):
    chosen = SelfStrengthSet(picks=own) if own else None
    context = page(reading, [], chosen, industry=industry, eyes=eyes)
    return render_to_string("feedback/mirror/_mirror.html", context)


@PATIENT
@given(LOOKS, LOOKS, OWN)
def test_nothing_above_its_step_is_on_the_page(looks, before, own):
    mirror = reflect(looks, own, own_industry="E")
    html = rendered(MirrorReading(mirror, compare(reflect(before, own), mirror)), own)
    words = re.sub(r"<[^>]*>", "", html)

    assert {part for part, least in LEAST.items() if part in html and mirror.givers < least} == set()
    assert [word for word in ("%", "％", "平均", "上位", "0件") if word in words] == []


@PATIENT
@given(LOOKS, OWN)
def test_anonymous_picks_never_show_an_industry(looks, own):
    """The industry that an anonymous look might carry is read nowhere: the page is the same to the letter."""
    bare = [look if look.giver else Observation(None, "", look.picks, look.weight) for look in looks]
    mirror = reflect(looks, own, own_industry="E")

    assert rendered(MirrorReading(mirror, None), own) == rendered(
        MirrorReading(reflect(bare, own, own_industry="E"), None), own
    )


@PATIENT
@given(LOOKS, OWN)
def test_a_mark_in_the_table_stands_for_a_signed_letter(looks, own):
    mirror = reflect(looks, own)
    table = seen_from(mirror)
    last = {look.giver: look.industry for look in looks if look.giver}
    signed = {(pick, last[look.giver]) for look in looks if look.giver for pick in look.picks}

    marks = {
        (seen.key, industry)
        for seen, row in table.rows
        for industry, mark in zip(table.industries, row, strict=True)
        if mark
    }
    assert marks == ({(pick, code) for pick, code in signed if code} if mirror.is_open else set())
    for code in table.industries:
        assert {seen.key for seen in table.by(code)} == {pick for pick, industry in marks if industry == code}


@PATIENT
@given(LOOKS, OWN)
def test_the_windows_are_cut_from_what_was_seen(looks, own):
    mirror = reflect(looks, own)
    both, found = {seen.key for seen in mirror.both}, {seen.key for seen in mirror.found}
    givers = len({look.giver for look in looks if look.giver}) + sum(look.giver is None for look in looks)

    assert mirror.givers == givers
    assert (both | found, both & found) == (set(mirror.seen) if givers >= 3 else set(), set())
    assert both <= set(own)
    assert set(mirror.kept) == (set(own) - set(mirror.seen) if givers >= 5 else set())
    assert (figures(mirror)["windows"] is None) == (givers < 3)
    assert set(shown(mirror)) == ({"stage"} if givers < 3 else {"stage", "n", "seen", "windows"})


@PATIENT
@given(LOOKS, OWN)
def test_people_are_whole_and_shares_are_shares(looks, own):
    for seen in reflect(looks, own).seen.values():
        low, high = seen.interval
        assert seen.givers >= 1
        assert 0 < low < high < 1
        assert 0 < seen.mean < 1
        assert 0 <= seen.sureness <= 1
        assert (seen.level == "one") == (seen.givers == 1)


@pytest.mark.parametrize(("givers", "said"), [(4, False), (5, True)])
def test_taken_for_granted_is_said_from_five(givers, said):
    looks = [Observation(giver, "PJGMO"[giver], ("act-try",)) for giver in range(givers)]

    assert bool(taken_for_granted(reflect(looks, (), own_industry="E"))) is said
    assert taken_for_granted(reflect(looks, ("act-try",), own_industry="E")) == ()


# --- two half-years


def half(givers, *, act_try, open_ask=0):
    looks = [Observation(giver, "P", ("act-try",) if giver < act_try else ("tell-plain",)) for giver in range(givers)]
    return reflect([*looks, *(Observation(giver, "P", ("open-ask",)) for giver in range(open_ask))], ())


@pytest.mark.parametrize(
    ("before", "recent", "newly", "steadily"),
    [
        pytest.param(half(10, act_try=2), half(10, act_try=2, open_ask=2), {"open-ask"}, {"act-try", "tell-plain"}),
        pytest.param(half(10, act_try=2), half(10, act_try=2, open_ask=1), set(), {"act-try", "tell-plain"}),
        pytest.param(half(10, act_try=1), half(10, act_try=4), set(), {"tell-plain"}),
    ],
    ids=["two-people-make-news", "one-does-not", "one-before-is-no-steadiness"],
)
def test_what_changed_between_the_halves(before, recent, newly, steadily):
    change = compare(before, recent)

    assert ({seen.key for seen in change.newly}, {seen.key for seen in change.steadily}) == (newly, steadily)


@pytest.mark.parametrize(("before", "recent"), [(9, 10), (10, 9), (0, 30)])
def test_a_half_with_fewer_than_ten_people_compares_with_nothing(before, recent):
    assert compare(half(before, act_try=2), half(recent, act_try=2)) is None
