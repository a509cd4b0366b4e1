"""`manage.py demo_data`: fill an empty database with a community and its year, or refresh what can be played."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from demo import staff_app
from demo.cast import PARTS, others
from demo.people import PASSWORD
from demo.playable import has_playable, refresh
from demo.year import Year
from kouryu.celery import app
from members.management.commands.setup_plans import set_up_plans
from members.models import User


class Command(BaseCommand):
    help = "Fill an empty database with a demo community, or with --refresh offer one evening to play through again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--accounts", type=Path, help="write the list of demo accounts to this CSV file")
        parser.add_argument("--refresh", action="store_true", help="only see to it that one evening can be played")
        parser.add_argument("--seed", type=int, default=20261)

    def handle(self, *, accounts: Path | None, refresh: bool, seed: int, **options: object) -> None:
        if settings.PRODUCTION:
            raise CommandError("Demo data is for development only.")
        # Nobody listens while the year is made: a wake-up per mail would only wait for a broker.
        app.conf.broker_url = "memory://"
        if refresh:
            self._refresh()
        else:
            self._fill(seed)
        if accounts:
            self._write(accounts)

    def _fill(self, seed: int) -> None:
        if User.objects.exists():
            raise CommandError("The database is not empty. Start over with bin/demo --fresh.")
        year = Year(timezone.now(), seed)
        set_up_plans(year.stage.now)
        year.play()
        self.stdout.write(f"{User.objects.count()} members and their year are ready.")

    def _refresh(self) -> None:
        now = timezone.now()
        if not has_playable(now):
            refresh(now)

    def _write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["role", "email", "password", "called_name", "interesting", "authenticator_key"])
            for part in PARTS:
                role = " ".join(part.roles) or "member"
                key = staff_app.KEY if part.roles else ""
                rows.writerow([role, f"{part.key}@example.jp", PASSWORD, part.person.name, part.interesting, key])
            for number, person in enumerate(others(), 1):
                rows.writerow(["member", f"member{number:02d}@example.jp", PASSWORD, person.name, "いつもの会員", ""])
