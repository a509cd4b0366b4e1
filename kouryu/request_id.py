"""Which request is being served? One id per request, seen by log lines, audit lines and error pages."""

from __future__ import annotations

import secrets
from contextvars import ContextVar

current: ContextVar[str] = ContextVar("request_id", default="")
current_path: ContextVar[str] = ContextVar("current_path", default="")  # for log lines, which must not show it


def new() -> str:
    """A fresh id of 16 hexadecimal characters."""
    return secrets.token_hex(8)
