"""Give a member a role, or end it: `grant_role aki@example.jp host`, `grant_role aki@example.jp host --end`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from members.accounts.choices import Role
from members.desk import flows as roles
from members.models import User


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("role", choices=Role.values)
        parser.add_argument("--end", action="store_true", help="take the role back")

    def handle(self, *args: Any, **options: Any) -> None:
        member = User.objects.filter(email__iexact=options["email"]).first()
        if member is None:
            raise CommandError(f"No account has the address {options['email']}.")
        role = Role(options["role"])
        change = roles.end_role if options["end"] else roles.grant_role
        change(member=member, role=role, by=None, now=timezone.now())
        self.stdout.write(f"{options['email']}: {role.value} {'ended' if options['end'] else 'granted'}.")
