"""Who did what, and when? Append-only; ids and field names, never a personal value."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from members.models.account import User


class AuditEntry(models.Model):
    """One line per act. `by` is empty when the site acted by itself."""

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    verb = models.CharField(max_length=40)
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField(null=True)
    fields = models.JSONField(default=list)
    why = models.CharField(max_length=40, blank=True)  # a code, not a sentence
    request_id = models.CharField(max_length=16, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["object_type", "object_id"], name="audit_of_object")]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"
