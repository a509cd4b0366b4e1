"""The look is what it claims to be: legible in both themes, our own, and drawn as decided."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse

from kouryu import drawings
from kouryu.drawings import Circle, Ring

STYLESHEET = Path(settings.BASE_DIR, "kouryu/static/kouryu/css/kouryu.css").read_text()
SCRIPT = Path(settings.BASE_DIR, "kouryu/static/kouryu/js/kouryu.js").read_text()
TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "mail" not in path.parts]  # a mail must carry its style inside
THEMES = {"light": 0, "dark": 1}
FAMILIES = ("sky", "fuji", "ai", "anzu", "akane", "koke")

TEXT = 4.5
CONTROL = 3.0
PAIRS = [
    *[("ink", ground, TEXT) for ground in ("paper", "surface", "sunk", "primary-tint", "accent-tint")],
    *[("ink-2", ground, TEXT) for ground in ("paper", "surface", "sunk", "primary-tint")],
    *[("ink-3", ground, TEXT) for ground in ("paper", "surface", "sunk")],
    *[("primary", ground, TEXT) for ground in ("paper", "surface", "primary-tint", "accent-tint")],
    ("primary-strong", "primary-tint", TEXT),
    ("on-primary", "primary", TEXT),
    ("on-primary", "primary-strong", TEXT),
    ("accent", "paper", TEXT),
    ("accent", "accent-tint", TEXT),
    *[(state, f"{state}-tint", TEXT) for state in ("ok", "warn", "danger")],
    ("danger", "surface", TEXT),
    *[(family, f"{family}-t", TEXT) for family in FAMILIES],
    *[(family, "surface", TEXT) for family in FAMILIES],
    ("control", "surface", CONTROL),
    ("control", "paper", CONTROL),
]


def colours(theme: int) -> dict[str, str]:
    found = re.findall(r"--([\w-]+):\s*light-dark\((#\w{6}),\s*(#\w{6})\)", STYLESHEET)
    return {name: values[theme] for name, *values in found}


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground", "least"), PAIRS, ids=lambda value: str(value))
def test_every_pair_of_colours_can_be_read(theme: str, text: str, ground: str, least: float) -> None:
    palette = colours(THEMES[theme])

    assert contrast(palette[text], palette[ground]) >= least


def test_older_browsers_get_the_light_theme_whole() -> None:
    fallback = STYLESHEET.partition("@supports not (color: light-dark")[2].partition("@layer base {")[0]

    assert dict(re.findall(r"--([\w-]+): (#\w{6});", fallback)) == colours(THEMES["light"])


def test_stylesheet_and_script_ask_no_other_host() -> None:
    addresses = re.findall(r"""url\(\s*["']?([^)"']{0,40})""", STYLESHEET)

    assert {address.partition(":")[0] for address in addresses} == {"data"}
    assert "@import" not in STYLESHEET
    assert re.findall(r"https?://|fetch\(|XMLHttpRequest", SCRIPT) == []


def test_the_stylesheet_has_one_block_a_line() -> None:
    lines = list(enumerate(STYLESHEET.split("\n"), 1))

    assert [number for number, line in lines if len(line) > 120 and 'url("data:' not in line] == []
    assert [number for number, line in lines if line.count("{") > 1 or re.search(r"\}[^;]*\{", line)] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_template_has_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text()

    assert re.findall(r"""\sstyle\s*=|<style|\son\w+\s*=\s*["']|javascript:""", text) == []
    # A block of data (type="application/json") is read by a script and never run.
    inline = [tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag]
    assert [tag for tag in inline if 'type="application/json"' not in tag] == []
    assert re.findall(r"""(?:src|href)=["'](?:https?:)?//""", text) == []


def render(source: str, **values: object) -> str:
    return Template("{% load kouryu %}" + source).render(Context(values))


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        ("ひとつの会社に長くいる人の、外の空気を吸う夜", ["ひとつの会社に長くいる人の、", "外の空気を吸う夜"]),
        ("働く親の情報交換。手放したこと、残したこと", ["働く親の情報交換。", "手放したこと、", "残したこと"]),
        ("「黙る。」と言われて", ["「黙る。」", "と言われて"]),
        ("昼休み", ["昼休み"]),
        ("", []),
        ("<b>、</b>", ["&lt;b&gt;、", "&lt;/b&gt;"]),
    ],
)
def test_a_title_breaks_at_its_commas_first(title: str, parts: list[str]) -> None:
    html = render("{{ title|phrases }}", title=title)

    assert html == "".join(f'<span class="ph">{part}</span>' for part in parts)


@pytest.mark.parametrize(
    ("taken", "capacity", "size", "mine", "expected"),
    [
        pytest.param(0, 4, 4, False, [Ring(4, 0)], id="empty"),
        pytest.param(9, 12, 4, False, [Ring(4, 4), Ring(4, 4), Ring(4, 1)], id="nine-of-twelve"),
        pytest.param(9, 12, 4, True, [Ring(4, 4), Ring(4, 4), Ring(4, 1, True)], id="mine-is-the-last"),
        pytest.param(8, 12, 4, True, [Ring(4, 4), Ring(4, 4, True), Ring(4, 0)], id="mine-at-the-edge"),
        pytest.param(3, 10, 4, False, [Ring(4, 3), Ring(4, 0), Ring(2, 0)], id="last-ring-smaller"),
        pytest.param(15, 12, 4, False, [Ring(4, 4), Ring(4, 4), Ring(4, 4)], id="more-than-capacity"),
        pytest.param(0, 4, 4, True, [Ring(4, 0)], id="nobody-cannot-be-mine"),
        pytest.param(199, 200, 4, False, [Ring(12, 11)], id="large-is-full-only-when-full"),
        pytest.param(200, 200, 4, True, [Ring(12, 12, True)], id="large-and-full"),
    ],
)
def test_seats_stand_in_rings_of_one_group(
    taken: int, capacity: int, size: int, mine: bool, expected: list[Ring]
) -> None:
    assert drawings.rings(taken, capacity, size, mine) == expected


def test_a_ring_shows_taken_free_and_mine() -> None:
    drawn = drawings.ring(4, 2, True)

    assert re.findall(r'class="(s[^"]*)"', drawn) == ["s on", "s me", "s", "s"]


def test_seats_are_told_in_words_too() -> None:
    assert 'role="img" aria-label="12席中 9席が埋まっています"' in render("{% seats 9 12 %}")


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        pytest.param(Circle(0, 0, 5), Circle(20, 0, 5), False, id="apart"),
        pytest.param(Circle(0, 0, 5), Circle(1, 0, 1), False, id="one-inside-the-other"),
        pytest.param(Circle(0, 0, 5), Circle(0, 0, 5), False, id="the-same"),
        pytest.param(Circle(0, 0, 5), Circle(10, 0, 5), False, id="touching"),
        pytest.param(Circle(0, 0, 5), Circle(6, 0, 5), True, id="crossing"),
    ],
)
def test_a_lens_is_where_two_circles_cross(first: Circle, second: Circle, overlap: bool) -> None:
    assert bool(drawings.lens(first, second)) is overlap


def test_the_lens_runs_through_both_crossing_points() -> None:
    assert drawings.lens(Circle(0, 0, 5), Circle(6, 0, 5)) == "M3.0 -4.0A5 5 0 0 1 3.0 4.0A5 5 0 0 1 3.0 -4.0Z"


def test_every_event_has_a_cover_of_its_own() -> None:
    covers = [drawings.cover(event_id) for event_id in range(1, 200)]

    assert len(set(covers)) == len(covers)
    assert render("{% cover 7 %}") == drawings.cover(7)


def test_the_hue_of_a_member_survives_a_new_name() -> None:
    hues = {
        re.search(r'"avatar (\w+)', render("{% avatar name key=8 %}", name=name))[1] for name in ("あき", "ふゆ", "<i>")
    }

    assert hues == {"ai"}


def test_the_avatar_shows_one_character_escaped() -> None:
    assert render("{% avatar name key=0 size='3rem' %}", name="<i>") == (
        '<span class="avatar sky avatar-lg" aria-hidden="true">&lt;</span>'
    )


def test_dots_count_people_in_words_too() -> None:
    assert render("{% dots 2 family='sky' %}") == (
        '<span class="dots sky" role="img" aria-label="2人"><i></i><i></i></span>'
    )
    assert render("{% of 1 3 'ai' %}") == (
        '<span class="of ai" role="img" aria-label="3人のうち1人"><i class="on"></i><i></i><i></i></span>'
    )


def test_every_entry_of_the_frame_leads_somewhere() -> None:
    frame = [path for path in TEMPLATES if path.name in {"base.html", "staff.html"} or path.parent.name == "includes"]
    tags = "".join(path.read_text() for path in frame)
    names = set(re.findall(r"""(?:place|url) "([\w:]+)"|also="([\w:]+)\"""", tags))

    assert names
    assert all(reverse(name) for pair in names for name in pair if name)


@pytest.mark.parametrize(
    ("path", "current"),
    [("/pledge/", True), ("/pledge/more/", True), ("/terms/", False)],
    ids=["there", "below", "else"],
)
def test_a_menu_marks_where_the_reader_is(path: str, current: bool) -> None:
    html = render("{% place 'members:pledge_text' '約束' 'info' %}", request=RequestFactory().get(path))

    assert ('aria-current="page"' in html) is current
