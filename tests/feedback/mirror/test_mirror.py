"""The mirror page, step by stage of the mirror: what is shown, and what is not."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from feedback.letters.choices import LetterState
from feedback.letters.strengths import strengths
from feedback.mirror.drawings.flower import HEIGHT, LINE_HEIGHT, draw
from feedback.mirror.flows.mirror import recompute_mirrors
from feedback.mirror.rules.mirror import Observation, reflect
from kouryu.clock import TOKYO
from members.models import Block
from tests.factories import make_evening, make_letter, make_member

NOW = OPENED = datetime(2026, 11, 26, 8, 0, tzinfo=TOKYO)
OWN = ["act-try", "support-keep"]
PARTS = {
    "seed packet": "最初のことばは、会の翌朝に届きます",
    "letters": "<blockquote",
    "agreement": "同じ強みを見ました",
    "windows": 'class="mirror"',
    "flower": 'class="flower"',
    "industries": "どの業界の人が見つけた？",
    "levels": "何人かが見ている",
    "not yet seen": "まだ見せていない",
    "taken for granted": "外では強み",
    "numbers": "数で見る",
    "sealed": 'class="envelope"',
    "question first": "見る前に、自分で思う強みを",
}


@pytest.fixture
def chosen(aki):
    aki.self_strengths.create(version=1, picks=OWN, chosen_at=OPENED)
    return aki


def give(receiver, number, *, picks=("open-ask", "act-try"), **fields):
    """That many letters from as many people of different industries."""
    for index in range(number):
        giver = make_member(f"友{index}", industry="JPIGMOLK"[index % 8])
        letter = {"opened_at": OPENED, "giver_industry": giver.profile.industry, **fields}
        make_letter(giver, receiver, make_evening([[giver, receiver]]), picks=list(picks), **letter)


def shown(signed_in, member, query=""):
    page = signed_in(member).get(reverse("feedback:mirror") + query).content.decode()
    words = "".join(re.sub(r"<(?!blockquote)[^>]*>", "", page.split("<main")[1]).split())
    return {name for name, part in PARTS.items() if part in page or part in words}


FULL = ("not yet seen", "taken for granted")
STAGES = [
    pytest.param(0, {"seed packet"}, id="0"),
    pytest.param(1, {"letters"}, id="1"),
    pytest.param(2, {"letters", "agreement"}, id="2"),
    pytest.param(3, {"letters", "windows", "flower", "industries", "levels"}, id="3"),
    pytest.param(4, {"letters", "windows", "flower", "industries", "levels"}, id="4"),
    pytest.param(5, {"letters", "windows", "flower", "industries", "levels", *FULL}, id="5"),
    pytest.param(9, {"letters", "windows", "flower", "industries", "levels", *FULL}, id="9"),
    pytest.param(10, {"letters", "windows", "flower", "industries", "levels", *FULL, "numbers"}, id="10"),
]


@pytest.mark.parametrize(("givers", "parts"), STAGES)
def test_the_page_shows_what_the_stage_allows(chosen, signed_in, givers, parts):
    give(chosen, givers)

    assert shown(signed_in, chosen) == parts


def test_two_who_saw_different_things_do_not_agree(chosen, signed_in):
    give(chosen, 1, picks=["open-ask"])
    give(chosen, 1, picks=["tell-plain"])

    assert shown(signed_in, chosen) == {"letters"}


@pytest.mark.parametrize(
    "fields",
    [{"state": LetterState.HIDDEN}, {"state": LetterState.SCHEDULED}, {"put_away_at": OPENED}],
    ids=["hidden", "not-yet-arrived", "put-away"],
)
def test_what_does_not_count_does_not_open_the_mirror(chosen, signed_in, fields):
    give(chosen, 2)
    give(chosen, 3, **fields)

    assert shown(signed_in, chosen) == {"letters", "agreement"}


def test_one_person_alone_never_opens_the_mirror(chosen, mio, signed_in):
    for _ in range(4):
        make_letter(mio, chosen, make_evening([[chosen, mio]]), opened_at=OPENED)

    assert shown(signed_in, chosen) == {"letters"}


def test_whom_i_block_does_not_count(chosen, mio, signed_in):
    give(chosen, 2)
    make_letter(mio, chosen, make_evening([[chosen, mio]]), opened_at=OPENED)
    Block.objects.create(blocker=chosen, blocked=mio, blocked_at=OPENED)

    assert shown(signed_in, chosen) == {"letters", "agreement"}


def test_the_three_windows_hold_exactly_their_strengths(chosen, signed_in):
    give(chosen, 5)
    mirror = signed_in(chosen).get(reverse("feedback:mirror")).context["mirror"]

    assert ([s.key for s in mirror.both], [s.key for s in mirror.found], mirror.kept) == (
        ["act-try"],
        ["open-ask"],
        ("support-keep",),
    )


def test_no_percent_no_rank_and_nobody_elses_strengths(chosen, mio, signed_in):
    give(mio, 8, picks=["think-core"])
    give(chosen, 8)
    page = signed_in(chosen).get(reverse("feedback:mirror")).content.decode()
    words = re.sub(r"<[^>]*>", "", page.split("<main")[1].split("</main>")[0])

    assert [
        word for word in ("%", "％", "位", "平均", "芯をつかむ") if word in words.replace("順位はありません", "")
    ] == []


def test_before_the_first_seal_breaks_the_question_comes_first(aki, signed_in):
    give(aki, 3, opened_at=None)

    assert shown(signed_in, aki) == {"question first"}
    assert shown(signed_in, aki, "?look=1") == {"sealed", "windows", "flower", "industries", "levels"}


def test_a_sealed_letter_stays_sealed_on_the_mirror(chosen, signed_in):
    give(chosen, 2, opened_at=None)

    assert shown(signed_in, chosen) == {"sealed"}


def test_the_pages_read_in_english_too(chosen, signed_in):
    give(chosen, 8)
    chosen.language = "en"
    chosen.save(update_fields=["language"])
    page = signed_in(chosen).get(reverse("feedback:mirror")).content.decode()

    assert "Asks the opening question" in page


def test_who_saw_it_and_through_the_eyes_of_one_industry(chosen, signed_in):
    give(chosen, 2)  # J and P
    make_letter(mio := make_member(industry="P"), chosen, make_evening([[chosen, mio]]), picks=["tell-plain"])
    open_ask = signed_in(chosen).get(reverse("feedback:mirror"), {"look": 1, "from": "J"})
    nobodys = signed_in(chosen).get(reverse("feedback:mirror"), {"look": 1, "from": "A"})

    assert open_ask.context["table"].industries == ("J", "P")
    assert [seen.key for seen in open_ask.context["seen_by_eyes"]] == ["act-try", "open-ask"]
    assert ("こう見えています" in open_ask.content.decode(), "こう見えています" in nobodys.content.decode()) == (
        True,
        False,
    )


def test_snapshots_are_listed_from_ten_people_on(chosen, signed_in):
    give(chosen, 9)
    recompute_mirrors(now=timezone.now())
    before = signed_in(chosen).get(reverse("feedback:mirror")).content.decode()
    give(chosen, 1)
    after = signed_in(chosen).get(reverse("feedback:mirror")).content.decode()

    assert ("鏡の控え" in before, "鏡の控え" in after, "9人から届いていました" in after) == (False, True, True)


# --- the flower


def flower_of(*letters, own=()):
    looks = [Observation(giver, "P", picks) for giver, picks in enumerate(letters)]
    return draw(reflect(looks, own).seen, own)


def test_the_flower_has_thirty_petals_and_most_are_buds():
    petals = flower_of(("open-ask",), ("open-ask",), ("open-ask", "act-try"), own=("act-try",)).petals

    assert len(petals) == len(strengths()) == 30
    assert sorted(petal.fill for petal in petals if petal.fill != "bud") == ["many", "one"]
    assert [petal.is_own for petal in petals].count(True) == 1


def test_only_what_two_people_saw_is_named_and_on_phones_three():
    flower = flower_of(("open-ask", "act-try", "tell-plain"), ("open-ask", "act-try"), ("open-ask",))

    assert {(name.text, name.on_phones) for name in flower.names} == {("問いを立てる", True), ("まず試す", False)}


def test_a_petal_grows_with_people_and_stops_at_six():
    tips = [
        max(len(petal.path) and _reach(petal.path) for petal in flower_of(*[("open-ask",)] * n).petals)
        for n in range(1, 9)
    ]

    assert tips == sorted(tips)
    assert tips[5] == tips[6] == tips[7]


def test_names_never_lie_on_one_another():
    keys = list(strengths())
    flower = flower_of(*[tuple(keys)] * 4)
    lines = sorted(
        (name.y, name.x if name.anchor == "start" else name.x - 15 * len(name.text), name) for name in flower.names
    )

    for index, (y, left, name) in enumerate(lines):
        for other_y, other_left, other in lines[index + 1 :]:
            apart = other_left >= left + 15 * len(name.text) or left >= other_left + 15 * len(other.text)
            assert apart or other_y - y >= 20, (name, other)


def test_names_of_the_longest_petals_stay_in_the_drawing():
    keys = list(strengths())
    flower = flower_of(*[tuple(keys)] * 7)
    ends = [name.y for name in flower.names]

    assert (min(ends) < 0, max(ends) > HEIGHT) == (True, True)  # the page alone would not hold them
    assert flower.top + LINE_HEIGHT <= min(ends) <= max(ends) <= flower.top + flower.height - 10
    assert (flower_of().top, flower_of().height) == (0, HEIGHT)


def _reach(path):
    points = re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)
    return max(round(((float(x) - 288) ** 2 + (float(y) - 284) ** 2) ** 0.5) for x, y in points)


@pytest.mark.parametrize(("language", "lines"), [("ja", {1}), ("en", {2})])
def test_english_verbs_take_two_lines(language, lines):
    with translation.override(language):
        verbs = flower_of().families

    assert {len(verb.lines) for verb in verbs} == lines
