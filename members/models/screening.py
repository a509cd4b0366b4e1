"""Which phrases does the screening look for, or leave alone, and who keeps them?"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from members.choices import TermKind
from members.models.account import User
from members.rules.screening import LONGEST_PATTERN


class ScreeningTermQuerySet(models.QuerySet["ScreeningTerm"]):
    def active(self) -> ScreeningTermQuerySet:
        """What the screening looks for now."""
        return self.filter(is_active=True)


class ScreeningTerm(models.Model):
    """A literal phrase, `〜` for a few letters in between. Never an expression: nobody can hang the site with one."""

    kind = models.CharField(max_length=10, choices=TermKind)
    pattern = models.CharField(max_length=LONGEST_PATTERN, unique=True)
    note = models.CharField(max_length=100, blank=True)  # why it is here, for the next moderator
    is_active = models.BooleanField(default=True)
    waits_for_second = models.BooleanField(default=False)  # it would stop many letters: another moderator has to agree
    changed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(null=True, blank=True)  # empty: as it came with the site

    objects = ScreeningTermQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["kind", "pattern"]

    def __str__(self) -> str:
        return f"screening term {self.pk}"
