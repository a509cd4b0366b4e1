"""States: every table of moves knows all states, and a flow changes a state through it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from kouryu.moves import move_to
from tests.modules import of_layer

ROOT = Path(settings.BASE_DIR)
WRITES = re.compile(r"^\s*\w+\.state(?:, [\w.]+)* = ")
# Written by other ways: by who is locked for it (mails), or once and for all.
LEFT = {
    "members/mail/outbox.py": "a mail is claimed by a conditional UPDATE",
    "members/membership/": "dues have their own, in one function",
    "members/moving/flows.py": "a list is run once",
    "members/security/flows.py": "each step of a reset is a flow with a rule",
    "members/texts/flows.py": "texts are judged anew whenever they change",
    "events/hosting/pages.py": "a draft is shown as if it were published, and not stored",
}
TABLES = {
    f"{module.__name__}.{name}": table
    for module in of_layer("choices")
    for name, table in vars(module).items()
    if name.endswith("_MOVES")
}


@dataclass
class Row:
    state: str


def test_a_state_becomes_what_its_table_says():
    row, moves = Row("open"), {"open": {"done"}, "done": set()}
    move_to(row, "done", moves)
    assert row.state == "done"


@pytest.mark.parametrize("was", ["open", "done"])
def test_any_other_move_is_a_fault_and_changes_nothing(was):
    row = Row(was)
    with pytest.raises(ValueError, match=f"from {was} to open"):
        move_to(row, "open", {"open": {"done"}, "done": set()})
    assert row.state == was


@pytest.mark.parametrize("table", TABLES)
def test_a_table_says_of_every_state_what_may_become_of_it(table):
    moves = TABLES[table]
    states = {type(state) for state in moves if state != ""}
    assert len(states) == 1
    every = set(states.pop())
    assert set(moves) - {""} == every
    assert set().union(*moves.values()) <= every


def test_states_are_changed_along_their_tables():
    by_hand = [
        f"{file.relative_to(ROOT)}:{number} {line.strip()}"
        for app in ("members", "events", "feedback")
        for file in sorted((ROOT / app).rglob("*.py"))
        if not str(file.relative_to(ROOT)).startswith(tuple(LEFT))
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if WRITES.search(line)
    ]
    assert by_hand == [], "move_to(row, state, X_MOVES) of kouryu/moves.py asks the table"
