"""The mails of this app: one function per mail. None holds a word that a member wrote."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from members import outbox
from members.choices import MailKind
from members.models import User

# --- letters


def letters_arrived(receiver: User, *, now: datetime) -> None:
    """Words have come: at most one such mail a day, however many letters came."""
    outbox.put(
        f"letter/arrived/{receiver.pk}/{timezone.localdate(now)}",
        kind=MailKind.LETTER,
        to=receiver,
        template="letter/arrived",
        context={},
        now=now,
        quiet=not settings.LETTER_NIGHT,  # a shortened night has no quiet hours
    )
