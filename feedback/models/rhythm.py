"""How often does a member want to hear a suggestion?"""

from __future__ import annotations

from django.db import models

from feedback.choices import Pace
from members.models import User


class Rhythm(models.Model):
    """A member's own rhythm, and until when they said "not now". No row: once a month, nothing said."""

    member = models.OneToOneField(User, on_delete=models.CASCADE, related_name="rhythm", primary_key=True)
    pace = models.CharField(max_length=8, choices=Pace, default=Pace.MONTHLY)
    silent_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"rhythm of user {self.member_id}"
