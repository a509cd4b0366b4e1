"""`-p tests.plugins.postgresql`: run the tests on a real PostgreSQL that is started for them.

A plugin and not a fixture, because DATABASE_URL must be set before pytest-django reads the settings. xdist's workers
inherit it, so that there is one server with one database for each of them.

`--asking-the-database` leaves out the tests that do not, as their answer cannot differ from the run on SQLite, and
those that say that one database is enough.
"""

from __future__ import annotations

import os

import pytest

from tests.rig.postgres import Postgres

DATABASE_FIXTURES = {"db", "transactional_db"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--asking-the-database", action="store_true", help="only the tests that use the database")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config):
    if not os.environ.get("DATABASE_URL"):
        server = Postgres()
        os.environ["DATABASE_URL"] = server.url
        early_config.add_cleanup(server.stop)
    return (yield)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("asking_the_database"):
        return
    elsewhere = [item for item in items if not _asks_the_database(item)]
    items[:] = [item for item in items if _asks_the_database(item)]
    config.hook.pytest_deselected(items=elsewhere)


def _asks_the_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("one_database"):
        return False
    fixtures = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or not DATABASE_FIXTURES.isdisjoint(fixtures)
