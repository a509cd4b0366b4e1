"""Who was invited to an event?"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from events.models.event import Event
from members.models import User


class Invitation(models.Model):
    """A member whom the host invited by their address. No page lists them: it would tell who is a member."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="invitations")
    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="event_invitations")
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "member"], name="one_invitation_per_member"),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"
