"""Seal what waits in the record of acts; with --anew, stamp and seal all of it with the key of today."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from members.audit import flows as sealing
from members.invariants import audit as audit_invariants


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anew", action="store_true", help="before an earlier SECRET_KEY is given up")

    def handle(self, *args: Any, anew: bool, **options: Any) -> None:
        now = timezone.now()
        if not anew:
            self.stdout.write(f"{sealing.seal_lines(now=now)} lines sealed.")
            return
        if any(
            check(now) for check in (audit_invariants.audit_lines_are_as_written, audit_invariants.audit_seals_hold)
        ):
            raise CommandError("The record of acts is not as the site wrote it: see manage.py check_invariants first.")
        self.stdout.write(f"{sealing.seal_anew(now=now)} lines stamped and sealed anew.")
