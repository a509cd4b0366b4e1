"""One row per mail: how a mail gets into the outbox. Sending is members/flows/delivery.py."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import css_inline
from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation

from kouryu.celery import wake
from kouryu.prepared import prepared
from members.choices import OPTIONAL_MAIL, MailKind
from members.models import OutgoingMail, User
from members.rules.mail import after_quiet_hours

KEPT_FOR = timedelta(days=3)  # a mail that could not leave within this time is dropped, never late by years


def put(
    key: str,
    *,
    kind: MailKind,
    to: User,
    template: str,
    context: dict[str, Any],
    now: datetime,
    quiet: bool = False,
    address: str = "",
    calendar: str = "",
    calendar_method: str = "",
    expires_at: datetime | None = None,
) -> bool:
    """Write a finished mail into the outbox, in the caller's transaction. Call it from a `mails.py` only.

    `key` says which mail this is (`follow-up/attended/12/34`): a second one with the same key is not written, nor
    is one of a kind that the member switched off. Returns whether it was written. `template` names a folder below
    templates/mail/ with subject.txt, text.txt and body.html, rendered in the member's language. `quiet`: not between
    22 and 7 (anything but the answer to the member's own click). `address`: not the one that the member signs in with
    (a new one to be proved, an old one to be warned). `context` may hold no text that a member wrote.
    """
    if kind in OPTIONAL_MAIL and kind.value in to.muted_mail:
        return False
    if _mails_with.ask(key=key):
        return False
    values = {**context, "to": to, "site_url": settings.SITE_URL, "operator": settings.OPERATOR}
    with translation.override(to.language), timezone.override("Asia/Tokyo"):
        subject = " ".join(render_to_string(f"mail/{template}/subject.txt", values).split())
        text = render_to_string(f"mail/{template}/text.txt", values).strip() + "\n"
        html = css_inline.inline(render_to_string(f"mail/{template}/body.html", {**values, "subject": subject}))
    send_after = after_quiet_hours(now) if quiet else now
    mail = OutgoingMail(
        key=key,
        kind=kind,
        to=to,
        address=address or to.email,
        subject=subject,
        text=text,
        html=html,
        calendar=calendar,
        calendar_method=calendar_method,
        queued_at=now,
        send_after=send_after,
        expires_at=expires_at or send_after + KEPT_FOR,
    )
    # If another worker wrote it meanwhile, theirs stands and the caller's transaction goes on.
    OutgoingMail.objects.bulk_create([mail], ignore_conflicts=True)
    if send_after <= now:
        wake("members.tasks.deliver_mails")
    return True


@prepared
def _mails_with(key: str) -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(key=key).values_list("pk")
