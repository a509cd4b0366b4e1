"""Templates are laid out so that they can be read: one element a line, at most 120 columns, and no space that shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template

TEMPLATES = Path(settings.BASE_DIR, "templates")
WIDEST = 120
BLOCKS = (
    "address article aside blockquote body dd details dialog div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 head header html legend li main nav ol option p pre section summary table tbody td tfoot th"
    " thead title tr ul"
)
OPENS_BLOCK = re.compile(rf"<(?:{BLOCKS.replace(' ', '|')})(?=[\s>{{])")
# What cannot be broken: a tag of the template language, and a sentence of the catalogue.
ONE_TAG = re.compile(r"{%[^%]*%}")
SENTENCES = re.compile(r"{% blocktranslate.*?{% endblocktranslate %}", re.DOTALL)


def faults(text: str) -> Iterator[tuple[int, str]]:
    """The lines that are too wide or hold too much, and what to do about each."""
    lines = text.split("\n")
    sentences = set(_lines_of_sentences(text))
    for number, line in enumerate(lines, 1):
        if len(OPENS_BLOCK.findall(line)) > 1:
            yield number, "two block elements: give each a line"
        elif len(line) > WIDEST and number not in sentences and not ONE_TAG.fullmatch(line.strip()):
            yield number, f"{len(line)} columns: break between elements, attributes or words in {{% joined %}}"


def _lines_of_sentences(text: str) -> Iterator[int]:
    """The lines that stand whole between `blocktranslate` and its end."""
    for sentence in SENTENCES.finditer(text):
        first = text.count("\n", 0, sentence.start()) + 1
        yield from range(first + 1, first + sentence[0].count("\n"))


def test_each_template_can_be_read():
    pages = sorted(TEMPLATES.rglob("*.html"))
    found = [
        f"{page.relative_to(settings.BASE_DIR)}:{number}: {what}"
        for page in pages
        for number, what in faults(page.read_text(encoding="utf-8"))
    ]

    assert len(pages) > 300
    assert found == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("<ul>\n  <li>{{ name }}</li>\n</ul>", []),
        ("<p>{{ one }}</p>\n<p>{{ other }}</p><p>{{ third }}</p>", [2]),
        ('<li{% if now %} class="now"{% endif %}><p>{{ name }}</p></li>', [1]),
        ("<p>" + "x" * 120 + "</p>", [1]),
        ('<p>\n  {% translate "' + "い" * 120 + '" %}\n</p>', []),
        ('<p>{% translate "' + "い" * 120 + '" %}</p>', [1]),
        ("{% blocktranslate trimmed %}\n  <b>{{ a }}</b>" + "い" * 120 + "\n{% endblocktranslate %}", []),
        ("{% blocktranslate trimmed %}<b>{{ a }}</b>" + "い" * 120 + "{% endblocktranslate %}", [1]),
    ],
    ids=["whole", "two-blocks", "block-in-block", "wide", "one-tag", "tag-with-more", "sentence", "sentence-with-tags"],
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
