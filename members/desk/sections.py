"""Parts of a member's page at the desk, each declared in the chapter that knows its facts.

`<chapter>/desk.py` declares them; the page reads this list, and a role is shown only its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import apps
from django.utils.functional import Promise

from members.accounts.choices import Role
from members.models import User

Read = Callable[[User, User, datetime], Mapping[str, Any]]


@dataclass(frozen=True)
class MemberSection:
    """A part of the page: for whom of the staff besides the owner, and what its template gets."""

    key: str
    title: Promise
    place: int
    roles: frozenset[str]
    template: str
    read: Read
    depends_on: Role | None = None  # the role without which these facts would need somebody's care

    def is_for(self, roles: frozenset[str]) -> bool:
        return bool(roles & {*self.roles, Role.OWNER.value})


SECTIONS: dict[str, MemberSection] = {}


def section(
    key: str,
    title: Promise,
    *,
    place: int,
    roles: tuple[Role, ...],
    template: str,
    depends_on: Role | None = None,
) -> Callable[[Read], Read]:
    """Declare the function below a part of the page; it gets the member, the reader and the moment.

    Refused with a ValueError: a key or a place that another part has.
    """
    if key in SECTIONS or any(place == other.place for other in SECTIONS.values()):
        raise ValueError(f"another part of the page is called {key!r} or has place {place}")

    def declare(read: Read) -> Read:
        open_to = frozenset(role.value for role in roles)
        SECTIONS[key] = MemberSection(key, title, place, open_to, template, read, depends_on)
        return read

    return declare


def import_all() -> None:
    """Import the `desk` of every chapter, so that each part is declared."""
    for app in apps.get_app_configs():
        for file in sorted(Path(app.path).glob("*/desk.py")):
            import_module(f"{app.name}.{file.parent.name}.desk")


def sections_for(roles: frozenset[str]) -> list[MemberSection]:
    """What somebody with these roles may read, in the order of the page."""
    return sorted((one for one in SECTIONS.values() if one.is_for(roles)), key=lambda one: one.place)


def shaken_by(role: Role, member: User, reader: User, now: datetime) -> list[dict[str, Any]]:
    """The parts that need somebody's care when the member loses this role, with their facts."""
    parts = [one for one in SECTIONS.values() if one.depends_on == role]
    return [{"section": one, **one.read(member, reader, now)} for one in parts]


# --- what else a member is found by

Find = Callable[[str], list[int]]
_FINDERS: list[Find] = []


def finder(find: Find) -> Find:
    """Declare a function that knows members by a line of the search, such as an order by its reference."""
    _FINDERS.append(find)
    return find


def found_elsewhere(line: str) -> list[int]:
    """The ids that the chapters know by this line."""
    return [pk for find in _FINDERS for pk in find(line)]
