"""The sessions of members, so that each can be listed and ended."""

from __future__ import annotations

from importlib import import_module
from typing import ClassVar

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.crypto import salted_hmac

from members.accounts.models import User
from members.security.choices import OPEN_RESETS, ResetState


class MemberSession(AbstractBaseSession):
    """A session of Django's, of one member or of a visitor; it goes with its account."""

    member = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="sessions")

    def __str__(self) -> str:
        return f"session of user {self.member_id}"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
        return store

    @property
    def handle(self) -> str:
        """By what a page names it: the key itself signs in."""
        return salted_hmac("members.security.session", self.session_key, algorithm="sha256").hexdigest()[:32]


class FactorResetQuerySet(models.QuerySet["FactorReset"]):
    def open(self) -> FactorResetQuerySet:
        return self.filter(state__in=OPEN_RESETS)


class FactorReset(models.Model):
    """A member lost every second factor: two of the staff agree, a day passes, then all of them are taken off."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="factor_resets")
    state = models.CharField(max_length=9, choices=ResetState, default=ResetState.ASKED)
    words = models.TextField(blank=True)  # of who asks: how staff may find out who it is
    # Of later requests while it is open: `at` and `words` of each. Who asked first may have been somebody else.
    later_words = models.JSONField(default=list, blank=True)
    asked_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)  # done, stopped or declined

    objects = FactorResetQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member"],
                condition=models.Q(state__in=["asked", "proposed", "confirmed"]),
                name="one_open_factor_reset",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("proposed_by")),
                name="two_agree_to_a_reset",
            ),
            models.CheckConstraint(
                condition=(models.Q(proposed_by=None) | ~models.Q(proposed_by=models.F("member")))
                & (models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("member"))),
                name="nobody_resets_themselves",
            ),
        ]

    def __str__(self) -> str:
        return f"reset {self.pk} of user {self.member_id}"
