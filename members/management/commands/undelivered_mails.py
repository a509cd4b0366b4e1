"""Lists the mails that were given up lately: refused, or taken by a server that never said so."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from members.audit.limits import BOOKS
from members.mail.choices import MailState
from members.models import OutgoingMail


class Command(BaseCommand):
    help = (
        f"List the mails of the last {BOOKS.mails_looked_back_for.days} days that were given up: refused, or taken by"
        " a server that never said so."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        given_up = OutgoingMail.objects.filter(
            state__in=[MailState.FAILED, MailState.UNKNOWN], queued_at__gt=timezone.now() - BOOKS.mails_looked_back_for
        ).order_by("queued_at", "pk")
        for mail in given_up:
            when = timezone.localtime(mail.queued_at)
            self.stdout.write(f"{when:%Y-%m-%d %H:%M}  {mail.state:7}  {mail.key}  {mail.last_error}")
