"""The reference: a Django project with one template view and one locked insert, and nothing else.

Served by the same gunicorn on the same PostgreSQL. No middleware, session, CSRF, audit line or mail.
"""

from __future__ import annotations

import os

import django
import environ
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

TEMPLATE = """<!doctype html><title>{{ name }}</title><h1>{{ name }}</h1>
<ul>{% for number in numbers %}<li>{{ number }}{% endfor %}</ul>"""
TABLES = """
create table if not exists bare_event (id int primary key, capacity int not null);
create table if not exists bare_registration (id bigserial primary key, event_id int not null, seat int not null);
insert into bare_event values (1, 1000000) on conflict do nothing;
"""


def page(request: HttpRequest) -> HttpResponse:
    return render(request, "page.html", {"name": "Evening", "numbers": range(10)})


@transaction.atomic
def register(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("select capacity from bare_event where id = 1 for update")
        cursor.execute("insert into bare_registration (event_id, seat) values (1, 1)")
    return HttpResponse("registered")


@transaction.atomic
def make_tables() -> None:
    """By whichever worker comes first: two that create a table at once fail, even with `if not exists`."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(1)")
        cursor.execute(TABLES)


urlpatterns = [path("", page), path("register", register)]
if not settings.configured:
    settings.configure(
        SECRET_KEY="bare",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        DATABASES={"default": {**environ.Env.db_url_config(os.environ["DATABASE_URL"]), "CONN_MAX_AGE": 60}},
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                ("django.template.loaders.locmem.Loader", {"page.html": TEMPLATE}),
                            ],
                        ),
                    ],
                },
            },
        ],
    )
    django.setup()
    make_tables()
application = get_wsgi_application()
