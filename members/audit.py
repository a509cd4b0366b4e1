"""One line per act, written in the act's own transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import models

from kouryu import request_id
from members.models import AuditEntry, User


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
    AuditEntry.objects.create(
        at=now,
        by=by,
        verb=verb,
        object_type=subject._meta.label_lower,
        object_id=subject.pk if isinstance(subject.pk, int) else None,
        fields=sorted(fields),
        why=why,
        request_id=request_id.current.get(),
    )
