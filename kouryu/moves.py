"""States: a row becomes only what the table of moves in its chapter's `choices.py` lets it become."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Protocol

Moves = Mapping[Any, Collection[str]]  # what each state may become


class HasState(Protocol):
    state: str


def move_to(row: HasState, state: str, moves: Moves) -> None:
    """Give the row its next state; the caller saves it. A rule has refused before: another move is a fault of ours."""
    if state not in moves[row.state]:
        raise ValueError(f"{row} does not move from {row.state or 'nothing'} to {state}")
    row.state = state
