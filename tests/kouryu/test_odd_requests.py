"""Requests that no browser sends are answered all the same."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from kouryu.wsgi import application

CODECS = ["hex", "idna", "undefined", "unicode_escape", "utf-16", "utf-7", "utf-8", "no-such-codec"]
PART = b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\n\\ud800\r\n--x--\r\n'

pytestmark = pytest.mark.django_db


def ask(path: str, body: bytes = b"", **environ: str) -> int:
    """The status that the web server gets; the test client would make a request of its own."""
    factory = RequestFactory()
    asked = factory._base_environ(PATH_INFO=path, CONTENT_LENGTH=str(len(body)), **environ)
    asked["wsgi.input"] = BytesIO(body)
    statuses: list[str] = []
    application(asked, lambda status, headers: statuses.append(status))
    return int(statuses[0].split()[0])


@pytest.mark.parametrize("codec", CODECS)
def test_an_address_is_utf_8_whatever_the_request_claims(codec):
    kind = f"text/plain; charset={codec}"

    assert ask("/accounts/login/", QUERY_STRING="next=/%5cud800", CONTENT_TYPE=kind) == 200


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_a_form_is_utf_8_whatever_it_claims(kind, codec):
    with_cookie = {"REQUEST_METHOD": "POST", "HTTP_COOKIE": "csrftoken=" + "a" * 32}

    # Looked through for its token, of which it has none.
    assert ask("/accounts/login/", PART, CONTENT_TYPE=f"{kind}; charset={codec}", **with_cookie) == 403


def test_too_many_questions_in_an_address_are_a_bad_request():
    assert ask("/accounts/login/", QUERY_STRING="a&" * 2000, CONTENT_TYPE="text/plain; charset=utf-8") == 400


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "django_language", "theme"])
def test_a_cookie_with_nul_is_no_cookie(name):
    assert ask("/events/", HTTP_COOKIE=f'{name}="\\000abcdefghijklmnop"') == 302


@pytest.mark.parametrize(("size", "status"), [(1000, 302), (2_000_000, 400)])
def test_a_file_is_never_kept_and_a_large_one_not_even_read(size, status):
    file = SimpleUploadedFile("cat.png", b"x" * size)

    response = Client().post("/language/", {"language": "en", "cat": file})

    assert (response.status_code, list(response.wsgi_request.FILES)) == (status, [])
