"""Nested parameters as Stripe's SDKs send them: `items[0][price]=p` becomes `{"items": [{"price": "p"}]}`."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

WORDS = {"true": True, "false": False}
PART = re.compile(r"[^\[\]]+")


def decoded(text: str) -> dict[str, Any]:
    """The parameters of a body or a query. `a[]=1&a[]=2` is a list, too; numbers stay text."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        parts = PART.findall(name)
        place = found
        for part in parts[:-1]:
            place = place.setdefault(part, {})
        if name.endswith("[]"):
            place.setdefault(parts[-1], []).append(value)
        else:
            place[parts[-1]] = WORDS.get(value, value)
    return {name: _as_lists(value) for name, value in found.items()}


def _as_lists(value: Any) -> Any:
    """Whatever is numbered from 0 is a list."""
    if not isinstance(value, dict):
        return value
    inner = {name: _as_lists(one) for name, one in value.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def whole_number(value: Any) -> int | None:
    """The number that a parameter says; None for anything else."""
    text = str(value)
    return int(text) if re.fullmatch(r"-?[0-9]{1,12}", text) else None
