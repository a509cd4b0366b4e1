"""How the site looks to a member, and what it writes to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.crypto import get_random_string

from members import audit
from members.models import User


@transaction.atomic
def save_settings(*, member: User, looks: Mapping[str, object], muted_mail: Collection[str], now: datetime) -> User:
    """Store what differs. Mails switched on are noted like those switched off."""
    stored = User.objects.select_for_update(no_key=True).get(pk=member.pk)
    changed = [field for field, value in looks.items() if getattr(stored, field) != value]
    for field in changed:
        setattr(stored, field, looks[field])
    if changed:
        stored.save(update_fields=changed)
        audit.record("save-settings", stored, by=member, now=now, fields=changed)
    before, after = set(stored.muted_mail), set(muted_mail)
    if before != after:
        stored.muted_mail = list(muted_mail)
        stored.save(update_fields=["muted_mail"])
    if after - before:
        audit.record("switch-off-mail", stored, by=member, now=now, fields=["muted_mail"])
    if before - after:
        audit.record("switch-on-mail", stored, by=member, now=now, fields=["muted_mail"])
    return stored


@transaction.atomic
def drop_password(*, member: User, now: datetime) -> None:
    """No password opens this account any more, until its owner chooses one with a code from their mail."""
    member.set_password(get_random_string(50))
    member.save(update_fields=["password"])
    audit.record("drop-password", member, by=None, now=now, fields=["password"])
