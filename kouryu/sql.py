"""Asking in plain SQL: for the few questions of every request and of a rush (docs/decisions/0053).

Django puts a queryset together anew for each use, and for a question with subqueries that takes many times as long as
the answer. The texts stand in the `sql.py` of their chapters, each tested on both databases against the queryset it
stands for. Everything else is an ordinary queryset.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models.query import RawQuerySet

_Row = TypeVar("_Row", bound=models.Model)
_LARGEST = 2**63 - 1  # a bigint's


def first(model: type[_Row], sql: str, **values: Any) -> _Row | None:
    """The first row as this model; further columns become attributes, which SQLite leaves as numbers or text.

    `values` are what the text names as `%(name)s`. A number that no column can hold finds nothing.
    """
    if _is_too_large(values):
        return None
    return next(iter(every(model, sql, **values)), None)


def every(model: type[_Row], sql: str, **values: Any) -> RawQuerySet[_Row]:
    """The rows as this model, as for `first`."""
    return model._default_manager.raw(sql, _as_stored(values))


def tuples(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    """The rows as the database hands them out: SQLite has moments without a zone."""
    with connection.cursor() as cursor:
        cursor.execute(sql, _as_stored(values))
        return cursor.fetchall()


def _is_too_large(values: dict[str, Any]) -> bool:
    return any(isinstance(value, int) and abs(value) > _LARGEST for value in values.values())


def _as_stored(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _stored(value) for name, value in values.items()}


def _stored(value: Any) -> Any:
    """As the fields of the ORM write it: SQLite compares moments and days as text."""
    if isinstance(value, datetime):
        return models.DateTimeField().get_db_prep_value(value, connection)
    if isinstance(value, date):
        return models.DateField().get_db_prep_value(value, connection)
    return value
