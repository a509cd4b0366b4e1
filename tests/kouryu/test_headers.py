"""Every answer defends its reader's browser."""

from __future__ import annotations

import pytest

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; "
        "manifest-src 'self'"
    ),
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.parametrize("path", ["/", "/healthz", "/accounts/login/", "/no-such-page/"])
def test_every_answer_has_the_headers(client, db, path):
    response = client.get(path)

    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    assert {"no-store", "private"} <= set(response.headers["Cache-Control"].split(", "))


def test_a_member_page_has_the_headers_and_a_request_id(signed_in, aki):
    client = signed_in(aki)

    first, second = client.get("/standing/"), client.get("/standing/")

    assert {name: first.headers.get(name) for name in HEADERS} == HEADERS
    assert len(first.headers["X-Request-ID"]) == 16
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]


@pytest.mark.django_db  # closing the answer looks at the connection
def test_static_files_may_be_cached(client):
    response = client.get("/static/kouryu/css/kouryu.css")
    response.close()

    assert "no-store" not in response.headers.get("Cache-Control", "")
