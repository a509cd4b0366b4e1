"""Encrypt the secrets of second factors with the key of today, before an earlier SECRET_KEY is given up."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kouryu.encryption import Unreadable
from members.security.flows import encrypt_secrets_anew


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            number = encrypt_secrets_anew()
        except Unreadable:
            raise CommandError(
                "A secret was encrypted with a key that SECRET_KEY_FALLBACKS does not name: see manage.py "
                "check_invariants --only second_factors_can_be_read."
            ) from None
        self.stdout.write(f"{number} secrets encrypted anew.")
