"""A database that is away is told to the reader as such: 503, when to come again, and nothing that asks it."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
from django.db import IntegrityError, InterfaceError, InternalError, OperationalError, ProgrammingError, connection
from django.test import Client, override_settings
from django.urls import path

from members.accounts.access import Access, open_to

AWAY, BUSY = "いま、ページをお出しできません。", "ほかの方の操作と、ちょうど重なりました。"
BUG = "こちらの不具合で、うまくいきませんでした。"


def caused_by(kind: type[Exception], cause: Exception) -> Exception:
    fault = kind("words of the driver")
    fault.__cause__ = cause
    return fault


def missing_table() -> Exception:
    try:
        sqlite3.connect(":memory:").execute("select 1 from nowhere")
    except sqlite3.OperationalError as cause:
        return caused_by(OperationalError, cause)
    raise AssertionError


FAULTS = {
    "connection lost": (OperationalError("server closed the connection"), 503, AWAY, "10"),
    "connection closed": (InterfaceError("connection already closed"), 503, AWAY, "10"),
    "too many clients": (caused_by(OperationalError, psycopg.errors.TooManyConnections()), 503, AWAY, "10"),
    "shutting down": (caused_by(OperationalError, psycopg.errors.AdminShutdown()), 503, AWAY, "10"),
    "only a replica": (caused_by(InternalError, psycopg.errors.ReadOnlySqlTransaction()), 503, AWAY, "10"),
    "took too long": (caused_by(OperationalError, psycopg.errors.QueryCanceled()), 503, AWAY, "10"),
    "deadlock": (caused_by(OperationalError, psycopg.errors.DeadlockDetected()), 503, BUSY, "1"),
    "serialization": (caused_by(OperationalError, psycopg.errors.SerializationFailure()), 503, BUSY, "1"),
    "lock not had": (caused_by(OperationalError, psycopg.errors.LockNotAvailable()), 503, BUSY, "1"),
    "a table is missing": (missing_table(), 500, BUG, None),
    "a column is missing": (ProgrammingError("no such column"), 500, BUG, None),
    "a doubled row": (IntegrityError("duplicate key"), 500, BUG, None),
    "a bug": (ZeroDivisionError(), 500, BUG, None),
}


@open_to(Access.PUBLIC)
def broken(request, name):
    raise FAULTS[name][0]


handler500 = "kouryu.web.server_error"
urlpatterns = [path("broken/<str:name>/", broken)]


@pytest.mark.django_db
@pytest.mark.parametrize("name", FAULTS)
@override_settings(ROOT_URLCONF=__name__)
def test_each_fault_has_its_page(name):
    _, status, title, retry_after = FAULTS[name]

    answer = Client(raise_request_exception=False).get(f"/broken/{name}/")

    assert (answer.status_code, answer.headers.get("Retry-After")) == (status, retry_after)
    assert title in answer.content.decode()
    assert answer.headers["X-Request-ID"] in answer.content.decode()


class Away:
    """A database that says nothing but that it is away; counts how often it was asked."""

    asked = 0

    def __call__(self, *args):
        self.asked += 1
        raise OperationalError("the database does not answer")


def ask(client: Client, method: str, address: str, **headers: str):
    client.raise_request_exception = False
    return getattr(client, method)(address, headers=headers)


@pytest.mark.parametrize(
    ("method", "address", "headers"),
    [
        pytest.param("get", "/events/", {}, id="the session cannot be read"),
        pytest.param("get", "/events/", {"hx-request": "true"}, id="a part of a page"),
        pytest.param("get", "/", {}, id="a page for visitors, to a member"),
        pytest.param("post", "/language/", {}, id="a form"),
        pytest.param("get", "/no-such-page/", {}, id="an unknown address"),
    ],
)
def test_a_member_is_told_wherever_the_database_is_missed(signed_in, aki, away_later, method, address, headers):
    client = signed_in(aki)

    with away_later():
        answer = ask(client, method, address, **headers)

    words = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert AWAY in words
    assert ("何かを送るところだったときは" in words) == (method == "post")


@pytest.fixture
def away_later(db):
    return lambda: connection.execute_wrapper(Away())


@pytest.mark.parametrize("address", ["/healthz", "/robots.txt", "/.well-known/security.txt", "/static/kouryu/icon.svg"])
def test_what_machines_ask_needs_no_database_even_with_a_session(signed_in, aki, address):
    client, answer = signed_in(aki), Away()

    with connection.execute_wrapper(answer):
        asked = ask(client, "get", address)
        asked.close()

    assert (asked.status_code, answer.asked) == (200, 0)


def test_the_page_has_nothing_that_the_policy_forbids(signed_in, aki, away_later):
    client = signed_in(aki)

    with away_later():
        words = ask(client, "get", "/events/").content.decode()

    assert [part for part in ("<script", "style=", " onclick") if part in words] == []
