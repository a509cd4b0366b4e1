"""Addresses are sent what no page of ours sends: each answers. And no look at a page changes anything."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.forms import Form
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback.insight.queries import QUESTIONS
from tests import modules
from tests.access_world import VIEWERS, AccessWorld, make_world
from tests.test_access import TABLE

pytestmark = pytest.mark.one_database

BUTTONS = ["about", "act", "answer", "at", "reaction", "then"]  # sent beside the fields of the forms
HOSTILE = [
    "a\x00b",
    "9" * 40,
    "-1",
    "\u202e\u2066\u200b\ufeff",
    "あ" * 5000,
    "<b>&#0;{{ 7 }}{% x %}%s%(a)s",
    "²",
    "\U0010ffff\ufffe\ud7ff",
]
DATES = {  # the first and the last day of the calendar, and days in none
    "until": "9999-12-31",
    "own": "9999-12-31",
    "month": "0001-01",
    "first": "9999-12-31T23:59",
    "second": "0001-01-01T00:00",
    "third": "2026-02-30T24:61",
    "starts_at": "9999-12-31T23:59:59+00:00",
}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def world(db) -> AccessWorld:
    return make_world()


def fields() -> list[str]:
    """The names of all that the forms of the app ask: each address takes those that it knows."""
    layer = {module.__name__ for module in modules.of_layer("forms", "feedback")}
    forms = [one for one in Form.__subclasses__() if one.__module__ in layer]
    below = [one for form in forms for one in form.__subclasses__()]
    return sorted({name for form in [*forms, *below] for name in form.base_fields} | {*QUESTIONS, *BUTTONS})


def open_to(viewer: str, method: int) -> Iterator[str]:
    """The addresses of this app that the table opens to this reader; method 0 is GET, 1 is POST.

    A moderator asks for those only that are nothing for the participant: each is asked once.
    """
    member, place = VIEWERS.index("participant"), VIEWERS.index(viewer)
    rows = {name: row[method] for name, row in TABLE.items() if name.startswith("feedback:")}
    return (name for name, row in rows.items() if row[place] == "o" and (place == member or row[member] != "o"))


def post(world: AccessWorld, name: str, viewer: str, body: object, **kind: str) -> int:
    """The status of the answer; everything that the request changed is taken back."""
    address = reverse(name, kwargs=world.kwargs(name, viewer))
    client = world.client(viewer)
    with transaction.atomic():
        status = client.post(address, body, **kind).status_code
        transaction.set_rollback(True)
    return status


@pytest.mark.parametrize("viewer", ["participant", "moderator"])
def test_nothing_that_is_sent_breaks_a_page(viewer, world):
    values = itertools.cycle(HOSTILE)  # they go on from address to address: each kind of field meets many of them
    # With NUL and half a surrogate, each field twice.
    not_utf8 = b"&".join(f"{name}=%ED%A0%80%FF%00&{name}=".encode() for name in fields())
    broken = []
    for name in open_to(viewer, 1):
        sent = post(world, name, viewer, {field: next(values) for field in fields()} | DATES)
        raw = post(world, name, viewer, not_utf8, content_type=FORM)
        broken += [(name, sent, raw)] if max(sent, raw) >= 500 else []
    assert broken == []


@pytest.mark.parametrize("viewer", ["participant", "moderator"])
def test_no_page_changes_anything_by_being_opened(viewer, world):
    browser, writing = world.client(viewer), {}
    for name in open_to(viewer, 0):
        with CaptureQueriesContext(connection) as asked:
            browser.get(reverse(name, kwargs=world.kwargs(name, viewer)))
        if written := {table for query in asked if (table := _written(query["sql"]))}:
            writing[name] = written
    assert writing == {}


def _written(sql: str) -> str:
    """The table that a statement writes to; sessions and the cache are nobody's data.

    That a member has seen what is new is noted as they see it, for themselves alone (decision 0066).
    """
    if sql.startswith('UPDATE "members_user" SET "news_seen"'):
        return ""
    found = re.match(r'(?:INSERT(?: OR IGNORE)? INTO|UPDATE|DELETE FROM) "?(\w+)', sql)
    return found[1] if found and found[1] not in {"members_membersession", "kouryu_cache"} else ""
