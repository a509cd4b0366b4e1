"""A mail server that is asked for its answer: the mail was taken, refused, never offered, or nobody knows."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from contextlib import suppress

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends import smtp

GO_ON = 354  # the answer to DATA: what the client sends now is the mail itself
REFUSALS = range(400, 600)  # a code in this range says for certain that the mail was not taken


class NoServer(Exception):
    """No server greeted us: nothing was offered, and no mail is to blame."""


class OutcomeUnknown(Exception):
    """The mail was on its way, and no answer says what became of it: it may have arrived."""


class EmailBackend(smtp.EmailBackend):
    """Django's, with errors that say whether the mail may have been taken.

    NoServer: not reached, or it lets nobody in. OutcomeUnknown: see there. smtplib.SMTPRecipientsRefused and
    SMTPDataError: refused, with the server's code. Any other OSError: it broke off before the mail was offered.
    A connection stays open until `close`.
    """

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SecureConversation if self.use_ssl else _Conversation

    def open(self) -> bool | None:
        try:
            opened = super().open()
            if opened:
                self.connection.ehlo_or_helo_if_needed()
        except OSError as error:  # smtplib's errors are such, too
            with suppress(OSError):
                self.close()
            self.connection = None
            raise NoServer(type(error).__name__) from error
        return opened

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.open()  # else Django's would hang up behind each mail
        try:
            return super().send_messages(email_messages)
        except smtplib.SMTPDataError as error:
            if error.smtp_code in REFUSALS:
                raise
            raise OutcomeUnknown(type(error).__name__) from error
        except OSError as error:
            if self.connection.is_mail_given:
                raise OutcomeUnknown(type(error).__name__) from error
            raise


class _Conversation(smtplib.SMTP):
    """Knows whether a mail is on its way, and waits longer for what becomes of it than for any other answer."""

    is_mail_given = False

    def getreply(self) -> tuple[int, bytes]:
        code, words = super().getreply()
        if code not in range(200, 600):
            self.close()
            raise smtplib.SMTPServerDisconnected("what came is no answer")
        self.is_mail_given = code == GO_ON
        self.sock.settimeout(settings.MAIL_ANSWER_WITHIN.total_seconds() if self.is_mail_given else self.timeout)
        return code, words


class _SecureConversation(_Conversation, smtplib.SMTP_SSL):
    """A connection over TLS from the start."""
