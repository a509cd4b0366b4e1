"""No key that stands in an address stands in a log, whoever writes the line; the request id does."""

from __future__ import annotations

import json
import logging
import sys

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from kouryu.logs import JsonFormatter, named, without_secrets

SECRET = "2g3Fzmke-Qx7:1tABcd_9LwPzR4"
KEY = SECRET.replace(":", "")
NUMBER = "48213"


def routes(resolver: URLResolver | None = None, before: str = "") -> list[str]:
    """Every route of the site that has a part to fill in."""
    found: list[str] = []
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            found += [route] if "<" in route and "^" not in route else []
        else:
            found += routes(entry, route)
    return sorted(set(found))


def filled(route: str) -> str:
    """An address of this route, with a secret where it takes one."""
    address = ""
    for part in route.split("<"):
        kind, has_part, rest = part.partition(">")
        address += (NUMBER if kind.startswith("int:") else SECRET) + rest if has_part else part
    return f"/{address}"


WAYS = {
    "as it is": "Not Found: {}",
    "with the site": "Forbidden (Referer checking failed): https://kouryu.example.jp{}",
    "with a question": "Error handling request {}?next=" + SECRET,
    "in a request line": '"GET {} HTTP/1.1" 429 12',
    "quoted": "Invalid HTTP request line: 'GET {} HTTP/9'",
    "cut off": "Bad Request: {}",
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("route", routes())
def test_no_line_holds_what_an_address_was_filled_with(route, way):
    address = filled(route)
    line = without_secrets(WAYS[way].format(address.rstrip("/")[:-2] if way == "cut off" else address))

    assert SECRET[:13] not in line
    assert "kouryu.example.jp" in line or way != "with the site"


def test_the_line_says_which_page_was_meant():
    assert named(f"/calendar/{KEY}/feed.ics") == "/calendar/<slug:token>/feed.ics"
    assert named(f"/mails/stop/{SECRET}") == "/mails/stop/<str:token>/"
    assert named("/wp-login.php") == "/wp-login.php"
    assert named(f"/no/such/{SECRET}") == "/no/such/…"


class Kept(logging.Handler):
    """The lines as the site writes them."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def log():
    handler = Kept()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        pytest.param("get", f"/calendar/{SECRET}/feed.ics", 404, id="a feed that is none"),
        pytest.param("get", f"/calendar/{SECRET} /feed.ics", 404, id="with a blank"),
        pytest.param("get", f"/calendar/%E3%81%82{SECRET}/feed.ics", 404, id="in percents"),
        pytest.param("get", f"/calendar/{SECRET}\n/feed.ics", 404, id="with a line break"),
        pytest.param("put", f"/mails/stop/{SECRET}/", 405, id="a link in a mail, by another method"),
        pytest.param("get", f"/{SECRET}", 404, id="nothing but a key"),
    ],
)
@pytest.mark.django_db
def test_a_request_leaves_its_id_and_no_key(log, method, address, status):
    answer = getattr(Client(), method)(address)

    assert answer.status_code == status
    assert [line for line in log.lines if SECRET in line or "2g3Fzmke" in line] == []
    [line] = map(json.loads, log.lines)
    assert line["message"].startswith(("Not Found: /", "Method Not Allowed (PUT): /mails/stop/<str:token>/"))


def test_an_exception_holds_neither_the_address_nor_the_values_of_a_row():
    try:
        raise IntegrityError(f"duplicate key\nDETAIL:  Key (token)=({SECRET}) exists.\nat /calendar/{KEY}/feed.ics")
    except IntegrityError:
        record = logging.LogRecord("any", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())

    trace = json.loads(JsonFormatter().format(record))["trace"]
    assert SECRET not in trace
    assert KEY not in trace
    assert "/calendar/<slug:token>/feed.ics" in trace
    assert f'File "{__file__}"' in trace
