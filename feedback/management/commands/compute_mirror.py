"""`manage.py compute_mirror FILE`: what the mirror page would show for these letters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser

from feedback.letters.strengths import strengths
from feedback.mirror.rules import mirror_file
from feedback.mirror.rules.mirror import figures, reflect

BAD_FILE = 2  # exit code


class Command(BaseCommand):
    """Needs no database: it reads a file and asks the same rule as the page."""

    help = (
        "Computes the mirror of the letters in a JSON file, as the page does, and prints it as JSON. "
        "The file's form is described in feedback/mirror/rules/mirror_file.py. Exits 2 when it cannot be read."
    )
    requires_system_checks: ClassVar[list[str]] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="letters as JSON in UTF-8")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            with file.open("rb") as opened:
                letters = mirror_file.read(opened.read(mirror_file.LARGEST_FILE + 1))
        except OSError as error:
            raise CommandError(f"The file cannot be opened: {error.strerror}.", returncode=BAD_FILE) from None
        except mirror_file.BadFile as problem:
            raise CommandError(str(problem), returncode=BAD_FILE) from None
        mirror = reflect(letters.looks, letters.own, own_industry=letters.own_industry, base_rates=letters.base_rates)
        if unknown := sorted({*mirror.seen, *letters.own, *letters.base_rates} - set(strengths())):
            self.stderr.write(f"Note: {unknown[0]!a} is no strength of this site (unknown keys: {len(unknown)}).")
        self.stdout.write(json.dumps(figures(mirror), indent=2))
