"""A row of the outbox as the message that goes to the mail server."""

from __future__ import annotations

from datetime import datetime
from email.header import Header
from email.message import Message
from email.mime.text import MIMEText
from email.utils import format_datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.crypto import salted_hmac

from members.mail.kinds import kind_named
from members.mail.outbox import stop_url
from members.models import OutgoingMail


def message_of(mail: OutgoingMail, now: datetime) -> EmailMultiAlternatives:
    """The message, proved to be one: what cannot be written raises here and not at the server."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
    message = _Message(
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
    message.message()
    return message


def message_id(key: str, domain: str) -> str:
    """The Message-ID of the mail with this key: the same at a resend, so that it can be recognised.

    Keyed: keys hold numbers of rows, and few enough to be tried one after the other against a plain hash.
    """
    return f"<{salted_hmac('members.messages', key, algorithm='sha256').hexdigest()[:32]}@{domain}>"


class _Message(EmailMultiAlternatives):
    """Django's, with a subject whose first line is not empty.

    Django folds a long subject without counting the header's name; the name then stands on a line by itself, which
    RFC 5322 allows and some servers take for an empty subject.
    """

    def message(self) -> Message:
        message = super().message()
        message.replace_header("Subject", Header(self.subject, "utf-8", header_name="Subject").encode())
        return message


def _way_out(mail: OutgoingMail) -> dict[str, str]:
    """The headers by which a mail program stops this kind in one click (RFC 8058); none where all must get it."""
    url = stop_url(kind_named(mail.kind), mail.to) if mail.to else ""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if url else {}
