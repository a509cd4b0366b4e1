"""Templates are laid out so that they can be read: one element a line, at most 120 columns, and no space that shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template

ROOT = Path(settings.BASE_DIR)
FOLDERS = ("templates", "demo/site/templates")
WIDEST = 120
BLOCKS = (
    "address article aside blockquote body dd details dialog div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 head header html legend li main nav ol option p pre section summary table tbody td tfoot th"
    " thead title tr ul"
)
OPENS_BLOCK = re.compile(rf"<(?:{BLOCKS.replace(' ', '|')})(?=[\s>{{])")


def faults(text: str) -> Iterator[tuple[int, str]]:
    """The lines that are too wide or hold too much, and what to do about each."""
    for number, line in enumerate(text.split("\n"), 1):
        if len(OPENS_BLOCK.findall(line)) > 1:
            yield number, "two block elements: give each a line"
        elif len(line) > WIDEST:
            yield number, f"{len(line)} columns: break between elements, attributes or sentences in {{% joined %}}"


def pages_of_the_site() -> list[Path]:
    """All but the texts of mails: their lines are the lines that readers get."""
    files = (file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.*")))
    return [file for file in files if file.suffix != ".txt" or not file.is_relative_to(ROOT / "templates" / "mail")]


def test_each_template_can_be_read():
    pages = pages_of_the_site()
    found = [
        f"{page.relative_to(ROOT)}:{number}: {what}"
        for page in pages
        for number, what in faults(page.read_text(encoding="utf-8"))
    ]

    assert len(pages) > 300
    assert found == []


def test_the_faults_of_a_form_are_listed_by_one_template():
    """A page whose form has parts of its own extends it."""
    listing = [page for page in pages_of_the_site() if "non_field_errors" in page.read_text(encoding="utf-8")]
    assert listing == [ROOT / "templates" / "includes" / "errors.html"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("<ul>\n  <li>{{ name }}</li>\n</ul>", []),
        ("<p>{{ one }}</p>\n<p>{{ other }}</p><p>{{ third }}</p>", [2]),
        ('<li{% if now %} class="now"{% endif %}><p>{{ name }}</p></li>', [1]),
        ("<p>" + "x" * 120 + "</p>", [1]),
        ('<p>\n  {% translate "' + "い" * 100 + '" %}\n</p>', []),
        ('<p>\n  {% translate "' + "い" * 101 + '" %}\n</p>', [2]),
        ("{% blocktranslate trimmed %}\n  <b>{{ a }}</b>" + "い" * 120 + "\n{% endblocktranslate %}", [2]),
    ],
    ids=["whole", "two-blocks", "block-in-block", "wide", "tag", "wide-tag", "sentence"],
)
def test_a_line_that_holds_too_much_is_named(text, lines):
    assert [number for number, _ in faults(text)] == lines


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("\n  {{ name }}\n  さん\n", "はなさん"),
        ("{{ name }}\n  <b>さん</b>\n", "はな<b>さん</b>"),
        ("\n  {% if name %}\n    {{ name }}\n  {% endif %}\n  さん\n", "はなさん"),
        ("\n  one two\n", "one two"),
        ("\n  {{ name }}　\n  さん\n", "はな　さん"),
        ('\n  <b\n  class="x">\n  さん</b>\n', '<b\n  class="x">さん</b>'),
        ("\n  {% for letter in name %}\n    {{ letter }}\n    <i></i>\n  {% endfor %}\n", "は<i></i>な<i></i>"),
        ("\n  {{ lines }}\n", "a\n b"),
    ],
    ids=["words", "element", "condition", "space", "wide-space", "attributes", "loop", "lines-of-a-member"],
)
def test_joined_lines_show_no_space(source, shown):
    template = Template("{% load kouryu %}{% joined %}" + source + "{% endjoined %}")

    assert template.render(Context({"name": "はな", "lines": "a\n b"})) == shown
