"""Whom a member blocks is asked of members/standing, and of nothing else (docs/decisions/0050)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ["kouryu", "members", "events", "feedback", "demo"]
HOMES = (
    "members/standing/",
    "members/models.py",  # gathers the tables
    "feedback/insight/retention.py",  # says how long the rows of each table are kept
    "members/invariants/",  # prove the books by a reading of their own
    "events/invariants/",
    "feedback/invariants/",
)
COLUMNS = re.compile(r"^(.*__)?(blocker|blocked)(_id)?(__(in|pk|id))?$|^(.*__)?blocks_(made|met)(__.*)?$")


def knows_blocks(source: str) -> Iterator[tuple[int, str]]:
    """Where a module names the table of the blocks, or filters by its columns."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, one.name) for one in node.names if one.name in {"Block", "EndedBlock"})
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            names = [(word.value.lineno, word.arg) for word in node.keywords if word.arg]
            names += [
                (word.lineno, word.value)
                for word in node.args
                if isinstance(word, ast.Constant) and isinstance(word.value, str)
            ]
            if node.func.attr in {"filter", "exclude", "values", "values_list", "get"}:
                yield from ((line, name) for line, name in names if COLUMNS.match(name))
        elif isinstance(node, ast.Attribute) and node.attr in {"blocks_made", "blocks_met"}:
            yield node.lineno, node.attr


def test_blocks_are_asked_for_in_one_place():
    found = [
        f"{file.relative_to(ROOT)}:{line} {name}"
        for app in APPS
        for file in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in file.parts and not str(file.relative_to(ROOT)).startswith(HOMES)
        for line, name in knows_blocks(file.read_text())
    ]
    assert found == [], "ask members.standing.queries: blocked_by, blocks_between, within_reach"


def test_a_new_copy_would_be_found():
    assert list(knows_blocks("from members.models import Block, User"))
    assert list(knows_blocks("letters.exclude(giver__blocks_met__blocker=member)"))
    assert list(knows_blocks("rows.exclude(giver__blocks_met__in=mine)"))
    assert list(knows_blocks("member.blocks_made.all()"))
    assert list(knows_blocks('pairs.values_list("blocker_id", "blocked_id")'))
    assert not list(knows_blocks("GroupingTask(people=people, blocked=pairs)"))
    assert not list(knows_blocks("people.filter(is_blocked=True)"))
