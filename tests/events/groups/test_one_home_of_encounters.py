"""Who met whom is asked of `Seat.encounters`, and of nothing else (docs/decisions/0050)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ["members", "events", "feedback", "demo"]
# The chapter of groups moves seats; the checks prove the books by a reading of their own; migrations are history.
HOMES = ("events/groups/", "events/invariants/", "feedback/invariants/")
# From a seat or a group to the seats of the others in it.
OTHERS = re.compile(r"^(group(_id|__pk|__id)?__in|group__seats.*|group_seats__group__.*|(.*__)?seats__group__.*)$")


def names_in(source: str) -> Iterator[tuple[int, str]]:
    """Line and name of every keyword and every word that could be the path of a lookup."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword) and node.arg:
            yield node.value.lineno, node.arg
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def joins_seats(source: str) -> list[int]:
    return [line for line, name in names_in(source) if OTHERS.match(name)]


def test_seats_of_one_group_are_joined_in_one_place():
    found = [
        f"{file.relative_to(ROOT)}:{line}"
        for app in APPS
        for file in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in file.parts and not str(file.relative_to(ROOT)).startswith(HOMES)
        for line in joins_seats(file.read_text())
    ]
    assert found == [], "ask Seat.encounters, or Seat.objects.in_groups_of where a name was only shown"


def test_a_new_copy_would_be_found():
    assert joins_seats('Seat.objects.filter(group__in=mine.values("group"), member=other)') == [1]
    assert joins_seats("Seat.objects.seen().filter(member=one, group__seats__member=other)") == [1]
    assert joins_seats("User.objects.filter(group_seats__group__seats__member=one)") == [1]
    assert joins_seats("Seat.objects.filter(group_id__in=[seat.group_id for seat in mine])") == [1]
    assert joins_seats("Event.objects.filter(rounds__seats__group__in=mine)") == [1]
    assert joins_seats('Q(**{"group__seats__member": one})') == [1]
    assert joins_seats("Group.objects.filter(seats__member=member)") == []
