"""What a cell of a table may hold that spreadsheets open."""

from __future__ import annotations

import json
from typing import Any

from kouryu.words import is_seen, normalised

# After NFKC, since full-width signs are formulas in a Japanese Excel. A dash may be read as a minus.
_HEADS = frozenset("=+-@|%−‐‑–—")


def safe_cell(cell: Any) -> Any:
    """`cell` with an apostrophe before a text that a spreadsheet would run (OWASP, CSV injection); lists as JSON."""
    if isinstance(cell, list | dict):
        cell = json.dumps(cell, ensure_ascii=False)
    return f"'{cell}" if isinstance(cell, str) and is_formula(cell) else cell


def without_guard(cell: str) -> str:
    """A text as it was before `safe_cell`, for a table that comes back."""
    return cell[1:] if cell.startswith("'") and is_formula(cell[1:]) else cell


def is_formula(text: str) -> bool:
    """Whether a spreadsheet takes this for a formula, in full width, behind space and behind what nobody sees, too."""
    if text.startswith(("\t", "\r")):
        return True
    first = next((char for char in normalised("NFKC", text) if is_seen(char)), "")
    return first in _HEADS
