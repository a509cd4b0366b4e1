"""`manage.py check_invariants`: proves that the books are in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from events.invariants import seats as events
from feedback.invariants import cases as feedback
from members.audit.checking import Check
from members.invariants import members

CHECKS = [*members.CHECKS, *events.CHECKS, *feedback.CHECKS]
SHOWN = 20  # rows of one check: more of a kind say no more


class Command(BaseCommand):
    """Lives in the top app, because only that one sees all three."""

    help = "Proves what must always be true, as docs/invariants.md lists it. Exits 1 with rows and next steps if not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", action="append", metavar="NAME", help="run this check alone; may be repeated")

    def handle(self, *args: Any, only: list[str] | None, **options: Any) -> None:
        checks = _chosen(only)
        now = timezone.now()
        breaches = 0
        for check in checks:
            found = _found_by(check, now)
            breaches += len(found)
            for line in _lines_of(check, found):
                self.stdout.write(line)
        if breaches:
            self.stderr.write(f"{breaches} breaches in {len(checks)} checks")
            raise SystemExit(1)
        self.stdout.write(f"all {len(checks)} checks hold")


def breaches_at(now: datetime, checks: Iterable[Check] = CHECKS) -> list[str]:
    """All that is not in order, as the command lists it but for the next steps."""
    return [f"{check.__name__}: {sentence}" for check in checks for sentence in _found_by(check, now)]


def _found_by(check: Check, now: datetime) -> list[str]:
    """A value that no check can read is a breach too, and hides none of the others."""
    try:
        return check(now)
    except Exception as error:  # whatever somebody wrote into a column
        return [f"could not be asked: {type(error).__name__}: {error}"]


def _chosen(names: list[str] | None) -> list[Check]:
    if not names:
        return CHECKS
    known = {check.__name__: check for check in CHECKS}
    if unknown := sorted(set(names) - known.keys()):
        raise CommandError(f"No check is called {', '.join(unknown)}. docs/invariants.md lists them.")
    return [known[name] for name in dict.fromkeys(names)]


def _lines_of(check: Check, found: list[str]) -> Iterator[str]:
    if not found:
        return
    for sentence in found[:SHOWN]:
        yield f"{check.__name__}: {sentence}"
    if len(found) > SHOWN:
        yield f"{check.__name__}: and {len(found) - SHOWN} more"
    yield f"{check.__name__}: → {check.next_step}"  # type: ignore[attr-defined]  # set by `then`
