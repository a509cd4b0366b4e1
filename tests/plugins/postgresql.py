"""`-p tests.plugins.postgresql`: run the tests on a real PostgreSQL that is started for them.

A plugin and not a fixture, because DATABASE_URL must be set before pytest-django reads the settings. xdist's workers
inherit it, so that there is one server with one database for each of them.
"""

from __future__ import annotations

import os

import pytest

from tests.rig.postgres import Postgres


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config):
    if not os.environ.get("DATABASE_URL"):
        server = Postgres()
        os.environ["DATABASE_URL"] = server.url
        early_config.add_cleanup(server.stop)
    return (yield)
