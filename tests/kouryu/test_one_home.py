"""A list, a sentence or a set of states stands in one module; others import it."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ["kouryu", "members", "events", "feedback"]
# The words of a language are written out for each.
APART = ["kouryu/formats/"]
# A plain number or word may be the same by chance.
BY_CHANCE = (ast.Constant, ast.Name, ast.Attribute)


def constants(file: str, text: str) -> Iterator[tuple[str, str]]:
    """Place and value of each constant of a module that says more than a number or a word."""
    for node in ast.parse(text).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        name, value = getattr(targets[0], "id", ""), getattr(node, "value", None)
        if not name.isupper() or value is None or isinstance(value, BY_CHANCE) or _is_empty(value):
            continue
        yield f"{file}:{node.lineno} {name}", ast.unparse(value)


def _is_empty(value: ast.expr) -> bool:
    """`{}`, `[]`, `object()`, `RolesLimits()`: an instance or a collection that is filled elsewhere."""
    if isinstance(value, ast.Call):
        return not value.args and not value.keywords
    return not any(True for _ in ast.iter_child_nodes(value) if not isinstance(_, ast.expr_context))


def written_twice(files: dict[str, str]) -> list[str]:
    places = defaultdict(list)
    for file, text in files.items():
        for place, value in constants(file, text):
            places[value].append(place)
    return [" and ".join(found) for found in places.values() if len({place.split(":")[0] for place in found}) > 1]


def test_no_constant_is_written_in_two_modules():
    files = {
        str(path.relative_to(ROOT)): path.read_text()
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts
    }
    files = {file: text for file, text in files.items() if not file.startswith(tuple(APART))}
    assert written_twice(files) == [], "let one import it from the other, or both from the layer below"


def test_what_a_copy_is():
    one = "GIVEN = (State.SENT, State.READ)\nMANY = 50\nALL = []\nLONGEST = Limits()"
    assert written_twice({"a.py": one, "b.py": one.replace("GIVEN", "WRITTEN")}) == ["a.py:1 GIVEN and b.py:1 WRITTEN"]
    assert written_twice({"a.py": one, "b.py": one.replace("READ", "HELD")}) == []
