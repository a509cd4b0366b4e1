"""Sealing the record of acts, and noting that a recurring job ran."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kouryu.sweeps import EVERY_MINUTE, OFTEN, sweep
from members.audit.stamps import STAMPED, SealBatch, Stamps
from members.models import AuditEntry, AuditHead, AuditSeal, Heartbeat


def beat(job: str, *, now: datetime) -> None:
    """Note that `job` ran at `now`."""
    Heartbeat.objects.update_or_create(job=job, defaults={"beat_at": now})


@sweep("heartbeat", every=OFTEN)
def heartbeat(*, now: datetime) -> None:
    """Nothing is due here: that it ran proves to /readyz that beat, the broker and a worker live."""


LINES_A_SEAL = 1000  # how many are read at once


# Until a line is sealed, taking it out leaves no trace: this is for how long (docs/decisions/0042).
@sweep("seal-audit", every=EVERY_MINUTE)
def seal_lines(*, now: datetime) -> int:
    """Seal every line that is not sealed yet, one batch per transaction; returns how many. Safe side by side.

    A line belongs to the batch that found it: one that was committed late goes into a later batch.
    """
    sealed = 0
    while number := _seal_batch(now):
        sealed += number
    return sealed


@transaction.atomic
def seal_anew(*, now: datetime) -> int:
    """Stamp and seal everything again with the key of today; returns how many lines. For a key that is given up.

    It makes whatever stands there count as true: the caller has run the checks before.
    """
    head = _locked_head()
    stamps, done = Stamps(), 0
    lines = AuditEntry.objects.order_by("pk")
    while batch := list(lines.filter(pk__gt=done).only("pk", *STAMPED)[:LINES_A_SEAL]):
        for line in batch:
            line.stamp = stamps.of_line([getattr(line, name) for name in STAMPED])
        AuditEntry.objects.bulk_update(batch, ["stamp"])
        done = batch[-1].pk
    number = lines.update(seal=None)
    AuditSeal.objects.all().delete()
    head.number, head.digest = 0, ""
    _keep(head, stamps)
    while _seal_batch(now):
        pass
    return number


@transaction.atomic
def _seal_batch(now: datetime) -> int:
    head, stamps = _locked_head(), Stamps()
    waiting = AuditEntry.objects.filter(seal=None).order_by("pk").values_list("pk", "stamp")
    lines = list(waiting[:LINES_A_SEAL])
    if not lines:
        return 0
    head.number += 1
    digest = stamps.of_seal(head.number, head.digest, now, SealBatch(lines))
    seal = AuditSeal.objects.create(number=head.number, lines=len(lines), digest=digest, sealed_at=now)
    AuditEntry.objects.filter(pk__in=[line_id for line_id, _ in lines]).update(seal=seal)
    head.digest = digest
    _keep(head, stamps)
    return len(lines)


def _locked_head() -> AuditHead:
    AuditHead.objects.get_or_create(pk=1)
    return AuditHead.objects.select_for_update().get(pk=1)


def _keep(head: AuditHead, stamps: Stamps) -> None:
    head.stamp = stamps.of_head(head.number, head.digest)
    head.save(update_fields=["number", "digest", "stamp"])
