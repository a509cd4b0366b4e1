"""The glossary holds the product's words: each stands on a page, and its name in the code is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ROW = re.compile(
    r"^\| (?P<japanese>[^|]+) \| (?P<english>[^|]+) \| (?P<code>[^|]+) \| (?P<meaning>[^|]+) \|$", re.MULTILINE
)
ROWS = [row for row in ROW.finditer((ROOT / "docs" / "glossary.md").read_text()) if row["japanese"] != "Japanese"]
APPS = ("kouryu", "members", "events", "feedback")


@pytest.fixture(scope="module")
def code() -> str:
    modules = (file for app in APPS for file in (ROOT / app).rglob("*.py") if "migrations" not in file.parts)
    return "\n".join(file.read_text() for file in modules)


@pytest.fixture(scope="module")
def pages(code: str) -> str:
    return code + "\n".join(file.read_text() for file in (ROOT / "templates").rglob("*.html"))


def test_each_word_is_read_by_somebody(pages):
    assert [word for row in ROWS for word in row["japanese"].split(", ") if word not in pages] == []


def test_each_name_is_in_the_code(code):
    known = set(re.findall(r"\w+", code))
    names = {row["english"]: re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", row["code"]))) for row in ROWS}
    assert [word for word, parts in names.items() if not parts or not known.issuperset(parts)] == []


def test_each_word_has_one_row():
    words = [word for row in ROWS for word in row["japanese"].split(", ")]
    assert len(words) > len(ROWS)
    assert sorted({word for word in words if words.count(word) > 1}) == []
