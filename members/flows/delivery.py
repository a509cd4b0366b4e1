"""Sending what stands in the outbox: claim, send, mark."""

from __future__ import annotations

import logging
import random
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from email.mime.text import MIMEText
from email.utils import format_datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F, QuerySet
from django.utils import timezone

from kouryu.prepared import prepared
from members.choices import MailState
from members.models import OutgoingMail
from members.outbox import stop_url, why_not_to
from members.rules.mail import message_id, retry_at

logger = logging.getLogger(__name__)

NEXT, HANDFUL = 100, 10  # a worker takes a handful of the next ones
PAUSE = timedelta(minutes=1)  # before a mail is tried again that met a dead server


class MailServerDown(Exception):
    """Nothing can be handed over just now; no mail is to blame."""


def deliver_due(clock: Callable[[], datetime]) -> int:
    """Send every mail that is due, over one connection; returns how many left. Several workers may run this at once.

    `clock` is asked again for each mail, because a lease starts when the mail is claimed and not when the sweep did.
    When the mail server is down the sweep ends at the first mail: the next one tries again.
    """
    sent = 0
    connection = get_connection(fail_silently=False)
    try:
        while ids := _next_due(clock()):
            left = sum(deliver(mail_id, now=clock(), connection=connection) for mail_id in ids)
            sent += left
            if not left:
                break  # others hold the claims, or all were put off: the next sweep goes on
    except MailServerDown as error:
        logger.warning("mail server: %s", error)
    finally:
        _close(connection)
    return sent


def deliver(mail_id: int, *, now: datetime, connection: BaseEmailBackend) -> bool:
    """Send one mail if it is due and nobody else is sending it; returns whether it left.

    A worker killed while sending leaves a lease that runs out; the mail then goes again under the same Message-ID.
    Raises MailServerDown when no mail could have left.
    """
    mail = _claim(mail_id, now)
    if mail is None:
        return False
    if why := _why_drop(mail, now):
        return _settle(mail, MailState.DROPPED, last_error=why)
    if mail.attempts > settings.MAIL_ATTEMPTS:
        return _settle(mail, MailState.FAILED, last_error="no worker survived sending it")
    try:
        connection.open()  # else the backend would hang up behind each mail
        connection.send_messages([_message(mail, now)])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        _close(connection)
        return _retry(mail, now, error, final=_is_final(error))
    except (OSError, smtplib.SMTPException) as error:
        _close(connection)
        # Not counted as an attempt: however long the server is away, the mail leaves when it is back.
        _settle(mail, MailState.QUEUED, send_after=now + PAUSE, attempts=mail.attempts - 1, last_error=_name(error))
        raise MailServerDown(_name(error)) from error
    except Exception as error:  # a bug of ours in one mail must not hold up all others
        logger.exception("mail %s could not be built", mail.pk)
        return _retry(mail, now, error, final=False)
    return _settle(mail, MailState.SENT, sent_at=now, last_error="")


def _next_due(now: datetime) -> list[int]:
    """A handful of the mails that are due longest, in their order.

    It begins anywhere among the next ones, so that two workers seldom reach for the same mail.
    """
    due = OutgoingMail.objects.due(now).order_by("send_after", "pk").values_list("pk", flat=True)
    ids = list(due[:NEXT])
    first = random.randrange(max(1, len(ids) - HANDFUL + 1))  # noqa: S311 - nothing depends on who guesses it
    return ids[first : first + HANDFUL]


def _claim(mail_id: int, now: datetime) -> OutgoingMail | None:
    """The mail, if it is ours now. One conditional UPDATE: of two workers only one hits the row."""
    claimed = (
        OutgoingMail.objects.due(now)
        .filter(pk=mail_id)
        .update(state=MailState.SENDING, claimed_until=now + settings.MAIL_LEASE_FOR, attempts=F("attempts") + 1)
    )
    return _mail_by.first(mail_id=mail_id) if claimed else None


@prepared
def _mail_by(mail_id: int) -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(pk=mail_id).select_related("to")


def _why_drop(mail: OutgoingMail, now: datetime) -> str:
    """What became true while the mail waited and makes it unwanted; empty if nothing did."""
    if now >= mail.expires_at:
        return "expired before it could leave"
    if mail.to is None or not mail.to.is_active:
        return "the account is gone"
    return why_not_to(mail.kind, mail.to) or ""


def _settle(mail: OutgoingMail, state: MailState, **fields: object) -> bool:
    """Write the end of this attempt, unless the lease was lost to another worker meanwhile."""
    OutgoingMail.objects.filter(pk=mail.pk, state=MailState.SENDING, attempts=mail.attempts).update(
        state=state, claimed_until=None, **fields
    )
    return state == MailState.SENT


def _retry(mail: OutgoingMail, now: datetime, error: Exception, *, final: bool) -> bool:
    logger.warning("mail %s not handed over: %s", mail.pk, _name(error))
    if final or mail.attempts >= settings.MAIL_ATTEMPTS:
        return _settle(mail, MailState.FAILED, last_error=_name(error))
    return _settle(mail, MailState.QUEUED, send_after=retry_at(mail.attempts, now), last_error=_name(error))


def _name(error: Exception) -> str:
    """The kind of error only: what a server says may hold an address."""
    return type(error).__name__


def _is_final(error: Exception) -> bool:
    """Did the server say never (5xx), rather than not now?"""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


def _close(connection: BaseEmailBackend) -> None:
    """Drop a connection that may be broken; the next mail opens a new one."""
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        connection.connection = None  # type: ignore[attr-defined]  # Django's backends have it


def _way_out(mail: OutgoingMail) -> dict[str, str]:
    """The headers by which a mail program stops this kind in one click (RFC 8058); none where all must get it."""
    url = stop_url(mail.kind, mail.to) if mail.to else ""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if url else {}


def _message(mail: OutgoingMail, now: datetime) -> EmailMultiAlternatives:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        to=[mail.address],
        headers={
            "Date": format_datetime(timezone.localtime(now)),
            "Message-ID": message_id(mail.key, domain),
            "Auto-Submitted": "auto-generated",
            **_way_out(mail),
        },
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    if mail.calendar:
        part = MIMEText(mail.calendar, "calendar", "utf-8")
        part.set_param("method", mail.calendar_method)
        part.add_header("Content-Disposition", "attachment", filename="kouryu.ics")
        message.attach(part)
    return message
