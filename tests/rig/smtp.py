"""A real SMTP server on loopback that keeps what it took, and can be told to be slow, to hang up or to refuse."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import aiosmtpd
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.rig.ports import free_port

HANG = "hangs"  # says nothing until the client has gone
CUT = "hangs up"
STEPS = ["connect", "EHLO", "MAIL", "RCPT", "DATA", "dot", "QUIT"]  # `dot`: the whole mail has come


@dataclass(frozen=True)
class SmtpFault:
    """At `step` the server hangs, hangs up, or says `answer`; for every mail, or those to one address."""

    step: str
    answer: str
    to: str = ""


class FakeMailServer:
    """`taken` holds every message in the order of arrival. `refuse_with` is said to every recipient, if set.

    A mail whose last answer is late or missing counts as taken: that is what makes it dangerous.
    """

    version = f"aiosmtpd {aiosmtpd.__version__}"

    def __init__(self, *, seconds_for_each: float = 0) -> None:
        self.taken: list[EmailMessage] = []
        self.raw: list[bytes] = []  # the same as they came
        self.envelopes: list[tuple[str, str]] = []  # sender and recipient, as they stood in the commands
        self.held: set[str] = set()  # whose mails have come and wait for their last answer
        self.refuse_with = ""
        self.fault: SmtpFault | None = None
        self.connections = 0
        self.conversations: set[SMTP] = set()  # those that are open
        self._seconds_for_each = seconds_for_each
        self._slow_for: set[str] = set()
        self._awaited = 0
        self._go_on = asyncio.Event()
        self._controller = _Controller(self, hostname="127.0.0.1", port=free_port())
        self._controller.start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._controller.port}"

    @property
    def arrivals(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        return Counter(message["Message-ID"] for message in list(self.taken))

    @property
    def copies(self) -> Counter[str]:
        """How many mails each address got."""
        return Counter(to for _, to in list(self.envelopes))

    def hold(self, *addresses: str, until_others: int) -> None:
        """Be slow with mails to these addresses: each gets its last answer when so many others were taken."""
        self._slow_for, self._awaited = set(addresses), until_others

    def let_go(self) -> None:
        """Answer those that are held."""
        self._controller.loop.call_soon_threadsafe(self._go_on.set)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._hang_up(), self._controller.loop).result()
        self._controller.stop()

    async def _hang_up(self) -> None:
        """Else the loop would end before it has seen its connections end."""
        for conversation in list(self.conversations):
            conversation.transport.abort()
        while self.conversations:
            await asyncio.sleep(0.01)

    def answer_at(self, step: str, *addresses: str) -> str:
        """What a fault makes the server do at this step; empty if nothing."""
        fault = self.fault
        if fault is None or fault.step != step or (fault.to and fault.to not in addresses):
            return ""
        return fault.answer

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
        answer = self.answer_at("dot", *envelope.rcpt_tos)
        if answer[:1] in {"4", "5"}:
            return answer
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        self.raw.append(envelope.content)
        self.envelopes += [(envelope.mail_from, address) for address in envelope.rcpt_tos]
        await asyncio.sleep(self._seconds_for_each)
        await self._be_slow(envelope.rcpt_tos)
        await _hang_or_cut(server, answer)
        return answer or "250 taken"

    async def _be_slow(self, addresses: list[str]) -> None:
        if self._slow_for.intersection(addresses):
            self.held.update(addresses)
            await self._go_on.wait()
        elif len(self.taken) - len(self.held) >= self._awaited:
            self._go_on.set()


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _FakeConversation(self.handler, hostname="kouryu.test", ident="test")


class _FakeConversation(SMTP):
    """aiosmtpd's, asking the server before each answer what it is to do."""

    is_greeted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.event_handler.conversations.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.event_handler.conversations.discard(self)

    async def push(self, status: Any) -> None:
        if self.is_greeted:
            return await super().push(status)
        self.is_greeted = True
        answer = self.event_handler.answer_at("connect")
        await _hang_or_cut(self, answer)
        return await super().push(answer or status)

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802 - aiosmtpd's name
        if not await self._fails("EHLO"):
            await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, hostname: str) -> None:  # noqa: N802 - aiosmtpd's name
        if not await self._fails("EHLO"):
            await super().smtp_HELO(hostname)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        if not await self._fails("MAIL"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        address = (arg or "").partition("<")[2].partition(">")[0]
        if not await self._fails("RCPT", address):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        if not await self._fails("DATA", *self.envelope.rcpt_tos):
            await super().smtp_DATA(arg)

    async def smtp_QUIT(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        if not await self._fails("QUIT"):
            await super().smtp_QUIT(arg)

    async def _fails(self, step: str, *addresses: str) -> bool:
        """Whether a fault was this step's answer."""
        answer = self.event_handler.answer_at(step, *addresses)
        await _hang_or_cut(self, answer)
        if answer:
            await self.push(answer)
        return bool(answer)


async def _hang_or_cut(server: SMTP, answer: str) -> None:
    if answer == HANG:
        await asyncio.Event().wait()  # ends with the connection
    if answer == CUT:
        server.transport.abort()
        await asyncio.Event().wait()
