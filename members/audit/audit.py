"""One line per act, written in the act's own transaction, with a stamp that only the site can make.

Writing locks nothing that another writer needs: lines are sealed in batches afterwards (`flows.sealing`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.db import models

from kouryu import request_id
from members.audit.stamps import STAMPED, Stamps
from members.models import AuditEntry, User

LINES_AT_ONCE = 500
Subject = TypeVar("Subject", bound=models.Model)


def record(
    verb: str,
    subject: models.Model,
    *,
    by: User | None,
    now: datetime,
    fields: Iterable[str] = (),
    why: str = "",
) -> None:
    """Note that `by` (None: the site itself) did `verb` to `subject`.

    `fields` are names only and `why` is a code: a line never holds a personal value, so none ever needs erasing.
    """
    _line(verb, subject, by=by, now=now, fields=fields, why=why).save(force_insert=True)


def record_all(
    verb: str,
    subjects: Iterable[Subject],
    *,
    by: User | None,
    now: datetime,
    why: Callable[[Subject], str] = lambda subject: "",
) -> None:
    """Record one act on many subjects, a few hundred in a statement; `why` gives the code for each."""
    lines = (_line(verb, subject, by=by, now=now, why=why(subject)) for subject in subjects)
    AuditEntry.objects.bulk_create(lines, batch_size=LINES_AT_ONCE)


# A row that is to stay goes with one of these lines only (`members.audit.checking.gone`).
WITH_ACCOUNT, AFTER_ITS_TIME = "delete-with-account", "delete-after-its-time"


def delete(rows: models.QuerySet[Any], verb: str, *, now: datetime) -> int:
    """Delete these rows and note each of them: what nothing else deletes cannot vanish unseen. Returns how many."""
    found = list(rows)
    record_all(verb, found, by=None, now=now)
    rows.model._base_manager.filter(pk__in=[row.pk for row in found]).delete()
    return len(found)


def _line(
    verb: str,
    subject: models.Model,
    *,
    by: User | None,
    now: datetime,
    fields: Iterable[str] = (),
    why: str = "",
) -> AuditEntry:
    line = AuditEntry(
        at=now,
        by=by,
        verb=verb,
        object_type=AuditEntry.type_of(subject),
        object_id=subject.pk if isinstance(subject.pk, int) else None,
        fields=sorted(fields),
        why=why,
        request_id=request_id.current.get(),
    )
    line.stamp = Stamps().of_line([getattr(line, name) for name in STAMPED])
    return line
