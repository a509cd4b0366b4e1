"""Querysets that are put together once a process and then asked with other values (decision 0009).

Django builds and compiles a queryset anew for each use. For the few that every page or every registration asks,
that takes longer than all the rest of the query; everything else stays an ordinary queryset.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.models.query import ModelIterable
from django.db.models.sql.compiler import SQLCompiler


class Prepared:
    """What `@prepared` makes of a function: its queryset, with gaps where the function's arguments go."""

    def __init__(self, build: Callable[..., QuerySet]) -> None:
        self._build = build
        names = inspect.signature(build).parameters.values()
        self._examples = {one.name: _EXAMPLES[one.annotation](place) for place, one in enumerate(names)}

    def ask(self, **values: Any) -> list[Any]:
        """The rows for these values: models, or tuples for a `values_list`."""
        if any(isinstance(value, int) and abs(value) > _LARGEST for value in values.values()):
            return []  # as the ORM has it: no row has such a number, and no database takes it
        connection = connections[DEFAULT_DB_ALIAS]
        asked = {name: _adapted(value, connection) for name, value in values.items()}
        compiler = copy(self._compiled.compiler)
        compiler.connection = connection
        params = tuple(asked[part.name] if isinstance(part, _Gap) else part for part in self._compiled.params)
        compiler.as_sql = lambda *args, **kwargs: (self._compiled.sql, params)
        if self._compiled.gives_models:
            return list(ModelIterable(_Asked(compiler)))
        return [tuple(row) for row in compiler.results_iter(tuple_expected=True)]

    def first(self, **values: Any) -> Any:
        """The first row, or None."""
        return next(iter(self.ask(**values)), None)

    @cached_property
    def _compiled(self) -> _Compiled:
        connection = connections[DEFAULT_DB_ALIAS]
        queryset = self._build(**self._examples)
        if queryset.query.select_for_update:
            raise ValueError(f"{self._build.__name__} locks rows: that Django checks at each use")
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        names = {_adapted(example, connection): _Gap(name) for name, example in self._examples.items()}
        found = tuple(names.get(param, param) for param in params)
        missing = set(names.values()) - set(found)
        if missing or len(names) < len(self._examples):
            raise ValueError(f"{self._build.__name__} does not ask for each of {list(self._examples)}")
        compiler.connection = None  # each thread has its own
        return _Compiled(sql, found, compiler, gives_models=queryset._iterable_class is ModelIterable)


def prepared(build: Callable[..., QuerySet]) -> Prepared:
    """Keep the question that `build(**values)` asks; its arguments are annotated as int, str, date or datetime.

    Only for questions whose SQL does not depend on the values (no lists, no None) and that lock nothing. What is asked
    may be models (with `select_related` and annotations) or `values_list` of plain columns; not `prefetch_related`.
    """
    return Prepared(build)


@dataclass(frozen=True)
class _Gap:
    name: str


@dataclass(frozen=True)
class _Compiled:
    sql: str
    params: tuple[Any, ...]
    compiler: SQLCompiler
    gives_models: bool


class _Asked:
    """What `ModelIterable` asks of a queryset: the compiler that knows the answer's columns."""

    db = DEFAULT_DB_ALIAS
    _known_related_objects: dict[Any, Any] = {}  # noqa: RUF012 - Django's own name and type; nothing is ever put in

    def __init__(self, compiler: SQLCompiler) -> None:
        self._compiler = compiler
        self.query = self

    def get_compiler(self, using: str) -> SQLCompiler:
        return self._compiler


def _adapted(value: Any, connection: Any) -> Any:
    """As the fields of the ORM hand a value to this database."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value


_LARGEST = 2**63 - 1  # a bigint's

# They stand in the gaps while the SQL is put together: values that no question of ours contains.
_EXAMPLES: dict[str, Callable[[int], Any]] = {
    "int": lambda place: 1_999_999_000 + place,
    "str": lambda place: f"an example for gap {place}",
    "date": lambda place: date(1900, 1, 1 + place),
    "datetime": lambda place: datetime(1901, 1, 1 + place, tzinfo=UTC),
}
