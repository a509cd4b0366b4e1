"""What must always be true of the record of acts: every line as the site wrote it, none taken out.

Part of `members.invariants.members`. All lines are read once, a few thousand at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from django.db.models import Count

from members.audit.checking import overdue, then
from members.audit.stamps import STAMPED, SealBatch, Stamps
from members.models import AuditEntry, AuditHead, AuditSeal

READ_AT_ONCE = 2000
BACKUP = "Compare with the latest backup, and ask who can write into the database: the site never changes a line."


@then(BACKUP)
def audit_lines_are_as_written(now: datetime) -> list[str]:
    """Who, what, when, why: any change shows, and so does a line that the site did not write or that was copied."""
    stamps = Stamps()
    lines = AuditEntry.objects.order_by("pk").values_list("pk", "stamp", *STAMPED)
    changed = [
        f"line {pk} is not as the site wrote it"
        for pk, stamp, *values in lines.iterator(READ_AT_ONCE)
        if not stamps.proves_line(values, stamp)
    ]
    copies = AuditEntry.objects.exclude(stamp="").values("stamp").annotate(number=Count("pk")).filter(number__gt=1)
    doubled = AuditEntry.objects.filter(stamp__in=copies.values("stamp")).order_by("pk")
    return changed + [f"line {pk} stands there more than once" for pk in doubled.values_list("pk", flat=True)]


@then(BACKUP)
def audit_seals_hold(now: datetime) -> list[str]:
    """Each seal still holds the lines that it was put on, in their chain up to its end."""
    stamps, before, expected = Stamps(), "", 1
    breaches, batches = [], _sealed_batches()
    batch_of, batch = next(batches, (0, SealBatch()))
    for seal in AuditSeal.objects.order_by("number").iterator(READ_AT_ONCE):
        if seal.number != expected:
            breaches.append(f"seals {expected} to {seal.number - 1} are gone")
        is_there = batch_of == seal.number
        held = batch if is_there else SealBatch()
        if held.lines != seal.lines:
            breaches.append(f"seal {seal.number} was put on {seal.lines} lines, and {held.lines} are there")
        elif not stamps.proves_seal(seal.number, before, seal.sealed_at, held, seal.digest):
            breaches.append(f"seal {seal.number} does not fit its lines or the seal before")
        if is_there:
            batch_of, batch = next(batches, (0, SealBatch()))
        before, expected = seal.digest, seal.number + 1
    return breaches + _breaches_of_head(stamps, expected - 1, before)


@then("See whether beat and worker run. Where they do, look into the log for seal_audit.")
def audit_lines_are_sealed(now: datetime) -> list[str]:
    """Until a line is sealed, taking it out leaves no trace."""
    waiting = AuditEntry.objects.filter(seal=None, at__lt=overdue("seal-audit", now)).order_by("pk")
    return [f"line {pk} waits for its seal" for pk in waiting.values_list("pk", flat=True)]


def _sealed_batches() -> Iterator[tuple[int, SealBatch]]:
    lines = AuditEntry.objects.exclude(seal=None).order_by("seal_id", "pk").values_list("seal_id", "pk", "stamp")
    for number, group in groupby(lines.iterator(READ_AT_ONCE), key=itemgetter(0)):
        yield number, SealBatch((pk, stamp) for _, pk, stamp in group)


def _breaches_of_head(stamps: Stamps, number: int, digest: str) -> list[str]:
    head = AuditHead.objects.first()
    if head is None:
        return ["the end of the chain of seals is not written down"] if number else []
    if not stamps.proves_head(head.number, head.digest, head.stamp):
        return ["the end of the chain of seals is not as the site wrote it"]
    if (head.number, head.digest) != (number, digest):
        return [f"the chain of seals ended at {head.number}, and now ends at {number}"]
    return []


CHECKS = [audit_lines_are_as_written, audit_seals_hold, audit_lines_are_sealed]
