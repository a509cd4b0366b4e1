"""docs/invariants.md names every table, what it promises, and what keeps it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from feedback.management.commands.check_invariants import CHECKS
from members.membership.triggers import WRITTEN_ONCE
from members.models import BookLine

PAGE = (Path(settings.BASE_DIR) / "docs" / "invariants.md").read_text()
ROWS = {
    name: (promise, re.findall("`([^`]+)`", checks), re.findall("`([^`]+)`", constraints))
    for name, promise, checks, constraints in re.findall(
        r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE
    )
}
MODELS = [model for app in ("members", "events", "feedback") for model in apps.get_app_config(app).get_models()]
NAMES = {check.__name__ for check in CHECKS}


def triggers_of(model) -> set[str]:
    """What the database itself refuses beside constraints."""
    written_once = {"members_written_once"} if model._meta.db_table in WRITTEN_ONCE else set()
    return written_once | ({"comes_to_zero"} if model is BookLine else set())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_table_has_its_promises(model):
    assert model.__name__ in ROWS, f"say in docs/invariants.md what {model.__name__} promises and what keeps it"
    promise, checks, constraints = ROWS[model.__name__]
    unique = [f"{field.name} is unique" for field in model._meta.fields if field.unique and not field.primary_key]
    assert promise
    assert [name for name in checks if name not in NAMES] == []
    assert set(constraints) == {*(one.name for one in model._meta.constraints), *unique, *triggers_of(model)}


def test_no_row_is_about_a_table_that_is_gone():
    assert set(ROWS) - {model.__name__ for model in MODELS} == set()


def test_every_check_keeps_a_promise():
    kept = {check for _, checks, _ in ROWS.values() for check in checks}
    assert NAMES - kept == set()


def test_every_check_says_what_to_do_next():
    assert [check.__name__ for check in CHECKS if not getattr(check, "next_step", "")] == []
