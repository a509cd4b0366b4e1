"""Lists of members that were sent in, and those who came with one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from members.accounts.models import User
from members.moving.choices import ImportState
from members.moving.limits import LISTS


class MemberImport(models.Model):
    """A list of members in a file: who sent it when, what was found in it, what became of it.

    The file stands here, so that every web process checks and runs the same bytes, until it was run or is a day old.
    """

    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    sent_at = models.DateTimeField()
    file_name = models.CharField(max_length=LISTS.file_name)
    state = models.CharField(max_length=7, choices=ImportState, default=ImportState.WAITING)
    content = models.TextField(blank=True)  # encrypted; the bytes of the file in base64
    findings = models.TextField(blank=True)  # encrypted; what the last check found (`members.moving.queries.Findings`)
    rows_read = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(default=0)
    already_here = models.PositiveIntegerField(default=0)
    faulty = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)  # run or dropped

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["sent_at"], condition=models.Q(state=ImportState.WAITING), name="member_import_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"import {self.pk}"


class MovedIn(models.Model):
    """A member came with a list, under this address; and when they were invited."""

    member = models.OneToOneField(User, on_delete=models.CASCADE, related_name="moved_in", primary_key=True)
    source = models.ForeignKey(MemberImport, on_delete=models.PROTECT, related_name="people")
    # As the list says: whoever changes theirs later is still known when the list comes again.
    address = models.EmailField(unique=True)
    invited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["member"], condition=models.Q(invited_at=None), name="moved_in_uninvited"),
        ]

    def __str__(self) -> str:
        return f"user {self.member_id} came with import {self.source_id}"
