"""What the checks of all apps share: the next step, the lines that prove an act, and when a sweep last ran."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from kouryu.clock import CLOCKS_DIFFER
from members.audit.audit import AFTER_ITS_TIME, WITH_ACCOUNT
from members.audit.limits import BOOKS
from members.models import AuditEntry, Heartbeat, User

Check = Callable[[datetime], list[str]]
# The next step for what only somebody with the database can have done.
BY_SQL = "Find out who wrote into the database: the site does this only together with a line in the record of acts."


def then(next_step: str) -> Callable[[Check], Check]:
    """Say with the check what to do where it fails; `check_invariants` prints it once."""

    def tell(check: Check) -> Check:
        check.next_step = next_step  # type: ignore[attr-defined]  # a function of ours
        return check

    return tell


def overdue(job: str, now: datetime) -> datetime:
    """What was due before this moment, this sweep should have done long ago.

    Counted from when the sweep last ran: in a copy that was just restored nothing is late yet.
    """
    return swept_at(job, now, without=timedelta(0)) - BOOKS.overdue_after


def swept_at(job: str, now: datetime, *, without: timedelta) -> datetime:
    """When this sweep last did its work; where no beat runs, `without` ago. Never later than `now`."""
    last = Heartbeat.objects.filter(pk=job).first()
    return min(last.beat_at, now) if last else now - without


def noted(model: type[models.Model], *verbs: str, **more: object) -> Exists:
    """Whether the record of acts tells of one of these acts on the row."""
    return Exists(lines_of(model, *verbs).filter(object_id=OuterRef("pk"), **more))


def lines_of(model: type[models.Model], *verbs: str) -> QuerySet[AuditEntry]:
    """The lines that tell of these acts on rows of this table; of any act where none is named."""
    lines = AuditEntry.objects.filter(object_type=AuditEntry.type_of(model))
    return lines.filter(verb__in=verbs) if verbs else lines


def gone(rows: dict[type[models.Model], tuple[str, ...]]) -> list[str]:
    """One sentence per row that one of these acts made and that is not there any more, though nothing deletes it."""
    return [
        f"{model._meta.model_name} {number} is gone"
        for model, verbs in rows.items()
        for number in _numbers_gone(model, verbs)
    ]


def deletions_of(model: type[models.Model]) -> QuerySet[AuditEntry]:
    """The lines that tell that the site deleted this very row: with an account, or when its time was over."""
    return lines_of(model, WITH_ACCOUNT, AFTER_ITS_TIME).filter(object_id=OuterRef("object_id"))


def _numbers_gone(model: type[models.Model], verbs: tuple[str, ...]) -> QuerySet:
    there = Exists(model._default_manager.filter(pk=OuterRef("object_id")))
    somebody = Q(by=None) | Exists(User.objects.filter(pk=OuterRef("by")))  # else it went with an account
    lines = lines_of(model, *verbs).filter(~there, ~Exists(deletions_of(model)), somebody, object_id__isnull=False)
    return lines.order_by("object_id").values_list("object_id", flat=True).distinct()


def in_the_future(model: type[models.Model], names: list[str], now: datetime) -> QuerySet:
    """Rows that say that something happened later than `now`."""
    latest = now + CLOCKS_DIFFER
    late = Q()
    for name in names:
        late |= Q(**{f"{name}__gt": latest})
    return model._default_manager.filter(late).order_by("pk")


def future_breaches(moments: dict[type[models.Model], list[str]], now: datetime) -> list[str]:
    """One sentence per row of these tables that tells of a moment which has not come."""
    return [
        f"{model._meta.model_name} {row.pk} tells of something that has not happened yet"
        for model, names in moments.items()
        for row in in_the_future(model, names, now)
    ]
