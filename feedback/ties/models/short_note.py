"""Short notes between two tied members, and who agreed to have their words checked."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from feedback.ties.limits import SHORT_NOTES
from feedback.ties.models.tie import Tie
from members.models import User


class ShortNoteQuerySet(models.QuerySet["ShortNote"]):
    def since_formed(self) -> ShortNoteQuerySet:
        """Those of ties that hold; what was written before a tie ended does not come back with a new beginning."""
        return self.filter(tie__ended_at=None, written_at__gte=F("tie__formed_at"))

    def to(self, member: User) -> ShortNoteQuerySet:
        """Those that the other end of a tie wrote to `member`."""
        return self.filter(Q(tie__first=member) | Q(tie__second=member)).exclude(writer=member)

    def written_on(self, midnight: datetime, next_midnight: datetime) -> ShortNoteQuerySet:
        """Those of one day, given by its two midnights."""
        return self.filter(written_at__gte=midnight, written_at__lt=next_midnight)


class ShortNote(models.Model):
    """A few plain words from one tied member to the other. Nobody else reads them, unless the receiver reports one."""

    tie = models.ForeignKey(Tie, on_delete=models.CASCADE, related_name="short_notes")
    writer = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(max_length=SHORT_NOTES.words)
    written_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)  # the receiver's own mark; the writer is never told

    objects = ShortNoteQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tie", "-written_at"], name="notes_of_tie"),
            # Read for the limits of a day.
            models.Index(fields=["writer", "written_at"], name="notes_of_writer"),
        ]

    def __str__(self) -> str:
        return f"short note {self.pk}"


class CheckConsentQuerySet(models.QuerySet["CheckConsent"]):
    def in_force(self, version: str) -> CheckConsentQuerySet:
        """Those given to this version and not taken back. To another text nobody has agreed yet."""
        return self.filter(version=version, revoked_at=None)


class CheckConsent(models.Model):
    """A member agreed that a program reads their words to others before they go; the history stays."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="check_consents")
    version = models.CharField(max_length=10)
    given_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = CheckConsentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member", "version"], condition=Q(revoked_at=None), name="one_check_consent_per_version"
            ),
        ]

    def __str__(self) -> str:
        return f"check consent {self.pk}"
