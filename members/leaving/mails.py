"""The mails about an account that goes."""

from __future__ import annotations

from datetime import datetime

from members.leaving.choices import FAREWELL_MAIL, LEAVING_MAIL
from members.leaving.limits import LEAVING
from members.mail.outbox import enqueue
from members.models import Departure, User


def leaving_begun(departure: Departure, *, now: datetime) -> None:
    """What was asked for, the day it happens, and the way back: also when the desk began it."""
    _about(departure, "begun", now=now)


def leaving_soon(departure: Departure, *, now: datetime) -> bool:
    """A few days before, once. Returns whether it was written."""
    return _about(departure, "reminder", now=now, quiet=True)


def _about(departure: Departure, template: str, *, now: datetime, quiet: bool = False) -> bool:
    return enqueue(
        f"leaving/{template}/{departure.member_id}/{departure.asked_at:%Y%m%d%H%M%S}",
        kind=LEAVING_MAIL,
        to=departure.member,
        template=f"leaving/{template}",
        context={"due_at": departure.due_at, "by_desk": departure.asked_by_id is not None},
        now=now,
        quiet=quiet,
        expires_at=departure.due_at,
    )


def account_swept(member: User, *, now: datetime) -> None:
    """The last mail to an address whose account was never let in. It is deleted once it has left."""
    enqueue(
        f"leaving/swept/{member.pk}",
        kind=FAREWELL_MAIL,
        to=member,
        template="leaving/swept",
        context={},
        now=now,
        quiet=True,
    )


def account_deleted(member: User, *, now: datetime) -> None:
    """The last mail to this address. It belongs to no account any more, and is deleted once it has left."""
    enqueue(
        f"leaving/done/{member.pk}",
        kind=FAREWELL_MAIL,
        to=member,
        template="leaving/done",
        context={"remembered_for": LEAVING.remembered_for},
        now=now,
    )
