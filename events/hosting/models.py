"""Templates: what a host starts from next time."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from events.hosting.limits import TEMPLATES
from kouryu import references
from members.models import User


class EventTemplate(models.Model):
    """A host's own starting point: a plan without dates and people (`events.hosting.rules`)."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="event_templates")
    name = models.CharField(max_length=TEMPLATES.name)
    plan = models.JSONField()
    kept_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def start_key(self) -> str:
        """How an address names it as the start of a new event."""
        return f"template-{references.reference_to('template', self.pk)}"
