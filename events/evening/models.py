"""What is said and kept on the evening itself: a word to all, private signs to the host, notes to oneself."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from events.evening.choices import SignalKind
from events.evening.limits import SIGNALS
from events.event.models import Event
from members.models import User


class Word(models.Model):
    """What the host says to all on their pages; the newest takes the place of the last, and closing removes it."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="word")
    text = models.CharField(max_length=SIGNALS.word)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")  # host or co-host

    def __str__(self) -> str:
        return f"word of event {self.event_id}"


class Signal(models.Model):
    """A private sign from one member to the host; nobody else ever sees it."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="signals")
    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="signals")
    kind = models.CharField(max_length=13, choices=SignalKind)
    sent_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["event", "member", "kind"], condition=Q(seen_at=None), name="one_open_signal"
            ),
        ]

    def __str__(self) -> str:
        return f"signal {self.pk}"


class Note(models.Model):
    """What a member wrote down for themselves at an evening; nobody else ever sees it."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="notes")
    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField(max_length=SIGNALS.note)
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "member"], name="one_note_per_evening"),
        ]

    def __str__(self) -> str:
        return f"note {self.pk}"
