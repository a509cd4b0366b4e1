"""Who thanked whom after an evening?"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from events.models import Event
from members.models import User


class Thanks(models.Model):
    """A thank-you with an optional line of one's own; one per pair and event."""

    giver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="thanks_given")
    receiver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="thanks_received")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="thanks")
    line = models.CharField(max_length=100, blank=True)
    thanked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["giver", "receiver", "event"], name="one_thanks_per_pair_and_event"),
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="nobody_thanks_themselves"),
        ]

    def __str__(self) -> str:
        return f"thanks {self.pk}"
