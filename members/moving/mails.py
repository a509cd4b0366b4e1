"""The mail to those who came with a list of members."""

from __future__ import annotations

from datetime import datetime

from members.mail.outbox import enqueue
from members.models import User
from members.moving.choices import MOVING_MAIL


def invitation(member: User, *, now: datetime) -> None:
    """There is an account for the member, and how they sign in to it for the first time."""
    enqueue(
        f"moving/invitation/{member.pk}",
        kind=MOVING_MAIL,
        to=member,
        template="moving/invitation",
        context={},
        now=now,
        quiet=True,
    )
