"""What runs on PostgreSQL (decision 0060): each statement of each module, and plain SQL altogether."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from kouryu import sql
from members.models import User
from tests.notes import Note, lines_in, read
from tests.plugins.postgresql import chosen, kept
from tests.plugins.statements import Notes

ROOT = Path(__file__).resolve().parents[2]
SITE = ("kouryu", "members", "events", "feedback")
HELPER = "kouryu.sql"


def note(test: str, *statements: str, asked: int = 10, was_refused: bool = False) -> Note:
    return Note(test, list(statements), asked, was_refused)


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        pytest.param([], set(), id="nothing"),
        pytest.param([note("a::1"), note("a::2")], set(), id="nothing asked"),
        pytest.param([note("a::1", "x"), note("a::2", "x", "y")], {"a::2"}, id="one asks all"),
        pytest.param([note("a::1", "x"), note("a::2", "y")], {"a::1", "a::2"}, id="each its own"),
        pytest.param([note("a::1", "x"), note("b::1", "x")], {"a::1", "b::1"}, id="each module by itself"),
        pytest.param([note("a::1", "x", asked=90), note("a::2", "x")], {"a::2"}, id="the one that asks less in all"),
        pytest.param([note("a::1", "x", was_refused=True), note("a::2", "x")], {"a::1"}, id="refused, and covers"),
        pytest.param(
            [note("a::1", "x", was_refused=True), note("a::2", "x", was_refused=True)],
            {"a::1", "a::2"},
            id="each that was refused",
        ),
    ],
)
def test_chosen(notes, expected):
    assert chosen(notes) == expected


def test_a_choice_asks_every_statement_and_is_always_the_same():
    notes = [note(f"a::{number}", *(f"s{number * step % 97}" for step in range(1, 8))) for number in range(60)]
    keep = chosen(notes)
    asked = {statement for one in notes for statement in one.statements}
    assert {statement for one in notes if one.test in keep for statement in one.statements} == asked
    assert len(keep) < len(notes) / 2
    assert chosen(notes) == keep


def test_lines_are_counted_by_the_tests_in_which_they_asked():
    notes = [note("a::1", "x.py:1 a", "x.py:1 b", "x.py:2 c", " d"), note("a::2", "x.py:1 a", "x.py:3 e")]
    assert lines_in(notes) == {"x.py:1", "x.py:2", "x.py:3"}
    assert lines_in(notes, of_tests=2) == {"x.py:1"}


# --- what is noted


@pytest.fixture
def noted(tmp_path, request):
    """Run the function as a test, and read what was noted of it."""

    def run(act) -> Note:
        notes = Notes(tmp_path)
        around = notes.pytest_runtest_protocol(request.node)
        next(around)
        act()
        with pytest.raises(StopIteration):
            next(around)
        notes.pytest_sessionfinish()
        return read(tmp_path)[request.node.nodeid]

    return run


def test_a_line_of_the_site_and_its_statement_are_noted_once(aki, noted):
    found = noted(lambda: [sql.tuples("SELECT 1 WHERE 1 = %(one)s", one=one) for one in (1, 2)])
    (line,) = lines_in([found])
    assert line.startswith("kouryu/sql.py:")
    assert (len(found.statements), found.asked, found.was_refused) == (1, 2, False)


def test_two_statements_of_one_line_are_two(aki, noted):
    found = noted(lambda: [sql.tuples(text) for text in ("SELECT 1", "SELECT 2")])
    assert len(found.statements) == 2


def test_a_list_is_one_statement_however_long_and_savepoints_are_none(aki, noted):
    def ask() -> None:
        for length in (1, 2, 30):
            with transaction.atomic():
                list(User.objects.filter(pk__in=range(length)))

    assert len(noted(ask).statements) == 1


def test_what_the_database_refused_is_noted(aki, noted):
    def repeat() -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.create_user(aki.email)

    assert noted(repeat).was_refused


# --- plain SQL


def imports_of(file: Path) -> set[str]:
    """The modules that a file names, of the site or of Django: `a.b` and, for `from a import b`, both `a` and `a.b`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update([node.module, *(f"{node.module}.{name.name}" for name in node.names)])
    return found


def writes_sql(file: Path) -> bool:
    return HELPER in imports_of(file) or ".cursor()" in file.read_text()


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def test_plain_sql_is_tried_on_each_database_altogether():
    """Of each module with SQL of its own, the tests that hold it to a queryset."""
    files = (file for name in SITE for file in (ROOT / name).rglob("*.py") if "migrations" not in file.parts)
    with_sql = {module_of(file) for file in files if writes_sql(file)} - {HELPER}
    marked = [file for file in (ROOT / "tests").rglob("test_*.py") if "mark.each_database" in file.read_text()]
    tried = {module for file in marked for module in imports_of(file)}
    assert len(with_sql) >= 5
    assert sorted(with_sql - tried) == [], "mark the tests of its SQL with pytest.mark.each_database"


# --- all together


def of_two_with_one_statement(request) -> dict[str, Note]:
    """This test and another that asks the database for less; what both ask is the same."""
    other = request.node.nodeid.partition("::")[0] + "::test_what_the_database_refused_is_noted"
    notes = [note(request.node.nodeid, "x", asked=90), note(other, "x")]
    return {each.test: each for each in notes}


def test_of_two_tests_that_ask_the_same_one_is_kept(aki, request):
    assert request.node.nodeid not in kept([request.node], of_two_with_one_statement(request))


@pytest.mark.each_database
def test_what_is_marked_is_kept(aki, request):
    assert request.node.nodeid in kept([request.node], of_two_with_one_statement(request))


def test_what_commits_is_kept(transactional_db, request):
    assert request.node.nodeid in kept([request.node], of_two_with_one_statement(request))


def test_what_was_not_noted_is_kept(aki, request):
    assert request.node.nodeid in kept([request.node], {})


@pytest.mark.one_database
def test_what_wants_one_database_is_not_kept(aki, request):
    assert request.node.nodeid not in kept([request.node], {})


def test_what_asks_no_database_is_not_kept(request):
    assert request.node.nodeid not in kept([request.node], {})
