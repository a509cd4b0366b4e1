"""A test that compares rows in a list asks for them in an order: no database promises one, PostgreSQL keeps none."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
ROWS = re.compile(r"\blist\(\w+\.\w+(\.\w+\([^()]*\))*\.values_list\(.*\)\) ==")


def test_rows_in_a_list_are_ordered():
    found = [
        f"{path.relative_to(TESTS.parent)}:{number}: add .order_by(…), or compare sets"
        for path in sorted(TESTS.rglob("test_*.py"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if ROWS.search(line) and "order_by" not in line
    ]
    assert found == []
