"""Log lines as JSON, one per line, with the request id; no personal value and no address of a page is ever put in.

Some addresses are keys: of a feed, of a link in a mail, of what a co-host may do. So a line tells which page was meant
by the name of its route, whoever writes the line: Django, gunicorn, Celery, a library in an exception.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from urllib.parse import unquote

from django.apps import apps
from django.urls import Resolver404, resolve

from kouryu import request_id

LONGEST_PLAIN = 12  # letters of a piece of an address that no page answers; a longer one may be a mistyped key
_ADDRESS = re.compile(r"(?:https?://[^\s/'\"<>]*)?(?<![\w.])/[^\s'\"<>]*|https?://[^\s'\"<>]+")
_PLACE_IN_SOURCES = re.compile(r'^\s+File "')
# What PostgreSQL adds to an error: the values of the row.
_VALUES = re.compile(r"^DETAIL:.*$", re.MULTILINE)


class RequestIdFilter(logging.Filter):
    """Adds the current request's id to every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.current.get()
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object per line: time (UTC), level, logger, message, request id, and the trace if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        path = request_id.current_path.get()
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_secrets(record.getMessage(), path),
        }
        if rid := getattr(record, "request_id", ""):
            line["request_id"] = rid
        if record.exc_info:
            line["trace"] = without_secrets(self.formatException(record.exc_info), path)
        return json.dumps(line, ensure_ascii=False)


def without_secrets(text: str, path: str = "") -> str:
    """The text with the route's name for each address in it; `path` is the one that is being served."""
    text = _VALUES.sub("DETAIL: …", text)
    for known in {path, unquote(path)} - {"", "/"}:
        text = text.replace(known, named(known))
    lines = text.split("\n")
    return "\n".join(line if _PLACE_IN_SOURCES.match(line) else _ADDRESS.sub(_name_found, line) for line in lines)


def named(address: str) -> str:
    """`/calendar/<str:token>/feed.ics`; of an address that no page answers, its short and plain pieces."""
    path = unquote(re.split(r"[?#]", address, maxsplit=1)[0])
    for tried in (path, f"{path}/"):
        if route := _route_of(tried):
            return route
    return "/".join(piece if _is_plain(piece) else "…" for piece in path.split("/"))


def _route_of(path: str) -> str:
    if not apps.ready:
        return ""
    try:
        return f"/{resolve(path).route}"
    except Resolver404:
        return ""


def _is_plain(piece: str) -> bool:
    return len(piece) <= LONGEST_PLAIN and re.fullmatch(r"[\w.<>:-]*", piece) is not None


def _name_found(found: re.Match[str]) -> str:
    address = found.group()
    host = re.match(r"https?://[^/]*", address)
    return (host.group() if host else "") + (named(address[host.end() :]) if host else named(address))
