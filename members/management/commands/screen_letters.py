"""`manage.py screen_letters`: what the page would say about each of these letters."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from members.texts.rules.screening import LONGEST_READ, Wordlist, screen
from members.texts.screening import shipped_wordlist, wordlist

LONGEST_LINE = LONGEST_READ * 4 + 8  # bytes: no line longer than this is read into memory


class Command(BaseCommand):
    help = (
        "Read FILE (UTF-8, one letter a line) and print one JSON object for each line: its number from 1, the verdict "
        "deliver, mend or hold, the reason, and the span of the sentence in code points of the line. What is not "
        "UTF-8 reads as U+FFFD; a line too long for any letter is to be mended, an empty one has nothing to mend."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        words = self._wordlist()
        try:
            with options["file"].open("rb") as file:
                for number, line in enumerate(_lines(file), 1):
                    verdict = screen([line], words)
                    answer = {
                        "line": number,
                        "verdict": verdict.action.value,
                        "reason": verdict.reason and verdict.reason.value,
                        "span": verdict.span and list(verdict.span),
                    }
                    self.stdout.write(json.dumps(answer, ensure_ascii=False))
        except OSError as error:
            raise CommandError(f"cannot read {options['file']}: {error.strerror}") from error

    def _wordlist(self) -> Wordlist:
        """What staff keep; where there is no site yet, what a new one begins with."""
        try:
            return wordlist()
        except DatabaseError:
            self.stderr.write("No list in the database: reading with the one that a new site begins with.")
            return shipped_wordlist()


def _lines(file: IO[bytes]) -> Iterator[str]:
    """The lines without their ends; of one that is too long only its beginning, which is too long as well."""
    while part := file.readline(LONGEST_LINE):
        line, rest = part, part
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE)
        yield line.rstrip(b"\r\n").decode("utf-8", errors="replace")
