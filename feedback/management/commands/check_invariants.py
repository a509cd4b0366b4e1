"""`manage.py check_invariants`: are the books in order?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from events import invariants as events
from feedback import invariants as feedback
from members import invariants as members

CHECKS = [*members.CHECKS, *events.CHECKS, *feedback.CHECKS]


class Command(BaseCommand):
    """Lives in the top app, because only that one sees all three."""

    help = "Proves what must always be true of seats, letters, ties, mails, paid days. Exits 1 with a list if not."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        breaches = [f"{check.__name__}: {sentence}" for check in CHECKS for sentence in check(now)]
        for breach in breaches:
            self.stdout.write(breach)
        if breaches:
            self.stderr.write(f"{len(breaches)} breaches in {len(CHECKS)} checks")
            raise SystemExit(1)
        self.stdout.write(f"all {len(CHECKS)} checks hold")
