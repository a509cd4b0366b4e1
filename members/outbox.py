"""One row per mail: how a mail gets into the outbox. Sending is members/flows/delivery.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import css_inline
from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.html import escape

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
    if _is_muted(kind, to) or _mails_with.ask(key=key):
        return False
    words = _render(template, {**context, "to": to}, to.language)
    mail = _mail(key, words, kind=kind, to=to, now=now, quiet=quiet, expires_at=expires_at)
    mail.address = address or to.email
    mail.calendar, mail.calendar_method = calendar, calendar_method
    return _write([mail], now=now) == 1


def put_alike(
    recipients: Mapping[str, User],
    *,
    kind: MailKind,
    template: str,
    context: dict[str, Any],
    now: datetime,
    quiet: bool = False,
) -> int:
    """Write one mail to many, as `put` would: `recipients` gives each key and whom that mail is for.

    Returns how many were written. Drawn once per language, with the called name as the only thing that differs, since
    drawing is most of what a mail costs: the templates of such a mail may ask nothing else about `to`.
    """
    known = set(OutgoingMail.objects.filter(key__in=recipients).values_list("key", flat=True))
    wanted = {key: to for key, to in recipients.items() if key not in known and not _is_muted(kind, to)}
    drawn = {
        language: _render(template, {**context, "to": _Anybody(language)}, language)
        for language in {to.language for to in wanted.values()}
    }
    mails = [
        _mail(key, drawn[to.language].to(to.called_name), kind=kind, to=to, now=now, quiet=quiet)
        for key, to in wanted.items()
    ]
    return _write(mails, now=now)


@dataclass(frozen=True)
class _Words:
    """A mail as it was drawn."""

    subject: str
    text: str
    html: str

    def to(self, name: str) -> _Words:
        """The same with this name where `_Anybody` stood."""
        return _Words(
            subject=self.subject.replace(_NAME, name),
            text=self.text.replace(_NAME, name),
            html=self.html.replace(_NAME, escape(name)),
        )


_NAME = "\ue000name\ue000"  # of the private use area: no template and no title of ours contains it


@dataclass(frozen=True)
class _Anybody:
    """Stands in for the reader while a mail to many is drawn."""

    language: str
    called_name: str = _NAME


def _is_muted(kind: MailKind, to: User) -> bool:
    return kind in OPTIONAL_MAIL and kind.value in to.muted_mail


def _render(template: str, context: dict[str, Any], language: str) -> _Words:
    values = {**context, "site_url": settings.SITE_URL, "operator": settings.OPERATOR}
    with translation.override(language), timezone.override("Asia/Tokyo"):
        subject = " ".join(render_to_string(f"mail/{template}/subject.txt", values).split())
        text = render_to_string(f"mail/{template}/text.txt", values).strip() + "\n"
        html = css_inline.inline(render_to_string(f"mail/{template}/body.html", {**values, "subject": subject}))
    return _Words(subject, text, html)


def _mail(
    key: str,
    words: _Words,
    *,
    kind: MailKind,
    to: User,
    now: datetime,
    quiet: bool,
    expires_at: datetime | None = None,
) -> OutgoingMail:
    send_after = after_quiet_hours(now) if quiet else now
    return OutgoingMail(
        key=key,
        kind=kind,
        to=to,
        address=to.email,
        subject=words.subject,
        text=words.text,
        html=words.html,
        queued_at=now,
        send_after=send_after,
        expires_at=expires_at or send_after + KEPT_FOR,
    )


def _write(mails: list[OutgoingMail], *, now: datetime) -> int:
    # If another worker wrote one meanwhile, theirs stands and the caller's transaction goes on.
    OutgoingMail.objects.bulk_create(mails, ignore_conflicts=True)
    if any(mail.send_after <= now for mail in mails):
        wake("members.tasks.deliver_mails")
    return len(mails)


@prepared
def _mails_with(key: str) -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(key=key).values_list("pk")
