"""Django's caches, which forget what was put in by a clock that was ahead.

Both keep the moment at which an entry ends. With a clock that was a day ahead for a minute, a limit on sign-ins would
bind for a day, and the page of an evening would stand still for as long.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.db import DatabaseCache as DjangosDatabaseCache
from django.core.cache.backends.locmem import LocMemCache as DjangosLocMemCache
from django.utils import timezone

from kouryu.clock import is_from_the_future

_NOTHING = object()


class _KnowsSince:
    """Keeps with each value since when it has been there."""

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        super().set(key, (timezone.now(), value), timeout, version)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        kept = (timezone.now(), value)
        if super().add(key, kept, timeout, version):
            return True
        if self.get(key, _NOTHING, version) is not _NOTHING:
            return False
        return super().add(key, kept, timeout, version)  # what stood there was from the future, and is gone now

    def _value(self, key: str, kept: tuple[datetime, Any], version: int | None) -> Any:
        since, value = kept
        if is_from_the_future(since, timezone.now()):
            self.delete(key, version)
            return _NOTHING
        return value


class DatabaseCache(_KnowsSince, DjangosDatabaseCache):
    """In a table, for all processes. Django's `get` asks `get_many`."""

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        found = super().get_many(keys, version)
        values = {key: self._value(key, kept, version) for key, kept in found.items()}
        return {key: value for key, value in values.items() if value is not _NOTHING}


class LocMemCache(_KnowsSince, DjangosLocMemCache):
    """In one process. Django's `get_many` asks `get`."""

    incr = BaseCache.incr  # by `get` and `set`; Django's own would add to the pair that is kept here

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        kept = super().get(key, _NOTHING, version)
        value = kept if kept is _NOTHING else self._value(key, kept, version)
        return default if value is _NOTHING else value
