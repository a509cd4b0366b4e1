"""Standing: suspensions, blocks, and who is kept apart from whom."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, OuterRef, Q

from members.accounts.models import User


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


class SuspensionQuerySet(models.QuerySet["Suspension"]):
    def open_at(self, now: datetime) -> SuspensionQuerySet:
        return self.filter(starts_at__lte=now, ended_at=None).filter(Q(until=None) | Q(until__gt=now))


class Suspension(models.Model):
    """A member is out from one moment until another, by a decision with a reason they can read."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="suspensions")
    starts_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    reason = models.TextField()
    imposed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)  # lifted, or replaced by a later one
    lifted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    lifted_because = models.TextField(blank=True)

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member"], condition=Q(ended_at=None), name="one_open_suspension"),
        ]

    def __str__(self) -> str:
        return f"suspension of user {self.member_id}"


class BlockQuerySet(models.QuerySet["Block"]):
    def touching(self, member: User) -> BlockQuerySet:
        """Those that `member` made or met."""
        return self.filter(Q(blocker=member) | Q(blocked=member))

    def made_until(self, moment: datetime | OuterRef) -> BlockQuerySet:
        """Those that were made by this moment."""
        return self.filter(blocked_at__lte=moment)


class Block(models.Model):
    """Two people who never meet in a group and cannot write to each other; whoever blocks sees the other no more.

    Told to nobody: to the one who is blocked the other looks like anybody out of reach (docs/decisions/0029).
    """

    blocker = models.ForeignKey(User, on_delete=models.CASCADE, related_name="blocks_made")
    blocked = models.ForeignKey(User, on_delete=models.CASCADE, related_name="blocks_met")
    blocked_at = models.DateTimeField()

    objects = BlockQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="one_block_per_pair"),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="nobody_blocks_themselves"),
        ]

    def __str__(self) -> str:
        return f"block {self.pk}"


class EndedBlock(models.Model):
    """A block that was taken back. While it lasted the two could not write to each other: what counts who could have
    written has to know that. Nobody sees it."""

    blocker = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    blocked = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    ended_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["blocker", "ended_at"], name="ended_blocks_of_blocker")]

    def __str__(self) -> str:
        return f"ended block {self.pk}"
