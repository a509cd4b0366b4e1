"""`-p tests.plugins.postgresql`: run the tests on a real PostgreSQL that is started for them.

A plugin and not a fixture, because DATABASE_URL must be set before pytest-django reads the settings. xdist's workers
inherit it, so that there is one server with one database for each of them.

`--as-noted FOLDER` leaves out the tests whose answer cannot differ from that on SQLite, by what was noted there
(tests/plugins/statements.py). docs/decisions/0060 says why, `chosen` says which.
"""

from __future__ import annotations

import heapq
import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.notes import Note, read
from tests.rig.postgres import Postgres

DATABASE_FIXTURES = {"db", "transactional_db"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--as-noted", type=Path, help="only what can answer otherwise, by the notes in this folder")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config):
    if not os.environ.get("DATABASE_URL"):
        server = Postgres()
        os.environ["DATABASE_URL"] = server.url
        early_config.add_cleanup(server.stop)
    return (yield)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    folder = config.getoption("as_noted")
    if not folder:
        return
    keep = kept(items, read(folder))
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in keep])
    items[:] = [item for item in items if item.nodeid in keep]


def kept(items: Iterable[pytest.Item], notes: dict[str, Note]) -> set[str]:
    """The tests that run: those chosen by their notes, those without, and those about databases."""
    asking = [item for item in items if _asks_the_database(item)]
    always = {item.nodeid for item in asking if item.nodeid not in notes or _is_about_databases(item)}
    return always | (chosen(notes.values()) & {item.nodeid for item in asking})


def _asks_the_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("one_database"):
        return False
    fixtures = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or not DATABASE_FIXTURES.isdisjoint(fixtures)


def _is_about_databases(item: pytest.Item) -> bool:
    """What is marked for each database, or for PostgreSQL, or commits: constraints are then asked at the end."""
    if item.get_closest_marker("each_database") or item.get_closest_marker("postgresql"):
        return True
    marker = item.get_closest_marker("django_db")
    commits = bool(marker and marker.kwargs.get("transaction"))
    return commits or "transactional_db" in getattr(item, "fixturenames", ())


def chosen(notes: Iterable[Note]) -> set[str]:
    """Of each module so many tests that they ask every statement of the module, and each that the database refused.

    Those come first that ask much that is new for few statements in all.
    """
    keep: set[str] = set()
    for of_module in _by_module(notes).values():
        keep |= _cover(of_module)
    return keep


def _by_module(notes: Iterable[Note]) -> dict[str, list[Note]]:
    modules: dict[str, list[Note]] = defaultdict(list)
    for note in notes:
        modules[note.test.partition("::")[0]].append(note)
    return modules


def _cover(notes: list[Note]) -> set[str]:
    """Greedily: what a test adds can only have become less since it was put into the heap."""
    keep = {note.test for note in notes if note.was_refused}
    missing = {statement for note in notes if note.test not in keep for statement in note.statements}
    missing -= {statement for note in notes if note.test in keep for statement in note.statements}
    heap = [(_dearness(note, missing), place) for place, note in enumerate(notes) if note.test not in keep]
    heapq.heapify(heap)
    while missing:
        dearness, place = heapq.heappop(heap)
        now = _dearness(notes[place], missing)
        if now > dearness:
            heapq.heappush(heap, (now, place))
            continue
        keep.add(notes[place].test)
        missing -= set(notes[place].statements)
    return keep


def _dearness(note: Note, missing: set[str]) -> float:
    """How many statements it asks for each of the missing ones."""
    new = len(missing.intersection(note.statements))
    return note.asked / new if new else float("inf")
