"""A row is locked in a transaction: without one the lock ends at once on SQLite, and PostgreSQL refuses it.

Tests run in a transaction of their own and hide that one is missing, so the source is read: a function that locks is
atomic, or is called by atomic functions alone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("members", "events", "feedback")
OPENERS = {"events.registration.flows.waitlist._late_answers_move_the_line"}  # context managers that open a transaction
# A mail locks its member where the week's mails are counted. Mails of accounts are not.
LOCKS_NOTHING = {"send_notification_mail"}
LOCKS_OF_MEMBERS = {"members/accounts/locks.py"}


@dataclass
class Function:
    """A function of the product: where it stands, whether it opens a transaction, what it does outside of one."""

    place: str
    is_atomic: bool
    is_sweep: bool
    locks: bool = False
    calls: set[str] = field(default_factory=set)
    covers: set[str] = field(default_factory=set)  # called within a transaction that this function opens


def functions_in(module: str, source: str, place: str) -> Iterator[tuple[str, Function]]:
    """The functions of a module under their dotted names; methods count as parts of the module."""
    tree = ast.parse(source)
    known = {node.name: f"{module}.{node.name}" for node in tree.body if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            decorators = [ast.unparse(one) for one in node.decorator_list]
            found = Function(
                f"{place}:{node.lineno} {node.name}",
                is_atomic=any("atomic" in one for one in decorators),
                is_sweep=any(one.startswith("sweep(") for one in decorators),
            )
            _read(node.body, found, known)
            yield f"{module}.{node.name}", found


def _read(nodes: Iterable[ast.AST], found: Function, known: dict[str, str], covered: bool = False) -> None:
    for node in nodes:
        _note(node, found, known, covered)
        opens = isinstance(node, ast.With) and any(_opens_a_transaction(item, known) for item in node.items)
        _read(ast.iter_child_nodes(node), found, known, covered or opens)


def _opens_a_transaction(item: ast.withitem, known: dict[str, str]) -> bool:
    text = ast.unparse(item.context_expr)
    return "atomic" in text or known.get(text.partition("(")[0], "") in OPENERS


def _note(node: ast.AST, found: Function, known: dict[str, str], covered: bool) -> None:
    """What is named is taken as called: a flow is often handed on before somebody calls it."""
    if isinstance(node, ast.Attribute):
        found.locks |= node.attr == "select_for_update" and not covered
    name = ast.unparse(node) if isinstance(node, ast.Attribute | ast.Name) else ""
    module, dot, member = name.partition(".")
    if module in known:
        (found.covers if covered else found.calls).add(known[module] + dot + member)


def unguarded(functions: dict[str, Function]) -> list[str]:
    """Where a lock can be reached without a transaction: at a sweep, or at a function that no other one calls."""
    open_ones = {name for name, one in functions.items() if one.locks and not one.is_atomic}
    size = -1
    while size != len(open_ones):
        size = len(open_ones)
        open_ones |= {name for name, one in functions.items() if one.calls & open_ones and not one.is_atomic}
    called = {name for one in functions.values() for name in one.calls | one.covers}
    return sorted(functions[name].place for name in open_ones if functions[name].is_sweep or name not in called)


@pytest.fixture(scope="module")
def functions() -> dict[str, Function]:
    found: dict[str, Function] = {}
    for app in APPS:
        for file in sorted((ROOT / app).rglob("*.py")):
            module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
            found |= functions_in(module, file.read_text(), str(file.relative_to(ROOT)))
    return found


def test_no_lock_is_taken_without_a_transaction(functions):
    assert sum(one.locks for one in functions.values()) > 30
    assert [place for place in unguarded(functions) if place.split()[-1] not in LOCKS_NOTHING] == []


def test_a_member_is_locked_by_one_helper():
    """Whether who has just gone may still act is decided in members/accounts/locks.py, not at each statement."""
    by_hand = [
        f"{file.relative_to(ROOT)}:{number}"
        for app in APPS
        for file in sorted((ROOT / app).rglob("*.py"))
        if str(file.relative_to(ROOT)) not in LOCKS_OF_MEMBERS
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if re.search(r"\bUser\.objects\b.*select_for_update", line)
    ]
    assert by_hand == [], "lock_member, lock_account or lock_members say who is locked, and what about who has gone"


def test_a_transaction_is_opened_once(functions):
    decorated = [file for app in APPS for file in (ROOT / app).rglob("*.py")]
    twice = "@transaction.atomic\n@transaction.atomic"
    assert [str(file.relative_to(ROOT)) for file in decorated if twice in file.read_text()] == []


LOST = """
@sweep("note", every=OFTEN)
def note(now):
    return sum(_note(one) for one in range(3))

@transaction.atomic
def _other():
    lock()

def _note(one):
    lock()

def lock():
    list(User.objects.select_for_update())
"""


def test_a_decorator_that_slipped_to_its_neighbour_is_found():
    found = dict(functions_in("flows", LOST, "flows.py"))
    assert unguarded(found) == ["flows.py:3 note"]
    mended = LOST.replace("def _note(one)", "@transaction.atomic\ndef _note(one)")
    assert unguarded(dict(functions_in("flows", mended, "flows.py"))) == []
