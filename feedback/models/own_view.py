"""How well does a member know and use their strengths, by their own word, on three days of the membership?"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from feedback.choices import Agreement
from members.models import User


class OwnView(models.Model):
    """One member's four answers of one day. Nobody else ever reads them; they go with the account.

    Staff see what has changed in the mean of five members or more, counted once a month.
    """

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="own_views")
    day = models.PositiveSmallIntegerField()  # 0, 30 or 90 days after the first day of membership
    can_say = models.PositiveSmallIntegerField(choices=Agreement)
    knows_seen = models.PositiveSmallIntegerField(choices=Agreement)
    uses_now = models.PositiveSmallIntegerField(choices=Agreement)
    makes_room = models.PositiveSmallIntegerField(choices=Agreement)
    answered_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["answered_at"], name="own_views_by_month")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "day"], name="one_own_view_per_day"),
        ]

    def __str__(self) -> str:
        return f"own view {self.pk}"
