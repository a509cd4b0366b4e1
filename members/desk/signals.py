"""Keeps the search keys of a member true whenever a word that makes one is saved."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save

from members.desk.flows import write_keys
from members.models import NameOnRecord, Profile, User

# The columns that make keys, by table.
_WORDS = {User: {"email"}, Profile: {"called_name"}, NameOnRecord: {"name", "reading"}}


def connect() -> None:
    """Listen; called once, when the apps are ready."""
    for model in _WORDS:
        post_save.connect(_keep, sender=model, dispatch_uid=f"search-keys-{model.__name__}")


def _keep(
    sender: type, instance: Any, update_fields: frozenset[str] | None = None, raw: bool = False, **_: Any
) -> None:
    if update_fields is not None and not _WORDS[sender] & set(update_fields):
        return
    write_keys(instance if isinstance(instance, User) else instance.member)
