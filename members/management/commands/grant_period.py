"""Give a member days of membership without a payment: `grant_period aki@example.jp 12`, in months."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from members.membership.flows.grants import grant_period
from members.models import User

MONTHS_AT_MOST = 24  # more is a slip of the finger


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("months", type=int, choices=range(1, MONTHS_AT_MOST + 1), metavar="months")

    def handle(self, *args: Any, email: str, months: int, **options: Any) -> None:
        member = User.objects.filter(email__iexact=email).first()
        if member is None:
            raise CommandError(f"No account has the address {email}.")
        period = grant_period(member=member, months=months, by=None, now=timezone.now())
        self.stdout.write(f"{email}: a member from {period.starts_on} to {period.last_day}.")
