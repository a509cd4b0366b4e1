"""The mails about letters: one function per mail. None holds a word that a member wrote."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from feedback.letters.choices import LETTER_MAIL
from members.mail import outbox
from members.models import User
from members.standing.choices import SAFETY_MAIL

# --- letters


def letters_arrived(receiver: User, *, now: datetime) -> None:
    """Words have come: at most one such mail a day, however many letters came."""
    outbox.enqueue(
        f"letter/arrived/{receiver.pk}/{timezone.localdate(now)}",
        kind=LETTER_MAIL,
        to=receiver,
        template="letter/arrived",
        context={},
        now=now,
        quiet=True,
    )


def anonymous_picks_dropped(giver: User, *, now: datetime) -> None:
    """To the giver: picks left without a name were never released and are forgotten. Never for whom they were."""
    outbox.enqueue(
        f"nameless/dropped/{giver.pk}/{timezone.localdate(now)}",
        kind=SAFETY_MAIL,
        to=giver,
        template="anonymous-picks/dropped",
        context={},
        now=now,
        quiet=True,
    )
