"""The recipes of CONTRIBUTING.md list the files in which their example stands, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
FOLDERS = ["kouryu", "members", "events", "feedback", "templates"]
ELSEWHERE = {"demo/sweeps.py", "docs/operations.md", "tests/test_access.py"}  # which tests hold to the source


def recipes() -> dict[str, str]:
    """The text of each recipe by its heading."""
    _, *parts = re.split(r"^## ", (ROOT / "CONTRIBUTING.md").read_text(), flags=re.MULTILINE)
    return dict(part.split("\n", 1) for part in parts)


def listed(recipe: str) -> list[str]:
    return re.findall(r"^- `([^`]+)`", recipe, re.MULTILINE)


def product() -> Iterator[str]:
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                yield str(path.relative_to(ROOT))


def example(recipe: str) -> re.Pattern[str]:
    """How the recipe says that its example is found; without a word about that, by its name."""
    found = re.search(r"^Example: `([^`]+)`(?:, found by `([^`]+)`)?", recipe, re.MULTILINE)
    return re.compile(found[2] or rf"\b{found[1]}\b")


def test_there_are_six():
    assert len(recipes()) == 6


@pytest.mark.parametrize("title", recipes())
def test_a_recipe_lists_the_files_of_its_example(title):
    recipe = recipes()[title]
    pattern = example(recipe)
    standing = {path for path in product() if pattern.search((ROOT / path).read_text())}
    templates = {path for path in listed(recipe) if path.startswith("templates/")}  # a view or a mail names them

    assert [path for path in listed(recipe) if not (ROOT / path).exists()] == []
    assert standing - set(listed(recipe)) == set()
    assert set(listed(recipe)) - standing - templates - ELSEWHERE == set()
