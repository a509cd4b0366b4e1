"""What was noted of the statements of each test (tests/plugins/statements.py)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Note:
    """What one test asked, each statement once: the line of the site that asked it, and a digest of the text."""

    test: str
    statements: list[str]
    asked: int  # how many statements in all
    was_refused: bool  # by the database, in one of them


def lines_in(notes: Iterable[Note], *, of_tests: int = 1) -> set[str]:
    """The lines of the site that asked the database in so many tests at least."""
    counts = Counter(line for note in notes for line in _lines_of(note))
    return {line for line, count in counts.items() if count >= of_tests}


def _lines_of(note: Note) -> set[str]:
    return {line for statement in note.statements if (line := statement.partition(" ")[0])}


def read(folder: Path) -> dict[str, Note]:
    """The notes of all processes, by test."""
    notes = (Note(**note) for file in sorted(folder.glob("*.json")) for note in json.loads(file.read_text()))
    return {note.test: note for note in notes}
