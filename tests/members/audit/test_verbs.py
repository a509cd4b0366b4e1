"""The record of acts: a verb that is asked for somewhere is one that a flow writes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from members.audit.models import AuditEntry

ROOT = Path(settings.BASE_DIR)
APPS = ("members", "events", "feedback")
WRITES = {"record", "record_all"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for app in APPS:
        for file in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in file.parts:
                yield str(file.relative_to(ROOT)), ast.parse(file.read_text())


def asked(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """`verb="…"` of a query, and the verbs of `noted(Model, "…")`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        named = [word.value for word in node.keywords if word.arg == "verb"]
        noted = node.args[1:] if getattr(node.func, "id", "") == "noted" else []
        for value in (*named, *noted):
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield node.lineno, value.value


def is_written_in(file: str) -> bool:
    """Flows write the record; some chapters keep the verbs of several acts in a table beside them."""
    return "flows" in Path(file).with_suffix("").parts or file.endswith(("/proofs.py", "/adapter.py", "/middleware.py"))


def words(tree: ast.AST) -> Iterator[str]:
    yield from (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))


def test_every_verb_that_is_asked_for_is_written():
    trees = dict(modules())
    written = {word for file, tree in trees.items() if is_written_in(file) for word in words(tree)}
    made = {word for word in written if word.endswith("-")}  # f"text-{state}"
    lost = [
        f"{file}:{line} {verb}"
        for file, tree in trees.items()
        for line, verb in asked(tree)
        if verb not in written and not verb.startswith(tuple(made))
    ]
    assert lost == [], "a query of the record finds nothing under a verb that no flow writes"


def test_verbs_fit_the_record():
    longest = AuditEntry._meta.get_field("verb").max_length
    long = [
        f"{file}:{node.lineno} {node.args[0].value}"
        for file, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and getattr(node.func.value, "id", "") == "audit"
        and isinstance(node.args[0], ast.Constant)
        and len(node.args[0].value) > longest
    ]
    assert long == []


def test_what_is_asked_is_seen():
    tree = ast.parse('lines.filter(verb="look")\nnoted(Case, "decide-case", by=OuterRef("by"))')
    assert list(asked(tree)) == [(1, "look"), (2, "decide-case")]
