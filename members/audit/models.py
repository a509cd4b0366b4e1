"""The record of acts with its seals, and when each recurring job last ran."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from members.accounts.models import User


class AuditSeal(models.Model):
    """A batch of lines that can no longer be changed or taken out without a trace; each seal holds the one before."""

    number = models.PositiveBigIntegerField(primary_key=True)  # 1, 2, 3 … without a gap
    lines = models.PositiveIntegerField()  # how many it holds
    digest = models.CharField(max_length=64)  # of its lines and of the seal before, with the site's key
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"seal {self.number}"


class AuditHead(models.Model):
    """Where the chain of seals ends: one row, so that taking off the last seals leaves a trace too.

    Whoever seals locks it. No writer of a line does.
    """

    number = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    stamp = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"head at seal {self.number}"


class AuditEntry(models.Model):
    """One line per act. `by` is empty when the site acted by itself. A line never changes: when an account goes its
    number stays here, and leads to nobody.
    """

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(User, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    verb = models.CharField(max_length=40)
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField(null=True)
    fields = models.JSONField(default=list)
    why = models.CharField(max_length=40, blank=True)  # a code, not a sentence
    request_id = models.CharField(max_length=16, blank=True)
    # Of all above, with the site's key (members/audit/stamps.py). Empty only where another program wrote.
    stamp = models.CharField(max_length=64, blank=True, db_default="")
    seal = models.ForeignKey(AuditSeal, null=True, on_delete=models.PROTECT, related_name="entries")  # None: not yet

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["object_type", "object_id"], name="audit_of_object"),
            # Read by the sweep that seals.
            models.Index(fields=["id"], condition=Q(seal=None), name="audit_not_sealed"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"

    @staticmethod
    def type_of(model: models.Model | type[models.Model]) -> str:
        """What lines call the rows of this table: its name, which stays when the class gets another one."""
        return model._meta.db_table.replace("_", ".", 1)


class Heartbeat(models.Model):
    """When each recurring job last ran; /readyz reads it to tell whether beat is late."""

    job = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.job
