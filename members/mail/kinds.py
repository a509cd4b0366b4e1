"""Kinds of mail, each declared once in the chapter that writes it; every page, limit and check reads this list."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.utils.functional import Promise

Words = Promise | str  # of the interface, said in the reader's language when they are read

KINDS: dict[str, MailKind] = {}


class MailKind(str):
    """A kind of mail: its name, as the outbox's rows hold it, and what members are promised of it."""

    label: Words = ""
    place: int = 0  # among the kinds that a member can switch off, on the page of settings; 0: it always comes
    is_reminder: bool = (
        False  # of a seat that the member holds: it comes although they rest, and takes no place of the week
    )
    goes_to_strangers: bool = False  # to an address that has no account: an invitation
    is_told_once: bool = False  # by no sweep that asks again: one too many for its week is never sent (0023)

    @property
    def is_optional(self) -> bool:
        return self.place > 0

    @property
    def is_weekly(self) -> bool:
        """Of these at most OPTIONAL.a_week (limits.py) reach a member within seven days."""
        return self.is_optional and not self.is_reminder


def mail_kind(
    name: str,
    label: Words,
    *,
    place: int = 0,
    is_reminder: bool = False,
    is_told_once: bool = False,
    goes_to_strangers: bool = False,
) -> MailKind:
    """Declare a kind; call it from the `choices.py` of a chapter, which queries and mails both may import.

    Refused with a ValueError: a name or a place that another kind has.
    """
    if name in KINDS or (place and any(kind.place == place for kind in KINDS.values())):
        raise ValueError(f"another kind of mail is called {name!r} or has place {place}")
    kind = KINDS[name] = MailKind(name)
    kind.label, kind.place, kind.is_reminder, kind.is_told_once = label, place, is_reminder, is_told_once
    kind.goes_to_strangers = goes_to_strangers
    return kind


def import_all() -> None:
    """Import the `choices` of every chapter, so that a worker and a command know each kind, as a page does."""
    for app in apps.get_app_configs():
        for file in sorted(Path(app.path).glob("*/choices.py")):
            import_module(f"{app.name}.{file.parent.name}.choices")


def kind_named(name: str) -> MailKind:
    """The kind that a row names; one that is declared no more always comes."""
    return KINDS.get(name) or MailKind(name)


def optional_kinds() -> list[MailKind]:
    """Those that a member can switch off, as the page of settings lists them."""
    return sorted((kind for kind in KINDS.values() if kind.is_optional), key=lambda kind: kind.place)


def weekly_kinds() -> list[MailKind]:
    """Those that share the few places of a member's week."""
    return [kind for kind in optional_kinds() if kind.is_weekly]
