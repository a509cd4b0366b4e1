"""Which mails are to leave, and which have left? One row per mail, one mail per key."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from kouryu.clock import CLOCKS_DIFFER
from members.accounts.models import User
from members.mail.choices import ACCOUNT_MAIL, ENDED_MAIL, CodeMail, MailState
from members.mail.limits import OUTBOX
from members.mail.rules import LONGEST_PAUSE

NO_WORDS = {"subject": "", "text": "", "html": "", "calendar": ""}  # what a mail becomes whose words are forgotten


CODE_KEYS = tuple(f"account/{what}/" for what in CodeMail)


HOLDS_CODE = Q(kind=ACCOUNT_MAIL) & reduce(or_, [Q(key__startswith=start) for start in CODE_KEYS])


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def due(self, now: datetime) -> OutgoingMailQuerySet:
        """Waiting and ripe, or claimed by a worker whose lease ran out, or is longer than a lease can be."""
        longest = now + settings.MAIL_LEASE_FOR + CLOCKS_DIFFER
        return self.filter(
            Q(state=MailState.QUEUED, send_after__lte=now)
            | Q(state=MailState.SENDING, claimed_until__lte=now)
            | Q(state=MailState.SENDING, claimed_until__gt=longest)
        )

    def from_the_future(self, now: datetime) -> OutgoingMailQuerySet:
        """Waiting, but written by a clock that was ahead, or put off by one for longer than any mail is put off."""
        written = Q(queued_at__gt=now + CLOCKS_DIFFER)
        put_off = ~Q(last_error="") & Q(send_after__gt=now + LONGEST_PAUSE + CLOCKS_DIFFER)
        return self.filter(written | put_off, state=MailState.QUEUED, send_after__gt=now)

    def codes(self) -> OutgoingMailQuerySet:
        """Those with a code that lets somebody in."""
        return self.filter(HOLDS_CODE)

    def to_be_forgotten(self, now: datetime) -> OutgoingMailQuerySet:
        """Those that still have words which nobody may need: of codes that are over, and of what was over long ago."""
        ended_by = now - OUTBOX.words_kept_for
        old = Q(sent_at__lte=ended_by) | Q(sent_at=None, expires_at__lte=ended_by)
        return self.filter(HOLDS_CODE | old, state__in=ENDED_MAIL).exclude(**NO_WORDS)


class OutgoingMail(models.Model):
    """A finished mail. Written in the flow's transaction, claimed by a conditional UPDATE, sent, then marked."""

    key = models.CharField(max_length=150, unique=True)
    kind = models.CharField(max_length=12)  # the name of a `MailKind`
    to = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="mails")
    address = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    calendar = models.TextField(blank=True)  # an iCalendar file
    calendar_method = models.CharField(max_length=10, blank=True)  # REQUEST or CANCEL
    state = models.CharField(max_length=8, choices=MailState, default=MailState.QUEUED)
    queued_at = models.DateTimeField()
    send_after = models.DateTimeField()
    expires_at = models.DateTimeField()  # never late by years: dropped unsent after this
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)  # claims, but for those that met no server
    refusals = models.PositiveSmallIntegerField(default=0, db_default=0)  # the server said: not now
    doubts = models.PositiveSmallIntegerField(default=0, db_default=0)  # nobody knows whether the server took it
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            # Read by the deliverer's sweep.
            models.Index(
                fields=["send_after", "id"], condition=Q(state__in=["queued", "sending"]), name="mail_waiting"
            ),
            # Read before a code is sent.
            models.Index(fields=["address", "queued_at"], condition=Q(kind="account"), name="mail_of_account"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def holds_code(self) -> bool:
        return self.key.startswith(CODE_KEYS)
