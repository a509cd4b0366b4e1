"""The stylesheet knows the classes of the pages and no others, and each component has one home that a page shows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from demo.site import settings as of_the_demo
from demo.site.components import HEADING, Component, components

ROOT = Path(settings.BASE_DIR)
STYLESHEET = (ROOT / "kouryu/static/kouryu/css/kouryu.css").read_text(encoding="utf-8")
RULES = re.sub(r'/\*.*?\*/|"[^"]*"', "", STYLESHEET, flags=re.DOTALL)
TEMPLATES = [
    file
    for folder in ("templates", "demo/site/templates")
    for file in sorted((ROOT / folder).rglob("*.*"))
    if not file.is_relative_to(ROOT / "templates" / "mail")  # a mail carries its style inside
]
CODE = [
    *(file for app in ("kouryu", "members", "events", "feedback") for file in sorted((ROOT / app).rglob("*.py"))),
    ROOT / "kouryu/static/kouryu/js/kouryu.js",
]
TAG = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)
ATTRIBUTE = re.compile(r'class="((?:[^"{]|{%.*?%}|{{.*?}}|{#.*?#})*)"', re.DOTALL)
IN_CODE = re.compile(r"""class=\\?"([^"]*)"|classList\.\w+\("([\w-]+)\"""")
DEFAULT = re.compile(r'{{ class\|default:"([^"]*)" }}')

# Values that a template puts into a class attribute, and where they come from.
FILLED_IN = {
    "sky fuji ai anzu akane koke": "kouryu/drawings.py",
    "avatar-xs avatar-sm avatar-md avatar-lg avatar-xl": "kouryu/templatetags/kouryu.py",
    "sat sun": "events/registration/pages/event_list.py",
    "many some bud": "feedback/mirror/drawings/flower.py",
    "of-minutes of-title of-kind of-note of-group_size of-depth": "events/hosting/forms/event.py",
}
WITHOUT_RULE = {
    "of-",  # what stands before the name of a field
    "avatar-base",  # the usual size
    "groups",  # a list that the browser tests look for
    "preview-banner",  # likewise
    "demo",  # has a stylesheet of its own
}


def in_use() -> Counter[str]:
    used: Counter[str] = Counter()
    for file in TEMPLATES:
        text = file.read_text(encoding="utf-8")
        for words in [*ATTRIBUTE.findall(text), *DEFAULT.findall(text)]:
            used.update(TAG.sub(" ", words).split())
    for file in CODE:
        for found in IN_CODE.findall(file.read_text(encoding="utf-8")):
            used.update(re.sub(r"{[^}]*}?", " ", " ".join(found)).split())
    for words in FILLED_IN:
        used.update(words.split())
    return used


def with_rules() -> set[str]:
    selectors = " ".join(re.findall(r"([^{};]+){", RULES))
    return set(re.findall(r"\.([A-Za-z][\w-]*)", selectors))


def test_no_rule_is_for_a_class_that_no_page_has():
    assert sorted(with_rules() - set(in_use())) == []


def test_no_page_has_a_class_without_a_rule():
    assert sorted(set(in_use()) - with_rules() - WITHOUT_RULE) == []


@pytest.mark.parametrize(("words", "source"), FILLED_IN.items())
def test_what_is_filled_in_comes_from_where_it_is_said(words, source):
    text = (ROOT / source).read_text(encoding="utf-8")
    assert [word for word in words.split() if word.removeprefix("of-") not in text] == []


def sections() -> Iterator[tuple[list[str], str]]:
    """The classes that each heading of the components names, and the rules below it."""
    text = STYLESHEET.partition("@layer components {")[2].partition("@layer utilities {")[0]
    found = list(HEADING.finditer(text))
    for heading, after in zip(found, [*found[1:], None], strict=True):
        below = text[heading.end() : after.start() if after else len(text)]
        yield heading[1].replace(".", "").split(), below


def test_a_component_has_one_home():
    named = Counter(name for names, _ in sections() for name in names)
    assert [name for name, times in named.items() if times > 1] == []
    assert STYLESHEET.count("@layer components {") == 1

    astray = [
        (names[0], part)
        for names, rules in sections()
        for selectors in re.findall(r"^  ([^\s@/&}][^{]*){", rules, re.MULTILINE)
        for part in re.split(r", (?![^(]*\))", selectors)
        if (root := re.match(r"\.([\w-]+)", part)) and root[1] not in names
    ]
    assert astray == [], "put it below the heading of that component, or name the class in this one"


EXAMPLES = ROOT / "demo/site/templates/demo/components"
FRAME = {"rail", "who", "brand", "tabs", "foot", "skip", "cta", "desk", "staff-link", "top"}


@pytest.fixture
def demo_site(settings) -> None:
    settings.ROOT_URLCONF = of_the_demo.ROOT_URLCONF
    settings.TEMPLATES = of_the_demo.TEMPLATES


def test_every_component_has_its_example_and_every_example_its_component():
    keys = {one.key for one in components()}
    assert sorted(file.stem for file in EXAMPLES.iterdir()) == sorted(keys - FRAME)


def test_the_pages_of_components_show_every_class(demo_site, sora, signed_in):
    browser = signed_in(sora)
    pages = [browser.get(reverse(name)).content.decode() for name in ("components", "components_for_staff")]
    shown = {name for page in pages for words in re.findall(r'class="([^"]*)"', page) for name in words.split()}
    assert {one.key: _missing(one, shown) for one in components() if _missing(one, shown)} == {}


def _missing(one: Component, shown: set[str]) -> list[str]:
    return [name for name in one.classes if name not in shown]


def test_visitors_see_the_pages_of_components_too(demo_site, client, db):
    assert [client.get(reverse(name)).status_code for name in ("components", "components_for_staff")] == [200, 200]
