"""Whom would a member rather not sit with again?"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from members.models.account import User


class KeptApart(models.Model):
    """One member would rather not share a group with the other again. Told to nobody; not a block.

    The two still see each other's words and may meet at an event: only its groups keep them apart where they can.
    """

    holder = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    since_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["holder", "person"], name="one_wish_to_be_apart_per_pair"),
            models.CheckConstraint(condition=~Q(holder=F("person")), name="nobody_is_kept_from_themselves"),
        ]

    def __str__(self) -> str:
        return f"kept apart {self.pk}"
