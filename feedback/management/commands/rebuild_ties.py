"""manage.py rebuild_ties: are dots, lines and faces what the ledger says? If not, they are now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from feedback.ties.flows.network import rebuild_all

CHANGED = 1


class Command(BaseCommand):
    help = "Recompute who has met whom and what became of it, from the ledger. Exit code 1: something was not right."

    def handle(self, *args: Any, **options: Any) -> None:
        changes = rebuild_all()
        self.stdout.write(f"{changes.checked} pairs checked, {changes.changed} changed")
        if changes.changed:
            raise SystemExit(CHANGED)
