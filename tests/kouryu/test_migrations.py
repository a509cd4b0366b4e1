"""The tests' tables, made from the models, are those that the migrations make, with the same rows in them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython

ROOT = Path(__file__).resolve().parents[2]
SITE = {"kouryu", "members", "events", "feedback"}
MIGRATED = """
import json, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
from tests.kouryu.test_migrations import tables
print(json.dumps(tables()))
"""


def tables() -> dict[str, dict[str, Any]]:
    """Columns, constraints, indexes and the number of rows of each table of the site."""
    with connection.cursor() as cursor:
        names = sorted(connection.introspection.table_names(cursor))
        return {name: _table(cursor, name) for name in names if name.partition("_")[0] in SITE}


def _table(cursor: Any, name: str) -> dict[str, Any]:
    columns = connection.introspection.get_table_description(cursor, name)
    constraints = connection.introspection.get_constraints(cursor, name)
    cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608 - a name from the database
    return {
        "columns": sorted(str((one.name, one.type_code, one.null_ok, one.default, one.collation)) for one in columns),
        "constraints": sorted(_constraint(name, found) for name, found in constraints.items()),
        "rows": [cursor.fetchone()[0]],
    }


def _constraint(name: str, found: dict[str, Any]) -> str:
    """SQLite numbers those without a name, and its checks name their columns in any order."""
    is_numbered = bool(found["foreign_key"]) or name.startswith("__")
    columns = sorted(found["columns"]) if found["check"] else found["columns"]
    return str(("" if is_numbered else name, sorted({**found, "columns": columns}.items())))


@pytest.mark.long
@pytest.mark.one_database
@pytest.mark.django_db
def test_the_tables_are_those_of_the_migrations(tmp_path):
    environ = {**os.environ, "KOURYU_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "kouryu.settings"}
    command = [sys.executable, "-c", MIGRATED]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    migrated, made = _lines(json.loads(done.stdout)), _lines(tables())
    assert (sorted(migrated - made), sorted(made - migrated)) == ([], [])


def _lines(tables: dict[str, dict[str, Any]]) -> set[str]:
    return {f"{name} {what}: {line}" for name, of in tables.items() for what in of for line in of[what]}


def test_what_migrations_put_into_new_tables_is_put_by_the_tests():
    """`django_db_setup` in tests/conftest.py; a step that only changes rows has nothing to do in empty tables."""
    filling = {
        f"{app}.{name}"
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        if apps.get_app_config(app).name in SITE
        for operation in migration.operations
        if isinstance(operation, RunPython) and "create(" in Path(operation.code.__code__.co_filename).read_text()
    }
    assert filling == {"members.0002_screening_terms"}, "put it in django_db_setup, too"
