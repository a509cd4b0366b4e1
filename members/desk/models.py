"""What staff hold about members: the names on record, notes, and who opened whose page."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models

from members.accounts.choices import Role
from members.accounts.models import User
from members.desk.choices import Purpose, SearchKind, StaffAct
from members.desk.limits import LOOKS, NOTES, SEARCHES


class NameOnRecord(models.Model):
    """The name by which a bank and the accounts know a member. Shown to the member and to the desk only."""

    member = models.OneToOneField(User, on_delete=models.CASCADE, related_name="name_on_record", primary_key=True)
    name = models.CharField(max_length=NOTES.name_at_most)
    reading = models.CharField(max_length=NOTES.name_at_most, blank=True)
    version = models.PositiveIntegerField(default=1)  # whoever saves says which one they have seen

    def __str__(self) -> str:
        return f"name of user {self.member_id}"


class SearchKey(models.Model):
    """A word by which the desk finds a member, as `folded` leaves it. Written where the word itself is written."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="search_keys")
    kind = models.CharField(max_length=8, choices=SearchKind)
    words = models.CharField(max_length=SEARCHES.longest_key, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "kind"], name="one_search_key_per_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of user {self.member_id}"


class StaffNote(models.Model):
    """Words of staff about a member, or the reason of an act at their page. The member can ask for them."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="staff_notes")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    role = models.CharField(max_length=10, choices=Role, default=Role.DESK)  # of the writer; others do not read it
    at = models.DateTimeField()
    act = models.CharField(max_length=20, choices=StaffAct, blank=True)  # empty: a note by itself
    words = models.TextField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["member", "-at"], name="notes_of_member")]

    def __str__(self) -> str:
        return f"note about user {self.member_id}"


class LookQuerySet(models.QuerySet["Look"]):
    def open_at(self, now: datetime) -> LookQuerySet:
        """Those that still open the page."""
        return self.filter(at__lte=now, at__gt=now - LOOKS.open_for)


class Look(models.Model):
    """Somebody on the staff opened the page of a member: in which role, why, when. The member reads it."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="looks")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    role = models.CharField(max_length=10, choices=Role)
    purpose = models.CharField(max_length=10, choices=Purpose)
    words = models.CharField(max_length=LOOKS.words_at_most, blank=True)
    at = models.DateTimeField()

    objects = LookQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["member", "-at"], name="looks_at_member")]

    def __str__(self) -> str:
        return f"look at user {self.member_id}"
