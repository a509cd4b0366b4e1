"""What changed a member's way, and who stands behind it?"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef

from feedback.models.introduction import Introduction
from members.models import Block, User


class TurningPoint(models.Model):
    """A change that a member wrote down for themselves; nobody else ever reads it."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="turning_points")
    title = models.CharField(max_length=80)
    month = models.DateField()  # its first day
    words = models.TextField(max_length=2000, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["member", "month"], name="turning_points_of_member")]

    def __str__(self) -> str:
        return f"turning point {self.pk}"


class PersonBehindQuerySet(models.QuerySet["PersonBehind"]):
    def agreed(self) -> PersonBehindQuerySet:
        """Whose name stands there now, for the owner: a block by the other one changes nothing that they see."""
        return self._unblocked(reader="turning_point__member", other="person").filter(agreed=True, taken_back_at=None)

    def asking(self, person: User) -> PersonBehindQuerySet:
        """What `person` is asked and has not answered."""
        return self._read_by(person).filter(asks=True, agreed=None, taken_back_at=None)

    def agreed_by(self, person: User) -> PersonBehindQuerySet:
        """Where the name of `person` stands, for them to take it away."""
        return self._read_by(person).filter(agreed=True, taken_back_at=None)

    def _read_by(self, person: User) -> PersonBehindQuerySet:
        return self._unblocked(reader="person", other="turning_point__member").filter(person=person)

    def _unblocked(self, *, reader: str, other: str) -> PersonBehindQuerySet:
        """Where neither has left, and the one who reads does not block the other."""
        blocks = Block.objects.filter(blocker=OuterRef(reader), blocked=OuterRef(other))
        return self.filter(~Exists(blocks), turning_point__member__is_active=True, person__is_active=True)


class PersonBehind(models.Model):
    """Somebody whom the owner of a turning point would like to name; nothing shows before they agree.

    A no, no answer and a name taken away again all look to the owner as they did before the answer.
    """

    turning_point = models.ForeignKey(TurningPoint, on_delete=models.CASCADE, related_name="people_behind")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    asks = models.BooleanField(default=True)  # False: they said no to the same member before and are not asked again
    asked_at = models.DateTimeField()
    agreed = models.BooleanField(null=True, blank=True)  # None: no answer
    answered_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)  # by the owner

    objects = PersonBehindQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "agreed"], name="asked_behind")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["turning_point", "person"], name="one_row_per_person_behind"),
        ]

    def __str__(self) -> str:
        return f"person behind {self.turning_point_id}"


class IntroducerThanks(models.Model):
    """Thanks, perhaps years later, to whoever brought two people together. Without words: a name and a day."""

    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, related_name="late_thanks")
    giver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    thanked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["introduction", "giver"], name="one_thanks_per_introduction"),
        ]

    def __str__(self) -> str:
        return f"thanks for introduction {self.introduction_id}"
