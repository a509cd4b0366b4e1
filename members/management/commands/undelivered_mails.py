"""List the mails of the last 14 days that were given up: refused, or taken by a server that never said so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from members.mail.choices import MailState
from members.models import OutgoingMail

LOOKS_BACK_FOR = timedelta(days=14)


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        given_up = OutgoingMail.objects.filter(
            state__in=[MailState.FAILED, MailState.UNKNOWN], queued_at__gt=timezone.now() - LOOKS_BACK_FOR
        ).order_by("queued_at", "pk")
        for mail in given_up:
            when = timezone.localtime(mail.queued_at)
            self.stdout.write(f"{when:%Y-%m-%d %H:%M}  {mail.state:7}  {mail.key}  {mail.last_error}")
