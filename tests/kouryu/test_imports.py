"""Imports go one way: between the apps, between the chapters of an app, between the layers of a chapter.

Every module of the product has a rank (docs/architecture.md) and imports only what has a lower one, or what stands
beside it in the same layer of the same chapter. A module without a rank fails: it belongs into a chapter, under the
name of a layer. What only a type checker reads (`if TYPE_CHECKING`) is no import here.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ["kouryu", "members", "events", "feedback", "demo"]
CHAPTERS = {
    "members": [
        "accounts",
        "audit",
        "texts",
        "mail",
        "desk",
        "membership",
        "banking",
        "papers",
        "closing",
        "cards",
        "standing",
        "security",
        "leaving",
        "admission",
        "affinity",
        "linking",
        "entrance",
        "moving",
    ],
    "events": ["event", "registration", "groups", "evening", "hosting"],
    "feedback": ["cases", "letters", "mirror", "ties", "growth", "safety", "insight"],
}
# From the words that are stored to the pages. Two names in one line are one layer.
LAYERS = [
    {"choices", "limits"},
    {"rules"},
    {"models"},
    {"words", "drawings", "calendar"},
    {"queries", "sql"},
    {"mails"},
    {"refusals"},
    {"flows"},
    {"pages", "desk", "leaving"},
    {"forms"},
    {"views"},
]
# What has a name of its own, and the layer that it belongs to.
NAMED = {
    # lists that are read from files
    "members.accounts.taxonomies": "choices",
    # a person as others see them
    "members.accounts.card": "words",
    "members.accounts.locks": "queries",
    "members.accounts.news": "queries",
    "feedback.letters.strengths": "choices",
    "events.evening.prompts": "words",
    "events.hosting.starting_points": "words",
    # who may open a page; where Django and allauth meet ours
    "members.accounts.access": "forms",
    "members.accounts.fields": "forms",
    "members.entrance.adapter": "views",
    "members.entrance.backend": "queries",
    "members.entrance.context": "views",
    "members.entrance.middleware": "pages",
    "members.entrance.passwords": "rules",
    "members.entrance.proofs": "flows",
    # ways of paying, and Stripe's SDK
    "members.membership.providers": "words",
    "members.cards.provider": "queries",
    "members.cards.gateway": "queries",
    # sessions, and what proves who signs in
    "members.security.sessions": "queries",
    "members.security.known_browser": "queries",
    "members.security.adapter": "views",
    "members.security.middleware": "views",
    # the service's own accounts
    "members.linking.provider": "flows",
    "members.linking.adapter": "pages",
    # the record of acts
    "members.audit.stamps": "models",
    "members.audit.audit": "queries",
    "members.audit.refused": "queries",
    "members.audit.checking": "queries",
    # what staff see of a member
    "members.desk.sections": "queries",
    "members.desk.ledgers": "views",
    "members.desk.signals": "views",
    # the outbox
    "members.mail.kinds": "choices",
    "members.membership.triggers": "models",
    "members.membership.signals": "choices",
    "members.banking.signals": "views",
    "members.mail.tokens": "words",
    "members.mail.outbox": "queries",
    "members.mail.messages": "mails",
    "members.mail.mailbox": "queries",
    # what words hold, where clicks lead, what leaves as a file
    "members.texts.screening": "queries",
    "feedback.ties.checks": "queries",
    "events.evening.signals": "models",
    "events.evening.video_rooms": "queries",
    "events.evening.zoom": "queries",
    "feedback.insight.export": "queries",
    "feedback.insight.readable": "words",
    "feedback.insight.retention": "flows",
}
# The outside of an app: what gathers its chapters for Django, Celery and the commands.
OUTSIDE = ["models", "admin", "invariants", "templatetags", "tasks", "urls", "site_urls", "apps", "management"]


def modules() -> Iterator[tuple[str, Path]]:
    for app in APPS:
        for file in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in file.parts and file.name != "__init__.py":
                yield ".".join(file.relative_to(ROOT).with_suffix("").parts), file


MODULES = dict(modules())


def rank(module: str) -> tuple[int, ...] | None:
    """App, chapter, layer; the outside of an app comes after its chapters. None for a module without a place."""
    app, *rest = module.split(".")
    if app not in CHAPTERS:
        return (APPS.index(app),)
    if rest[0] in OUTSIDE:
        return (APPS.index(app), len(CHAPTERS[app]))
    if rest[0] not in CHAPTERS[app]:
        return None
    name = NAMED.get(module, rest[1])
    layer = next((number for number, names in enumerate(LAYERS) if name in names), None)
    return None if layer is None else (APPS.index(app), CHAPTERS[app].index(rest[0]), layer)


def imports_of(file: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of what this file imports, wherever in it the import stands, but for types alone."""
    tree = ast.parse(file.read_text())
    for block in ast.walk(tree):
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING":
            block.body = []
    yield from named_in(tree, file)


def named_in(tree: ast.Module, file: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


@cache
def gathered() -> dict[str, str]:
    """Where a table stands that `<app>.models` gathers: `members.models.User` is `members.accounts.models…`."""
    return {
        f"{app}.models.{name.rsplit('.', 1)[1]}": name
        for app in CHAPTERS
        for _, name in imports_of(ROOT / app / "models.py")
    }


def module_of(imported: str) -> str | None:
    """The module of the product behind an imported name; None for another's."""
    name = gathered().get(imported, imported)
    while name:
        if name in MODULES:
            return name
        name = name.rpartition(".")[0]
    return None


def place(module: str, line: int) -> str:
    return f"{MODULES[module].relative_to(ROOT)}:{line}"


def test_every_module_has_a_rank():
    chapters = "; ".join(f"{app}: {', '.join(names)}" for app, names in CHAPTERS.items())
    lost = [str(file.relative_to(ROOT)) for module, file in MODULES.items() if rank(module) is None]
    assert lost == [], f"put each into a chapter ({chapters}), below the name of a layer ({LAYERS})"


def test_imports_go_down_only():
    up = [
        f"{place(module, line)} imports {found}"
        for module, file in MODULES.items()
        for line, imported in imports_of(file)
        if (found := module_of(imported)) and found != module and (rank(found) or ()) > (rank(module) or ())
    ]
    assert up == [], "move the definition that is needed below, or the one that needs it above"


def test_no_name_is_given_to_a_module_that_is_gone():
    assert [name for name in NAMED if name not in MODULES] == []


def test_rules_are_plain_python():
    # Dates of a series; the lists of Unicode and of public suffixes: arithmetic and tables, nothing else.
    allowed = {*sys.stdlib_module_names, "confusable_homoglyphs", "dateutil", "publicsuffixlist"}
    plain = {"rules", "choices", "limits", "clock", "words"}

    def is_allowed(imported: str) -> bool:
        parts = imported.split(".")
        return parts[0] in allowed or (parts[0] in APPS and bool(plain & set(parts[1:3])))

    found = [
        f"{place(module, line)} imports {imported}"
        for module, file in MODULES.items()
        if module.split(".")[2:3] == ["rules"]
        for line, imported in imports_of(file)
        if not is_allowed(imported)
    ]
    assert found == [], "facts come in and reasons go out; what asks the database belongs into queries"


def test_flows_know_no_http():
    """A flow is called by tasks and commands, too: it refuses, or says that something is gone (kouryu.refusal)."""
    found = [
        f"{place(module, line)} imports {imported}"
        for module, file in MODULES.items()
        if module.split(".")[2:3] == ["flows"]
        for line, imported in imports_of(file)
        if imported.startswith(("django.http", "django.shortcuts", "django.contrib.messages"))
    ]
    assert found == []


def test_nobody_imports_private_parts():
    """Of a library its documented names: what is private may change with the next patch of security. Types, too."""
    found = [
        f"{place(module, line)} imports {imported}"
        for module, file in MODULES.items()
        for line, imported in named_in(ast.parse(file.read_text()), file)
        if "internal" in imported.split(".") or any(re.match("_[A-Za-z]", part) for part in imported.split("."))
    ]
    assert found == []


ALIAS = re.compile(r"from (\w+\.\w+)\.queries import (\w+) as (queries\w*)")


def test_queries_are_those_of_the_chapter_itself():
    """`queries.seat_counts_of` is read as a read of this chapter; others are called by what they are about."""
    found = [
        f"{MODULES[module].relative_to(ROOT)}: {chapter}.queries.{name} as {alias}"
        for module, file in MODULES.items()
        for chapter, name, alias in ALIAS.findall(file.read_text())
        if not (module.startswith(f"{chapter}.") and chapter.endswith(f".{name}"))
    ]
    assert found == []


@pytest.mark.parametrize("app", CHAPTERS)
def test_nobody_imports_tasks(app):
    found = [
        place(module, line)
        for module, file in MODULES.items()
        for line, imported in imports_of(file)
        if imported.startswith(f"{app}.tasks")
    ]
    assert found == []


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("kouryu.words", (0,)),
        ("members.mail.outbox", (1, 3, 4)),
        ("events.registration.flows.seats", (2, 1, 7)),
        ("events.urls", (2, 5)),
        ("events.helpers", None),
        ("feedback.letters.helpers", None),
    ],
)
def test_what_a_rank_is(module, expected):
    assert rank(module) == expected
