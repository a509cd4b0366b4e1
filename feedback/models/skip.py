"""To whom does a member choose to write nothing about an evening?"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from events.models import Event
from members.models import User


class Skip(models.Model):
    """「この方には贈らない」: the giver's own page no longer asks. Nobody else ever learns of it, staff neither."""

    giver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="skips")
    receiver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["giver", "receiver", "event"], name="one_skip_per_pair_and_event"),
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="nobody_skips_themselves"),
        ]

    def __str__(self) -> str:
        return f"skip {self.pk}"
