"""`-p tests.plugins.statements --note-statements FOLDER`: note which statements each test asks the database.

`-p tests.plugins.postgresql --as-noted FOLDER` reads the notes and chooses by them.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from hashlib import blake2s
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.notes import Note

ROOT = Path(__file__).resolve().parents[2]
SITE = tuple(f"{ROOT / name}/" for name in ("kouryu", "members", "events", "feedback", "demo"))
# A statement for two rows is one for three; a savepoint is called anew each time, and asks nothing.
MANY = re.compile(r"(\((?:%s|NULL|DEFAULT)(?:, (?:%s|NULL|DEFAULT))*\))(?:, \((?:%s|NULL|DEFAULT)[^)]*\))*")
SAVEPOINT = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


class Notes:
    """What the tests of this process asked, and what the one that is running asks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.written: list[Note] = []
        self._texts: dict[tuple[str, str], str] = {}
        self._begin()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        if _asks_otherwise_elsewhere(item):
            return (yield)
        self._begin()
        with connection.execute_wrapper(self._note):
            done = yield
        self.written.append(Note(item.nodeid, sorted(self._statements), self._asked, self._was_refused))
        return done

    def pytest_sessionfinish(self) -> None:
        if self.written:
            text = json.dumps([asdict(note) for note in self.written])
            (self.folder / f"{os.getpid()}.json").write_text(text)

    def _begin(self) -> None:
        self._statements: set[str] = set()
        self._asked, self._was_refused = 0, False

    def _note(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        line = _asked_at()
        if sql.startswith(SAVEPOINT) or "/migrations/" in line:
            return execute(sql, *rest)
        self._asked += 1
        self._statements.add(self._named(line, sql))
        try:
            return execute(sql, *rest)
        except Exception:
            self._was_refused = True
            raise

    def _named(self, line: str, sql: str) -> str:
        if (line, sql) not in self._texts:
            text = MANY.sub("(%s)", sql)
            self._texts[line, sql] = f"{line} {blake2s(text.encode(), digest_size=8).hexdigest()}"
        return self._texts[line, sql]


def _asks_otherwise_elsewhere(item: pytest.Item) -> bool:
    """What draws its examples asks something else each time, and what wants one database is not asked again."""
    return any(item.get_closest_marker(name) for name in ("hypothesis", "one_database"))


def _asked_at() -> str:
    """The line of the site that asks just now; nothing where the test itself does."""
    frame = sys._getframe(2)
    while frame:
        if frame.f_code.co_filename.startswith(SITE):
            return f"{Path(frame.f_code.co_filename).relative_to(ROOT)}:{frame.f_lineno}"
        frame = frame.f_back
    return ""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--note-statements", type=Path, help="folder for what each test asks the database")


def pytest_configure(config: pytest.Config) -> None:
    if folder := config.getoption("note_statements"):
        config.pluginmanager.register(Notes(folder))
