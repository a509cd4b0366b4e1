"""The WSGI application that gunicorn serves."""

from __future__ import annotations

import os

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.functional import cached_property

from kouryu import env

env.this_process_serves_pages()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kouryu.settings")


class Request(WSGIRequest):
    """A request that is read as UTF-8 whatever charset it claims, and that has no cookie with NUL.

    Django takes any codec of Python's at its word while it makes the request, where nothing catches a codec that
    fails; and it hands the key of a session on to a database that knows no NUL.
    """

    @property
    def encoding(self) -> None:
        return None

    @encoding.setter
    def encoding(self, claimed: str | None) -> None:
        pass

    @cached_property
    def COOKIES(self) -> dict[str, str]:  # noqa: N802  (Django's name)
        return {name: value for name, value in super().COOKIES.items() if "\x00" not in value}


class Handler(WSGIHandler):
    request_class = Request


django.setup(set_prefix=False)
application = Handler()
