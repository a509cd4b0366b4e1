"""Asking in plain SQL: for the few questions of every request and of a rush (docs/decisions/0053).

Django puts a queryset together anew for each use, and for a question with subqueries that takes many times as long as
the answer. The texts stand in the `sql.py` of their chapters, each tested on both databases against the queryset it
stands for. Everything else is an ordinary queryset.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection, models

_Row = TypeVar("_Row", bound=models.Model)
_LARGEST = 2**63 - 1  # a bigint's


def first(model: type[_Row], sql: str, **values: Any) -> _Row | None:
    """The first row as this model; further columns become attributes, which SQLite leaves as numbers or text.

    `values` are what the text names as `%(name)s`. A number that no column can hold finds nothing.
    """
    return next(iter(every(model, sql, **values)), None)


def every(model: type[_Row], sql: str, **values: Any) -> list[_Row]:
    """The rows as this model, as for `first`."""
    return [row for (row,) in joined(sql, model, **values)]


def joined(sql: str, *shown: type[models.Model], **values: Any) -> list[tuple[Any, ...]]:
    """The rows as one instance of each of these models, whose columns stand in this order: `SELECT u.*, p.*`.

    None stands where a left join found nothing; further columns, at the end, become attributes of the first.
    """
    if _is_too_large(values):
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, _as_stored(values))
        columns = tuple(column[0] for column in cursor.description)
        parts, further = _parts(shown, columns, connection.vendor)
        return [_instances(row, parts, further) for row in cursor.fetchall()]


def tuples(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    """The rows as the database hands them out: SQLite has moments without a zone."""
    with connection.cursor() as cursor:
        cursor.execute(sql, _as_stored(values))
        return cursor.fetchall()


@dataclass(frozen=True)
class _Part:
    """The columns of one model in an answer: where each of its fields stands, and what makes a value of it."""

    model: type[models.Model]
    names: tuple[str, ...]
    places: tuple[int, ...]
    converters: tuple[tuple[int, Callable[[Any], Any]], ...]  # by number of the field
    key_place: int

    def instance(self, row: Sequence[Any]) -> models.Model | None:
        if row[self.key_place] is None:
            return None
        values = [row[place] for place in self.places]
        for number, convert in self.converters:
            values[number] = convert(values[number])
        return self.model.from_db(connection.alias, self.names, values)


def _instances(
    row: Sequence[Any], parts: Sequence[_Part], further: Sequence[tuple[int, str]]
) -> tuple[models.Model | None, ...]:
    found = tuple(part.instance(row) for part in parts)
    for place, name in further:
        setattr(found[0], name, row[place])
    return found


@lru_cache(maxsize=200)  # a few dozen texts; the columns of each are the same every time
def _parts(
    shown: tuple[type[models.Model], ...], columns: tuple[str, ...], vendor: str
) -> tuple[list[_Part], list[tuple[int, str]]]:
    """How rows with these columns are read: each model takes the columns that follow, up to one that it does not have,
    or has already.
    """
    parts, start = [], 0
    for model in shown:
        fields = {field.column: field for field in model._meta.concrete_fields}
        places: dict[str, int] = {}
        while start < len(columns) and columns[start] in fields and columns[start] not in places:
            places[columns[start]] = start
            start += 1
        # `from_db` wants the order of the model, and knows by the names which fields are left out.
        parts.append(_part(model, [(field, places[name]) for name, field in fields.items() if name in places]))
    return parts, list(enumerate(columns))[start:]


def _part(model: type[models.Model], fields: Sequence[tuple[Any, int]]) -> _Part:
    converters = [(number, _converter(field)) for number, (field, _) in enumerate(fields)]
    return _Part(
        model=model,
        names=tuple(field.attname for field, _ in fields),
        places=tuple(place for _, place in fields),
        converters=tuple((number, convert) for number, convert in converters if convert),
        key_place=next(place for field, place in fields if field.primary_key),
    )


def _converter(field: Any) -> Callable[[Any], Any] | None:
    """From what the database hands out to what the field holds, as a queryset does it; None: the same."""
    expression = models.Value(None, output_field=field)
    steps = [*connection.ops.get_db_converters(expression), *field.get_db_converters(connection)]
    if not steps:
        return None

    def convert(value: Any) -> Any:
        for step in steps:
            value = step(value, expression, connection)
        return value

    return convert


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
