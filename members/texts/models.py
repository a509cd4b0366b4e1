"""Texts that members write for others as they were judged, and the terms that the screening looks for."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from members.accounts.models import User
from members.texts.choices import TermKind, TextKind, TextState
from members.texts.limits import PATTERNS


class ScreeningTermQuerySet(models.QuerySet["ScreeningTerm"]):
    def active(self) -> ScreeningTermQuerySet:
        """What the screening looks for now."""
        return self.filter(is_active=True)


class ScreeningTerm(models.Model):
    """A literal phrase, `〜` for a few letters in between. Never an expression: nobody can hang the site with one."""

    kind = models.CharField(max_length=10, choices=TermKind)
    pattern = models.CharField(max_length=PATTERNS.at_most, unique=True)
    note = models.CharField(max_length=PATTERNS.note, blank=True)  # why it is here, for the next moderator
    is_active = models.BooleanField(default=True)
    waits_for_second = models.BooleanField(default=False)  # it would stop many letters: another moderator has to agree
    changed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(null=True, blank=True)  # empty: as it came with the site

    objects = ScreeningTermQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["kind", "pattern"]

    def __str__(self) -> str:
        return f"screening term {self.pk}"


class JudgedText(models.Model):
    """One text that was stopped or judged. Until it is cleared its words stand here and nowhere else.

    The row of the page (a registration, an event) never holds words that must not be shown, so no page can show them.
    """

    kind = models.CharField(max_length=12, choices=TextKind)
    writer = models.ForeignKey(User, on_delete=models.CASCADE, related_name="judged_texts")
    about = models.PositiveBigIntegerField(default=0)  # the event, or the row that holds the words; 0: not kept yet
    state = models.CharField(max_length=8, choices=TextState, default=TextState.ASKED)
    words = models.TextField(blank=True)  # held, cleared or hidden; empty of a text that was only asked to be mended
    reason = models.CharField(max_length=12, blank=True)  # a `ScreeningKind`
    finds = models.PositiveSmallIntegerField(default=0)
    refused_digest = models.CharField(max_length=64, blank=True)  # of the words last refused
    refused_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "changed_at"], name="texts_by_state")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "writer", "about"], name="one_judged_text_per_place"),
        ]

    def __str__(self) -> str:
        return f"text {self.pk}"
