"""A real SMTP server on loopback that keeps what it took, and can be told to refuse."""

from __future__ import annotations

import asyncio
from collections import Counter
from email import message_from_bytes, policy
from email.message import EmailMessage

import aiosmtpd
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.rig.ports import free_port


class MailServer:
    """`taken` holds every message in the order of arrival. `refuse_with` is said to every recipient, if set."""

    version = f"aiosmtpd {aiosmtpd.__version__}"

    def __init__(self, *, seconds_for_each: float = 0) -> None:
        self.taken: list[EmailMessage] = []
        self.refuse_with = ""
        self.connections = 0
        self._seconds_for_each = seconds_for_each
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self._controller.start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._controller.port}"

    @property
    def arrivals(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        return Counter(message["Message-ID"] for message in list(self.taken))

    def stop(self) -> None:
        self._controller.stop()

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse_with:
            return self.refuse_with
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        await asyncio.sleep(self._seconds_for_each)
        return "250 taken"
