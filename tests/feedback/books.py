"""What does `check_invariants` say about a database, and how does one get in that a constraint forbids?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import StringIO

from django.core.management import call_command
from django.db import connection

from feedback.management.commands.check_invariants import CHECKS


def check() -> set[str]:
    """The names of the checks that the command lists as failed."""
    written = StringIO()
    with suppress(SystemExit):
        call_command("check_invariants", stdout=written, stderr=StringIO())
    failed = {line.partition(":")[0] for line in written.getvalue().splitlines()}
    return failed - {f"all {len(CHECKS)} checks hold"}


@contextmanager
def without(model, name: str) -> Iterator[None]:
    """As in a database that was restored without this constraint."""
    everything = model._meta.constraints
    constraint = next(one for one in everything if one.name == name)
    # SQLite makes the table anew from what the model says.
    model._meta.constraints = [one for one in everything if one is not constraint]
    try:
        with connection.schema_editor() as editor:
            editor.remove_constraint(model, constraint)
        yield
    finally:
        model.objects.all().delete()
        model._meta.constraints = everything
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint)
