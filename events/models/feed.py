"""Under which secret address does a member's calendar program read along?"""

from __future__ import annotations

from django.db import models

from members.models import User


class CalendarFeed(models.Model):
    """At most one per member; renewed by a new row, revoked by none. The address itself is not stored."""

    member = models.OneToOneField(User, on_delete=models.CASCADE, related_name="calendar_feed")
    nonce = models.CharField(max_length=64)  # the token is made of this and of SECRET_KEY
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"feed {self.pk}"
