"""What becomes of the rows of somebody whose account goes: each chapter says it of its own tables, in `leaving.py`.

A lower app cannot know the tables of an upper one. It runs what is declared here, and a test finds each table with a
key to an account that no chapter names, or two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from django.apps import apps
from django.db.models import Model

Table = type[Model]
Act = TypeVar("Act", bound=Callable[..., Any])


@dataclass(frozen=True)
class Parting:
    """What one function does with the rows of some tables, in the transaction of the account that goes."""

    act: Callable[..., None]
    tables: tuple[Table, ...]
    is_last: bool

    @property
    def app(self) -> str:
        return self.act.__module__.partition(".")[0]


@dataclass(frozen=True)
class Stay:
    """Why rows of a table stay when the account goes, and how long."""

    why: str
    until: str


PARTINGS: list[Parting] = []
STAYS: dict[Table, Stay] = {}
HOLDS: list[Callable[..., bool]] = []
NOTICES: list[Callable[..., None]] = []
REMEMBERED: dict[str, Callable[..., Any]] = {}


def on_leaving(*tables: Table, last: bool = False) -> Callable[[Act], Act]:
    """Declare what becomes of the rows of these tables; called with the account and `now`, once, under its lock.

    `last`: after all others, since they still need what it takes away.
    """

    def declare(act: Act) -> Act:
        PARTINGS.append(Parting(act, tables, last))
        return act

    return declare


def stays(*tables: Table, why: str, until: str) -> None:
    """Declare tables that name an account and stay as they are: they then name somebody who is nobody any more."""
    for table in tables:
        STAYS[table] = Stay(why, until)


def holds_leaving(hold: Act) -> Act:
    """Declare a question: whether the account has to wait, such as for an evening that is going on."""
    HOLDS.append(hold)
    return hold


def on_asking_to_leave(notice: Act) -> Act:
    """Declare whom to tell that an account is about to go; called with it, the day it goes, and `now`."""
    NOTICES.append(notice)
    return notice


def remembers(key: str) -> Callable[[Act], Act]:
    """Declare what a new account with the same address may not shed; the function gives it as JSON, or None."""

    def declare(fact: Act) -> Act:
        REMEMBERED[key] = fact
        return fact

    return declare


def import_all() -> None:
    """Import the `leaving` of every chapter, so that each table is declared."""
    for app in apps.get_app_configs():
        for file in sorted(Path(app.path).glob("*/leaving.py")):
            import_module(f"{app.name}.{file.parent.name}.leaving")


def in_order() -> list[Parting]:
    """From the upper apps down: what is above still reads what is below."""
    place = {app.name: -number for number, app in enumerate(apps.get_app_configs())}
    return sorted(PARTINGS, key=lambda one: (one.is_last, place[one.app]))


def is_held(account: Model, now: datetime) -> bool:
    """Whether any chapter asks to wait."""
    return any(hold(account, now=now) for hold in HOLDS)


def facts_to_remember(account: Model, now: datetime) -> dict[str, Any]:
    """What the chapters want to know again of a new account with the same address."""
    told = {key: fact(account, now=now) for key, fact in REMEMBERED.items()}
    return {key: fact for key, fact in told.items() if fact}
