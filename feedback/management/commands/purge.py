"""manage.py purge: lets go of whatever has had its time, or says what would go."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from feedback.insight.retention import RULES, purge, what_would_go


class Command(BaseCommand):
    help = "Let go of all rows and words whose time is over (feedback/insight/retention.py), as beat does each night."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would go, and change nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        now = timezone.now()
        numbers = what_would_go(now) if dry_run else purge(now=now)
        for rule in RULES:
            kept = f"{rule.kept_for.days} days" if rule.kept_for else "no time"
            self.stdout.write(f"{numbers[rule.name]:>7}  {rule.name}: {rule.what}; kept for {kept}, since {rule.why}")
        self.stdout.write(f"{sum(numbers.values())} {'would go' if dry_run else 'gone'}")
