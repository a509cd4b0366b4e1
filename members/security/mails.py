"""The mails about how a member signs in."""

from __future__ import annotations

from datetime import datetime

from django.utils.crypto import get_random_string

from members.mail.choices import ACCOUNT_MAIL
from members.mail.outbox import enqueue
from members.models import User
from members.security.choices import SecurityChange


def security_changed(member: User, *, change: SecurityChange, now: datetime) -> None:
    """Told after each change, so that one that was not the member's own is noticed; each is a mail of its own."""
    enqueue(
        f"account/security/{member.pk}/{get_random_string(12)}",
        kind=ACCOUNT_MAIL,
        to=member,
        template="account/security",
        context={"change": change, "changed_at": now},
        now=now,
    )
