"""Every module says in its first line what it offers: a sentence, and no question."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FOLDERS = ["kouryu", "members", "events", "feedback", "demo", "deploy", "tests"]


def first_lines() -> Iterator[tuple[str, ast.AST, str]]:
    """Place, kind and first line of each docstring; an empty line where a module has none."""
    files = [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py"))]
    for file in files:
        source = file.read_text()
        if "migrations" in file.parts or not source:
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                line, _, _ = (ast.get_docstring(node) or "").partition("\n")
                if line or isinstance(node, ast.Module):
                    yield f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}", node, line.rstrip()


def test_a_docstring_states_what_there_is():
    found = list(first_lines())

    assert len(found) > 2000
    assert [place for place, _, line in found if line.endswith("?")] == []
    assert [place for place, node, line in found if isinstance(node, ast.Module) and not line] == []
