"""One row per mail: how a mail gets into the outbox. Sending is members/mail/flows/delivery.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import css_inline
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import get_random_string
from django.utils.html import escape

from kouryu.celery import wake
from kouryu.clock import TOKYO, within
from kouryu.numbers import DAY, HOUR
from members.accounts.locks import lock_account, lock_members
from members.accounts.rules import mailbox_of
from members.mail.choices import ACCOUNT_MAIL, MailState
from members.mail.kinds import MailKind, weekly_kinds
from members.mail.limits import OPTIONAL, OUTBOX
from members.mail.rules import MailPreferences, NoMail, after_quiet_hours, has_room, why_unwanted
from members.mail.tokens import stop_token
from members.models import OutgoingMail, User


def enqueue(
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
    is one that the member does not want or that would be one too many for their week. A sweep may try that one again
    while its own window lasts; what is told once (`is_told_once`) is noted as dropped. Returns whether a mail will
    go. For `weekly_kinds()` the member's row is locked: a flow that locks more than that begins with the member.
    `template` names a folder below templates/mail/ with subject.txt, text.txt and body.html, rendered in the member's
    language. `quiet`: not between 22 and 7 (anything but the answer to the member's own click). `address`: not the
    one that the member signs in with (a new one to be proved, an old one to be warned). `context` may hold no text
    that a member wrote.
    """
    if why_not_to(kind, to) or OutgoingMail.objects.filter(key=key).exists():
        return False
    leaves_at = after_quiet_hours(now) if quiet else now
    fits = _fits_into_week(kind, to, leaves_at)
    if not fits and not kind.is_told_once:
        return False
    words = _render(template, {**context, "to": to, **_way_out(kind, stop_url(kind, to))}, to.language)
    mail = _mail(key, words, kind=kind, to=to, now=now, leaves_at=leaves_at, expires_at=expires_at)
    mail.address = address or to.email
    mail.calendar, mail.calendar_method = calendar, calendar_method
    if not fits:
        mail.state, mail.last_error = MailState.DROPPED, NoMail.ENOUGH
    return _write([mail], now=now) == 1 and fits


def enqueue_for_many(
    recipients: Mapping[str, User],
    *,
    kind: MailKind,
    template: str,
    context: dict[str, Any],
    now: datetime,
    quiet: bool = False,
) -> int:
    """Write one mail to many, as `enqueue` would: `recipients` gives each key and whom the mail is for.

    Returns how many were written. Rendered once per language, with the called name and the way to stop such mails as
    all that differs, since rendering is most of what a mail costs: the templates may ask nothing else about `to`.
    """
    leaves_at = after_quiet_hours(now) if quiet else now
    known = set(OutgoingMail.objects.filter(key__in=recipients).values_list("key", flat=True))
    wanted = {
        key: to
        for key, to in sorted(recipients.items(), key=lambda item: item[1].pk)
        if key not in known and not why_not_to(kind, to) and _fits_into_week(kind, to, leaves_at)
    }
    rendered = {
        language: _render(template, {**context, "to": _Anybody(language), **_way_out(kind, _STOP_URL)}, language)
        for language in {to.language for to in wanted.values()}
    }
    mails = [
        _mail(
            key,
            rendered[to.language].to(to.called_name, stop_url(kind, to)),
            kind=kind,
            to=to,
            now=now,
            leaves_at=leaves_at,
        )
        for key, to in wanted.items()
    ]
    return _write(mails, now=now)


def enqueue_nothing(*, kind: MailKind, to: User, template: str, context: dict[str, Any], now: datetime) -> None:
    """Take the time that `enqueue` takes, and leave nothing: an earlier answer would tell that no mail goes."""
    if why_not_to(kind, to):
        return
    words = _render(template, {**context, "to": _Anybody(to.language), **_way_out(kind, _STOP_URL)}, to.language)
    mail = _mail(get_random_string(40), words, kind=kind, to=to, now=now, leaves_at=now)
    mail.to = None
    with transaction.atomic():
        _write([mail], now=now)
        transaction.set_rollback(True)
    wake("members.tasks.deliver_mails")


def has_had_enough(what: str, *, to: User, address: str, browser: str, now: datetime) -> bool:
    """Whether no more mails of this sort may go, which anybody can have sent: to this address, or by this member.

    Under the member's row lock, and with the same questions where there is no member. What a browser that the member
    knows asked for is counted apart, so that nobody else can use up its share.
    """
    lock_members([to.pk])
    sent = OutgoingMail.objects.filter(kind=ACCOUNT_MAIL)
    sent = sent.filter(key__startswith=code_key(what, to, browser)) if browser else sent.exclude(key__contains="~")
    sent = sent.filter(key__startswith=f"account/{what}/", queued_at__range=within(DAY, now))
    mailbox = mailbox_of(address)
    times = [
        at
        for at, other, to_id in sent.values_list("queued_at", "address", "to_id")
        if mailbox_of(other) == mailbox or (to.pk and to_id == to.pk)
    ]
    in_the_hour = sum(at > now - HOUR for at in times)
    return len(times) >= settings.CODES_A_DAY or in_the_hour >= settings.CODES_AN_HOUR


def nobody() -> User:
    """Stands in for the account of an address that has none, or has had enough.

    The mail is rendered and written as any other, so that neither the answer's time nor its work tells on an address.
    It holds no address, and the worker drops it.
    """
    return User(pk=0, email="")


def code_key(what: str, to: User, browser: str) -> str:
    """How the key of such a mail begins."""
    return f"account/{what}/{to.pk}/" + (f"{browser}~" if browser else "")


def why_not_to(kind: MailKind, to: User) -> NoMail | None:
    """Why `to` does not want mails of this kind, as their account says in the row that was read."""
    return why_unwanted(
        MailPreferences(
            is_optional=kind.is_optional,
            is_off=kind in to.muted_mail,
            is_reminder=kind.is_reminder,
            rests=to.paused_at is not None,
        )
    )


def stop_url(kind: MailKind, to: User) -> str:
    """Where this kind of mail can be stopped without signing in; empty for what everybody gets."""
    if not kind.is_optional:
        return ""
    return settings.SITE_URL + reverse("members:stop_mail", args=[stop_token(member_id=to.pk, kind=kind)])


@dataclass(frozen=True)
class _Words:
    """A mail as it was rendered."""

    subject: str
    text: str
    html: str

    def to(self, name: str, stop_url: str) -> _Words:
        """The same with this name where `_Anybody` stood, and this way out."""
        return _Words(
            subject=self.subject.replace(_NAME, name),
            text=self.text.replace(_NAME, name).replace(_STOP_URL, stop_url),
            html=self.html.replace(_NAME, escape(name)).replace(_STOP_URL, stop_url),
        )


# Of the private use area: no template and no title of ours contains it.
_NAME, _STOP_URL = "\ue000name\ue000", "\ue000stop\ue000"


@dataclass(frozen=True)
class _Anybody:
    """Stands in for the reader while a mail to many is rendered."""

    language: str
    called_name: str = _NAME


def _fits_into_week(kind: MailKind, to: User, leaves_at: datetime) -> bool:
    """Is there room in the week of `to`? Under their row's lock, so that two sweeps do not both take the last place.

    A mail that waits for a dead server counts from when it was to leave, one that left from when it did.
    """
    if not kind.is_weekly:
        return True
    lock_account(to.pk)
    since = leaves_at - OPTIONAL.week - OUTBOX.kept_for
    mails = OutgoingMail.objects.filter(to=to, kind__in=weekly_kinds(), send_after__gt=since)
    around = mails.exclude(state__in=[MailState.FAILED, MailState.DROPPED]).values_list("sent_at", "send_after")
    return has_room(leaves_at, (sent_at or send_after for sent_at, send_after in around), OPTIONAL.a_week)


def _way_out(kind: MailKind, url: str) -> dict[str, Any]:
    """What the footer says about stopping this kind of mail."""
    return {"stop_url": url, "kind": kind} if kind.is_optional else {}


def _render(template: str, context: dict[str, Any], language: str) -> _Words:
    values = {**context, "site_url": settings.SITE_URL, "operator": settings.OPERATOR}
    with translation.override(language), timezone.override(TOKYO):
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
    leaves_at: datetime,
    expires_at: datetime | None = None,
) -> OutgoingMail:
    return OutgoingMail(
        key=key,
        kind=kind,
        to=to if to.pk else None,
        address=to.email,
        subject=words.subject,
        text=words.text,
        html=words.html,
        queued_at=now,
        send_after=leaves_at,
        expires_at=expires_at or leaves_at + OUTBOX.kept_for,
    )


def _write(mails: list[OutgoingMail], *, now: datetime) -> int:
    # If another worker wrote one meanwhile, theirs stands and the caller's transaction goes on.
    OutgoingMail.objects.bulk_create(mails, ignore_conflicts=True)
    if any(mail.state == MailState.QUEUED and mail.send_after <= now for mail in mails):
        wake("members.tasks.deliver_mails")
    return len(mails)
