"""What the commands that seat people from a file have in common: reading, refusing, writing."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from events.groups.rules.grouping import NoPlan, NoPlanCause
from events.groups.rules.grouping_format import WrongFile

WRONG_FILE, NO_PLAN = 2, 1

SENTENCES = {
    NoPlanCause.SIZES: "room sizes and the people present do not fit",
    NoPlanCause.BLOCKED: "blocked pairs cannot be kept apart",
    NoPlanCause.HOST: "not every room can have a host",
    NoPlanCause.FIRST_TIMER: "the rule for first-timers cannot be kept",
    NoPlanCause.SMALL_ROOM: "not everybody who needs a small room can have one",
    NoPlanCause.LOCKED: "what is locked leaves no way",
}


class GroupingCommand(BaseCommand):
    """Reads FILE and writes what `answer` makes of it to standard output.

    Exit status: 0 planned, 1 the hard rules cannot be kept, 2 wrong file or environment.
    """

    # Touches no database and no page: nothing to check, and starting up is most of its time.
    requires_system_checks: ClassVar[list[str]] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")

    def answer(self, text: bytes) -> dict[str, object]:
        """The plan as a record. Refuses with WrongFile, ValueError or NoPlan."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            record = self.answer(Path(options["file"]).read_bytes())
        except ImproperlyConfigured as error:
            raise CommandError(str(error), returncode=WRONG_FILE) from None
        except (OSError, ValueError) as error:
            reason = f"{options['file']} cannot be used: {_why(error)}."
            raise CommandError(reason, returncode=WRONG_FILE) from None
        except NoPlan as no:
            wrong = no.cause is NoPlanCause.SIZES
            reason = f"No plan for {options['file']}: {SENTENCES[no.cause]}."
            raise CommandError(reason, returncode=WRONG_FILE if wrong else NO_PLAN) from None
        self.stdout.write(json.dumps(record))


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, WrongFile):
        return str(error)
    return (error.strerror or "it cannot be read") if isinstance(error, OSError) else str(error)
