"""What does a member take home from an evening, for themselves alone?"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from events.models import Event
from members.models import User


class TakeHomeNote(models.Model):
    """A note about an evening, written after it. No page, case or count of the staff reads it."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="take_home_notes")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(max_length=1000)
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "event"], name="one_take_home_note_per_evening"),
        ]

    def __str__(self) -> str:
        return f"take-home note {self.pk}"


class Normal(models.Model):
    """What a member held for normal, and how it looks to them since; perhaps from whom that came. As private."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="normals")
    event = models.ForeignKey(Event, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    before = models.TextField(max_length=300)
    after = models.TextField(max_length=300, blank=True)
    wants_to_tell = models.BooleanField(default=False)  # shows a button; nothing is ever told by itself
    written_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["member", "-written_at"], name="normals_of_member")]

    def __str__(self) -> str:
        return f"normal {self.pk}"
