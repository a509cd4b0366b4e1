"""Who helps a host, and with what?"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from events.choices import Right
from events.models.event import Event
from members.models import User


class CoHost(models.Model):
    """A member who helps with one event; until somebody accepts, an open invitation behind an unguessable link.

    The row goes when they stop helping. What it allows ends with the event (`EventQuerySet.run_by`).
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="co_hosts")
    right = models.CharField(max_length=10, choices=Right)
    member = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="helps_with")
    token = models.CharField(max_length=43, unique=True)
    added_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "member"], name="one_right_per_co_host"),
            models.CheckConstraint(
                condition=Q(member=None, accepted_at=None) | Q(member__isnull=False, accepted_at__isnull=False),
                name="co_host_has_accepted",
            ),
        ]

    def __str__(self) -> str:
        return f"co-host {self.pk}"
