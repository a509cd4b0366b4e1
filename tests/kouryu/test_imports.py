"""Imports go one way only: between the apps, and between the layers of an app (docs/architecture.md)."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ["kouryu", "members", "events", "feedback"]
LAYERS = [
    {"choices"},
    {"rules"},
    {"models"},
    {"queries"},
    {"audit", "outbox"},
    {"mails"},
    {"flows"},
    {"forms"},
    {"views"},
    {"tasks"},
    {"urls", "site_urls"},
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}


def imports_of(file: Path) -> Iterator[str]:
    """The dotted names that this file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules() -> Iterator[tuple[str, Path]]:
    for app in APPS:
        for file in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in file.parts:
                yield ".".join(file.relative_to(ROOT).with_suffix("").parts), file


def offences(forbidden) -> list[str]:
    return [
        f"{module} imports {imported}"
        for module, file in modules()
        for imported in imports_of(file)
        if forbidden(module.split("."), imported.split("."))
    ]


def test_apps_import_downwards_only():
    def forbidden(module: list[str], imported: list[str]) -> bool:
        return imported[0] in APPS and APPS.index(imported[0]) > APPS.index(module[0])

    assert offences(forbidden) == []


def test_layers_of_an_app_import_upwards_in_the_list_only():
    def forbidden(module: list[str], imported: list[str]) -> bool:
        if module[0] != imported[0] or len(module) < 2 or len(imported) < 2:
            return False
        return RANK.get(imported[1], 0) > RANK.get(module[1], len(LAYERS))

    assert offences(forbidden) == []


def test_rules_are_plain_python():
    # Dates of a series; the lists of Unicode and of public suffixes: arithmetic and tables, nothing else.
    allowed = {*sys.stdlib_module_names, *APPS, "confusable_homoglyphs", "dateutil", "publicsuffixlist"}

    def forbidden(module: list[str], imported: list[str]) -> bool:
        if module[1:2] != ["rules"] or imported[:2] == ["kouryu", "clock"]:  # arithmetic, too
            return False
        if imported[:2] == ["kouryu", "words"]:  # plain Python, too
            return False
        return imported[0] not in allowed or (imported[0] in APPS and imported[1] not in {"rules", "choices"})

    assert offences(forbidden) == []


def test_nobody_imports_tasks():
    assert offences(lambda module, imported: imported[0] in APPS and imported[1:2] == ["tasks"]) == []
