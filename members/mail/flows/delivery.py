"""Sending what stands in the outbox: claim, hand over, mark."""

from __future__ import annotations

import logging
import random
import smtplib
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Case, F, PositiveSmallIntegerField, Q, QuerySet, Value, When

from kouryu.smtp import NoServer, OutcomeUnknown
from kouryu.sweeps import OFTEN, sweep
from members.audit.flows import beat
from members.mail.choices import ACCOUNT_MAIL, ENDED_MAIL, MailState
from members.mail.flows.release import release_mails_from_the_future
from members.mail.kinds import kind_named
from members.mail.limits import OUTBOX
from members.mail.messages import message_of
from members.mail.outbox import why_not_to
from members.mail.rules import MOST_COPIES, WaitingMail, has_lane, retry_at, retry_in_doubt_at
from members.models import NO_WORDS, Heartbeat, OutgoingMail

logger = logging.getLogger(__name__)

NEXT, NEXT_TRIED, HANDFUL = 100, 20, 10  # a worker looks at so many of the next ones, and takes a handful in a row
URGENT = ACCOUNT_MAIL  # somebody waits for the code in it
LOOK_AGAIN_EVERY = 1  # seconds, while mails are under way: for new ones, and to renew leases
# Seconds in which a sweep claims mails. The last one may take MAIL_ANSWER_WITHIN and a little more: together less than
# CELERY_TASK_TIME_LIMIT.
SWEEP_FOR = 4 * 60
BREAKS_IN_A_ROW = 5  # so many mails one after the other met a server that broke off: it takes none just now
SERVER_AWAY = "mail-server-away"
TOO_LARGE = 552  # the one refusal at the sender's name that means the mail
COUNT = PositiveSmallIntegerField()
EXPIRED = "expired before it could leave"


@sweep("deliver-mails", every=OFTEN, asks_again=True)
def deliver_mails(clock: Callable[[], datetime]) -> int:
    """Send every mail that is due, those too that a clock which was ahead put off; returns how many left."""
    release_mails_from_the_future(now=clock())
    return deliver_due(clock)


def deliver_due(clock: Callable[[], datetime]) -> int:
    """Send every mail that is due, over several connections; returns how many left. Several workers may run this.

    A mail that the server is slow with holds up its own connection only, and one is kept free for codes. `clock` is
    asked again and again: a lease starts when its mail is claimed, not when the sweep did. When the mail server is
    away, or breaks off again and again, the sweep ends, and the next one looks again.
    """
    now = clock()
    _end_the_expired(now)
    if _is_server_away(now) or not OutgoingMail.objects.due(now).exists():
        return 0
    return _Sweep(clock).run()


@dataclass(frozen=True)
class _Handover:
    """A claimed mail that is under way."""

    mail: OutgoingMail
    connection: BaseEmailBackend
    leased_until: datetime

    @property
    def waiting(self) -> WaitingMail:
        return WaitingMail(is_urgent=self.mail.kind == URGENT, was_tried=self.mail.attempts > 1)


@dataclass
class _Sweep:
    """The database is asked by this thread only, the mail server by one thread for each connection."""

    clock: Callable[[], datetime]
    idle: list[BaseEmailBackend] = field(default_factory=list)
    under_way: dict[Future[None], _Handover] = field(default_factory=dict)
    ahead: list[tuple[int, WaitingMail]] = field(default_factory=list)
    look_again_at: float = 0
    sent: int = 0
    breaks: int = 0
    is_over: bool = False

    def run(self) -> int:
        connections = [get_connection(fail_silently=False) for _ in range(settings.MAIL_CONNECTIONS)]
        self.idle = list(connections)
        ends_at = time.monotonic() + SWEEP_FOR
        with ThreadPoolExecutor(len(connections), thread_name_prefix="mail") as pool:
            while True:
                self.is_over = self.is_over or time.monotonic() > ends_at
                while mail := self._next_claimed():
                    self._start(pool, mail)
                if not self.under_way:
                    break
                done, _ = wait(self.under_way, timeout=LOOK_AGAIN_EVERY, return_when=FIRST_COMPLETED)
                for future in done:
                    self._finish(future)
                self._renew_leases()
            list(pool.map(_close, connections))
        return self.sent

    def _next_claimed(self) -> OutgoingMail | None:
        """A mail that is ours and to be sent; None if there is none, or no connection for such a mail."""
        while (place := self._next_place()) is not None:
            mail_id, _ = self.ahead.pop(place)
            now = self.clock()
            if (mail := _claim(mail_id, now)) and _end_unless_wanted(mail, now):
                return mail
        return None

    def _next_place(self) -> int | None:
        """Where among those ahead the first one stands that may have a connection."""
        if self.is_over or not self.idle:
            return None
        if not self.ahead or time.monotonic() > self.look_again_at:
            self.ahead = _next_due(self.clock())
            self.look_again_at = time.monotonic() + LOOK_AGAIN_EVERY
        used = [one.waiting for one in self.under_way.values()]
        fits = (
            place for place, (_, waiting) in enumerate(self.ahead) if has_lane(waiting, used, settings.MAIL_CONNECTIONS)
        )
        return next(fits, None)

    def _start(self, pool: ThreadPoolExecutor, mail: OutgoingMail) -> None:
        now = self.clock()
        try:
            message = message_of(mail, now)
        except Exception as error:  # a bug of ours in one mail must not hold up all others
            logger.exception("mail %s could not be built", mail.pk)
            _note_refusal(mail, now, error)
            return
        connection = self.idle.pop()
        handover = _Handover(mail, connection, now + settings.MAIL_LEASE_FOR)
        self.under_way[pool.submit(_hand_over, connection, message)] = handover

    def _finish(self, future: Future[None]) -> None:
        """Write down what the thread came back with."""
        done = self.under_way.pop(future)
        self.idle.append(done.connection)
        mail, error, now = done.mail, future.exception(), self.clock()
        self.breaks = self.breaks + 1 if _is_break(error) else 0
        if error is None:
            self.sent += _settle(mail, MailState.SENT, sent_at=now, last_error="")
            return
        logger.warning("mail %s not handed over: %s", mail.pk, _name(error))
        if isinstance(error, NoServer):
            _give_back(mail, error)
            beat(SERVER_AWAY, now=now)
            self.is_over = True
        elif isinstance(error, OutcomeUnknown):
            _note_doubt(mail, now, error)
        elif _is_break(error):
            _put_off(mail, now, error)
            self.is_over = self.is_over or self.breaks >= BREAKS_IN_A_ROW
        else:
            _note_refusal(mail, now, error)

    def _renew_leases(self) -> None:
        """A mail that takes long stays ours; when this process dies, it is free again within one lease."""
        now = self.clock()
        for future, one in self.under_way.items():
            if one.leased_until - now < settings.MAIL_LEASE_FOR / 2:
                until = now + settings.MAIL_LEASE_FOR
                _ours(one.mail).update(claimed_until=until)
                self.under_way[future] = replace(one, leased_until=until)


# --- in a thread of its own: no word with the database


def _hand_over(connection: BaseEmailBackend, message: EmailMultiAlternatives) -> None:
    """Returns when the server took the mail, or raises why it did not (kouryu/smtp.py)."""
    is_new = connection.open()
    try:
        connection.send_messages([message])
    except OutcomeUnknown:
        _close(connection)
        raise
    except OSError as error:
        if not _is_break(error):
            raise
        _close(connection)
        if is_new:
            raise
        # The server may have hung up while the connection was idle. Nothing was offered: a second try is safe.
        connection.open()
        connection.send_messages([message])


def _close(connection: BaseEmailBackend) -> None:
    """Drop a connection that may be broken; the next mail opens a new one."""
    try:
        connection.close()
    except OSError:
        connection.connection = None  # type: ignore[attr-defined]  # Django's backends have it


# --- which mails


def _end_the_expired(now: datetime) -> None:
    """What is over is never sent late, also while no server is there to ask."""
    free = Q(state=MailState.QUEUED) | Q(state=MailState.SENDING, claimed_until__lte=now)
    may_have_arrived = Q(doubts__gt=0) | Q(state=MailState.SENDING)
    end = {
        "state": Case(When(may_have_arrived, then=Value(MailState.UNKNOWN)), default=Value(MailState.DROPPED)),
        "claimed_until": None,
        "last_error": EXPIRED,
    }
    expired = OutgoingMail.objects.filter(free, expires_at__lte=now)
    expired.codes().update(**end, **NO_WORDS)
    expired.update(**end)


def _is_server_away(now: datetime) -> bool:
    """Whether a sweep found nobody there just before. A moment that lies ahead comes from a clock that was wrong."""
    return Heartbeat.objects.filter(
        job=SERVER_AWAY, beat_at__gt=now - OUTBOX.leave_alone_for, beat_at__lte=now
    ).exists()


def _next_due(now: datetime) -> list[tuple[int, WaitingMail]]:
    """The next mails that are due: codes, then what is over soonest.

    Those that were tried before are looked for apart, so that many of them hide no new one. Behind the codes it begins
    anywhere among the next ones, so that two workers seldom reach for the same mail.
    """
    due = OutgoingMail.objects.due(now).values_list("expires_at", "pk", "kind", "attempts")
    urgent = due.filter(kind=URGENT).order_by("expires_at", "pk")[:NEXT]
    new = due.exclude(kind=URGENT).filter(attempts=0).order_by("expires_at", "pk")[:NEXT]
    tried = due.exclude(kind=URGENT).filter(attempts__gt=0).order_by("expires_at", "pk")[:NEXT_TRIED]
    others = sorted([*new, *tried])
    first = random.randrange(max(1, len(others) - HANDFUL + 1))  # noqa: S311 - nothing depends on who guesses it
    rows = [*urgent, *others[first:], *others[:first]]
    return [(pk, WaitingMail(is_urgent=kind == URGENT, was_tried=attempts > 0)) for _, pk, kind, attempts in rows]


def _claim(mail_id: int, now: datetime) -> OutgoingMail | None:
    """The mail, if it is ours now. One conditional UPDATE: of two workers only one hits the row.

    A lease that ran out belongs to a worker that died, perhaps after the server took the mail: one more doubt.
    """
    claimed = (
        OutgoingMail.objects.due(now)
        .filter(pk=mail_id)
        .update(
            doubts=Case(When(state=MailState.SENDING, then=F("doubts") + 1), default=F("doubts"), output_field=COUNT),
            state=MailState.SENDING,
            claimed_until=now + settings.MAIL_LEASE_FOR,
            attempts=F("attempts") + 1,
        )
    )
    return OutgoingMail.objects.select_related("to").get(pk=mail_id) if claimed else None


def _end_unless_wanted(mail: OutgoingMail, now: datetime) -> bool:
    """Whether it may still leave; if not, that is its end."""
    if mail.doubts >= MOST_COPIES:
        _end(mail, MailState.UNKNOWN, "no worker survived sending it")
        return False
    if why := _why_drop(mail, now):
        _end(mail, MailState.DROPPED, why)
        return False
    if not mail.address.rpartition("@")[0].isascii():
        _end(mail, MailState.FAILED, "no mail goes to a name that is not ASCII")  # it would leave to another address
        return False
    return True


def _why_drop(mail: OutgoingMail, now: datetime) -> str:
    """What became true while the mail waited and makes it unwanted; empty if nothing did."""
    if now >= mail.expires_at:
        return EXPIRED
    kind = kind_named(mail.kind)
    if mail.to is None and kind.goes_to_strangers:
        return ""
    if mail.to is None or not mail.to.is_active:
        return "nobody has this account"
    return why_not_to(kind, mail.to) or ""


# --- what became of it


def _ours(mail: OutgoingMail) -> QuerySet[OutgoingMail]:
    """The row, unless the lease was lost to another worker meanwhile."""
    return OutgoingMail.objects.filter(pk=mail.pk, state=MailState.SENDING, attempts=mail.attempts)


def _settle(mail: OutgoingMail, state: MailState, **fields: object) -> int:
    """Write the end of this attempt; returns 1, or 0 if the mail was not ours any more.

    A code that is over is not kept: whoever reads the table, or a copy of it, must not find one that still works.
    """
    words = NO_WORDS if mail.holds_code and state in ENDED_MAIL else {}
    return _ours(mail).update(state=state, claimed_until=None, **fields, **words)


def _end(mail: OutgoingMail, state: MailState, why: str) -> None:
    """The mail is not tried again. Whether an earlier try arrived stays unknown, whatever ends it."""
    state = MailState.UNKNOWN if mail.doubts else state
    if state != MailState.DROPPED:
        logger.error("mail %s is given up as %s: %s", mail.pk, state, why)
    _settle(mail, state, doubts=mail.doubts, last_error=why)


def _give_back(mail: OutgoingMail, error: BaseException) -> None:
    """As if it had never been claimed: it met no server."""
    _settle(mail, MailState.QUEUED, attempts=mail.attempts - 1, last_error=_name(error))


def _put_off(mail: OutgoingMail, now: datetime, error: BaseException) -> None:
    """The server broke off before the mail was offered. Counted against nobody: the mail leaves when it is back."""
    _settle(mail, MailState.QUEUED, send_after=retry_at(mail.attempts, now), last_error=_name(error))


def _note_refusal(mail: OutgoingMail, now: datetime, error: BaseException) -> None:
    refusals = mail.refusals + 1
    if _is_final(error) or refusals >= settings.MAIL_ATTEMPTS:
        _end(mail, MailState.FAILED, _name(error))
        return
    _settle(mail, MailState.QUEUED, send_after=retry_at(refusals, now), refusals=refusals, last_error=_name(error))


def _note_doubt(mail: OutgoingMail, now: datetime, error: BaseException) -> None:
    """It may have arrived: tried again after a long pause under the same Message-ID, and only a few times."""
    mail.doubts += 1
    if mail.doubts >= MOST_COPIES:
        _end(mail, MailState.UNKNOWN, _name(error))
        return
    _settle(
        mail,
        MailState.QUEUED,
        send_after=retry_in_doubt_at(mail.doubts, now),
        doubts=mail.doubts,
        last_error=_name(error),
    )


def _name(error: BaseException) -> str:
    """The kind of error only: what a server says may hold an address."""
    return type(error.__cause__ or error).__name__


def _is_break(error: BaseException | None) -> bool:
    """Whether the server broke off, or refused the site as a sender, before the mail was offered."""
    if isinstance(error, smtplib.SMTPSenderRefused):
        return error.smtp_code != TOO_LARGE
    return isinstance(error, OSError) and not isinstance(error, (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError))


def _is_final(error: BaseException) -> bool:
    """Whether the server said never (5xx), rather than not now."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500
