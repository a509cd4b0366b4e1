"""What the demo knows about the site's rows."""

from __future__ import annotations

from django.db import models

from events.models import Event


class Playable(models.Model):
    """Names an evening that its host can start at once."""

    event = models.OneToOneField(Event, primary_key=True, on_delete=models.CASCADE, related_name="playable")

    def __str__(self) -> str:
        return f"playable {self.pk}"
