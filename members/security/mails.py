"""The mails about how a member signs in."""

from __future__ import annotations

from datetime import datetime

from django.utils.crypto import get_random_string

from members.mail.choices import ACCOUNT_MAIL
from members.mail.outbox import code_key, enqueue, has_had_enough, nobody
from members.models import FactorReset, User
from members.security.choices import SecurityChange
from members.security.queries import stop_token_of


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


def reset_asked(member: User, reset: FactorReset, *, now: datetime) -> None:
    """Somebody who has no second factor any more asked for the way back. Only its owner reads of it.

    Where there is nothing to ask for, `member` is nobody and the mail goes nowhere: the answer takes as long.
    """
    is_enough = has_had_enough("lost", to=member, address=member.email, browser="", now=now)
    _reset_mail(nobody() if is_enough else member, reset, now)


def reset_confirmed(reset: FactorReset, *, now: datetime) -> None:
    """Two of the staff agreed: when it will be done, and how its owner stops it."""
    _reset_mail(reset.member, reset, now)


def _reset_mail(to: User, reset: FactorReset, now: datetime) -> None:
    enqueue(
        code_key("lost", to, "") + get_random_string(12),
        kind=ACCOUNT_MAIL,
        to=to,
        template="account/lost",
        context={"token": stop_token_of(reset), "due_at": reset.due_at},
        now=now,
    )
