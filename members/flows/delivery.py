"""Sending what stands in the outbox: claim, send, mark."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime
from email.mime.text import MIMEText

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F

from members.choices import MailState
from members.models import OutgoingMail
from members.rules.mail import message_id, retry_at

logger = logging.getLogger(__name__)

BATCH = 100


def deliver_due(clock: Callable[[], datetime]) -> int:
    """Send every mail that is due, over one connection; returns how many left. Several workers may run this at once.

    `clock` is asked again for each mail, because a lease starts when the mail is claimed and not when the sweep did.
    """
    sent = 0
    with_mail_server = get_connection(fail_silently=False)
    try:
        while ids := list(
            OutgoingMail.objects.due(clock()).order_by("send_after", "pk").values_list("pk", flat=True)[:BATCH]
        ):
            before = sent
            for mail_id in ids:
                sent += deliver(mail_id, now=clock(), connection=with_mail_server)
            if sent == before:
                break  # the server is down or others hold the claims: the next sweep goes on
    finally:
        _close(with_mail_server)
    return sent


def deliver(mail_id: int, *, now: datetime, connection: BaseEmailBackend | None = None) -> bool:
    """Send one mail if it is due and nobody else is sending it; returns whether it left.

    The claim is one conditional UPDATE: of two workers only the one whose UPDATE hits the row goes on. A worker
    killed while sending leaves a lease that runs out; the mail then goes again under the same Message-ID.
    """
    claimed = (
        OutgoingMail.objects.due(now)
        .filter(pk=mail_id)
        .update(state=MailState.SENDING, claimed_until=now + settings.MAIL_LEASE_FOR, attempts=F("attempts") + 1)
    )
    if not claimed:
        return False
    mail = OutgoingMail.objects.select_related("to").get(pk=mail_id)
    if now >= mail.expires_at:
        return _settle(mail, MailState.DROPPED, last_error="expired before it could leave")
    if mail.to is None or not mail.to.is_active:
        return _settle(mail, MailState.DROPPED, last_error="the account is gone")
    try:
        (connection or get_connection()).send_messages([_message(mail)])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        _close(connection)
        return _retry(mail, now, error, final=_is_final(error))
    except (OSError, smtplib.SMTPException) as error:
        _close(connection)
        return _retry(mail, now, error, final=False)
    return _settle(mail, MailState.SENT, sent_at=now, last_error="")


def _settle(mail: OutgoingMail, state: MailState, **fields: object) -> bool:
    """Write the end of this attempt, unless the lease was lost to another worker meanwhile."""
    OutgoingMail.objects.filter(pk=mail.pk, state=MailState.SENDING, attempts=mail.attempts).update(
        state=state, claimed_until=None, **fields
    )
    return state == MailState.SENT


def _retry(mail: OutgoingMail, now: datetime, error: Exception, *, final: bool) -> bool:
    logger.warning("mail %s not handed over: %s", mail.pk, type(error).__name__)
    why = type(error).__name__
    if final or mail.attempts >= settings.MAIL_ATTEMPTS:
        return _settle(mail, MailState.FAILED, last_error=why)
    return _settle(mail, MailState.QUEUED, send_after=retry_at(mail.attempts, now), last_error=why)


def _is_final(error: Exception) -> bool:
    """Did the server say never (5xx), rather than not now?"""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


def _close(connection: BaseEmailBackend | None) -> None:
    """Drop a connection that may be broken; the next mail opens a new one."""
    if connection is None:
        return
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        connection.connection = None  # type: ignore[attr-defined]


def _message(mail: OutgoingMail) -> EmailMultiAlternatives:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        to=[mail.address],
        headers={"Message-ID": message_id(mail.key, domain), "Auto-Submitted": "auto-generated"},
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    if mail.calendar:
        part = MIMEText(mail.calendar, "calendar", "utf-8")
        part.set_param("method", mail.calendar_method)
        part.add_header("Content-Disposition", "attachment", filename="kouryu.ics")
        message.attach(part)
    return message
