"""Against what were mirrors read, and what did they show?"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from members.models import User


class BaseRates(models.Model):
    """What is usual in the community, computed once a night: a version that mirrors are read against."""

    computed_on = models.DateField(unique=True)  # the day in Tokyo
    computed_at = models.DateTimeField()
    pairs = models.PositiveIntegerField()  # of a giver and a receiver
    rates = models.JSONField(default=dict)  # share of pairs by strength

    class Meta:
        get_latest_by = "computed_on"

    def __str__(self) -> str:
        return f"base rates of {self.computed_on}"


class SamePicker(models.Model):
    """A giver who picked one strength in most of many letters, as one night's computation found it; never shown."""

    rates = models.ForeignKey(BaseRates, on_delete=models.CASCADE, related_name="same_pickers")
    giver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rates", "giver"], name="one_same_picker_per_version"),
        ]

    def __str__(self) -> str:
        return f"user {self.giver_id} in {self.rates_id}"


class MirrorSnapshot(models.Model):
    """What a member's mirror showed, from `taken_at` until the next snapshot; only what was to be read, no share."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mirror_snapshots")
    rates = models.ForeignKey(BaseRates, on_delete=models.PROTECT, related_name="snapshots")  # the latest it held for
    shown = models.JSONField(default=dict)
    taken_at = models.DateTimeField()

    class Meta:
        get_latest_by = "pk"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "rates"], name="one_snapshot_per_member_and_version"),
        ]

    def __str__(self) -> str:
        return f"snapshot {self.pk} of user {self.member_id}"

    @property
    def seen_by_many(self) -> list[str]:
        """The keys of the strengths that were seen by many then."""
        return [key for key, seen in self.shown.get("seen", {}).items() if seen["level"] == "many"]
