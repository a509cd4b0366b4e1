"""Which optional mails a member wants: switching one kind off, and taking a rest from all of them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from members.accounts.locks import lock_member
from members.audit import audit
from members.mail.kinds import MailKind
from members.models import User


@transaction.atomic
def switch_off(*, member_id: int, kind: MailKind, now: datetime) -> None:
    """Stop mails of this kind to the member, also those that wait in the outbox. A second time changes nothing."""
    member = lock_member(member_id)
    if kind in member.muted_mail:
        return
    member.muted_mail = [*member.muted_mail, kind]
    member.save(update_fields=["muted_mail"])
    audit.record("switch-off-mail", member, by=member, now=now, fields=["muted_mail"])


@transaction.atomic
def take_rest(*, by: User, now: datetime) -> None:
    """From now on `by` gets no suggestion and no optional mail but reminders of seats they hold. Twice is once."""
    member = lock_member(by.pk)
    if member.paused_at is None:
        _set_rest(member, now, now=now)


@transaction.atomic
def end_rest(*, by: User, now: datetime) -> None:
    """As before the rest; what would have come meanwhile is not sent later. Who does not rest stays as they are."""
    member = lock_member(by.pk)
    if member.paused_at is not None:
        _set_rest(member, None, now=now)


def _set_rest(member: User, since: datetime | None, *, now: datetime) -> None:
    member.paused_at = since
    member.save(update_fields=["paused_at"])
    audit.record("take-rest" if since else "end-rest", member, by=member, now=now, fields=["paused_at"])
