"""A mail server that is slow, hangs up or refuses, at each step of handing over a mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest

from members.mail.choices import ACCOUNT_MAIL, MailState
from members.mail.flows.delivery import SERVER_AWAY, deliver_due
from members.mail.messages import message_id
from members.mail.rules import MOST_COPIES
from members.models import Heartbeat, OutgoingMail
from tests import factories
from tests.rig.smtp import CUT, HANG, STEPS, FakeMailServer, SmtpFault

MINUTE = timedelta(minutes=1)
OTHERS = 5


@pytest.fixture
def server(settings):
    server = FakeMailServer()
    url = urlsplit(server.url)
    settings.EMAIL_BACKEND = "kouryu.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = url.hostname, url.port
    yield server
    server.stop()


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 21, 12, tzinfo=factories.TOKYO)


# Every wait that is asked of a mail ends at one of these: refusals 1, 2, 4 … 60 minutes apart, doubts 15 and 120.
SWEEPS = [minutes * MINUTE for minutes in (0, 1, 3, 7, 15, 31, 63, 123, 135, 183)]


def play(now: datetime) -> None:
    for after in SWEEPS:
        deliver_due(lambda after=after: now + after)


# What becomes of one mail, if the server does this at this step whenever it comes: copies that arrived, its state
# three hours later, refusals and doubts.
QUEUED, SENT, FAILED, UNKNOWN = MailState.QUEUED, MailState.SENT, MailState.FAILED, MailState.UNKNOWN
BEFORE_THE_DOT = (0, QUEUED, 0, 0)  # counted against nobody, and tried as long as the mail is of use
AFTER_THE_DOT = (MOST_COPIES, UNKNOWN, 0, MOST_COPIES)
NOT_NOW = (0, FAILED, 7, 0)  # the eighth refusal ends it
NEVER = (0, FAILED, 0, 0)
TABLE = {
    ("connect", HANG): BEFORE_THE_DOT,
    ("connect", CUT): BEFORE_THE_DOT,
    ("connect", "421 busy"): BEFORE_THE_DOT,
    ("connect", "554 no"): BEFORE_THE_DOT,
    ("EHLO", HANG): BEFORE_THE_DOT,
    ("EHLO", CUT): BEFORE_THE_DOT,
    ("EHLO", "421 busy"): BEFORE_THE_DOT,
    ("EHLO", "550 no"): BEFORE_THE_DOT,
    ("MAIL", HANG): BEFORE_THE_DOT,
    ("MAIL", CUT): BEFORE_THE_DOT,
    ("MAIL", "451 not now"): BEFORE_THE_DOT,
    ("MAIL", "550 not you"): BEFORE_THE_DOT,
    ("MAIL", "552 too large"): NEVER,
    ("RCPT", HANG): BEFORE_THE_DOT,
    ("RCPT", CUT): BEFORE_THE_DOT,
    ("RCPT", "451 not now"): NOT_NOW,
    ("RCPT", "421 not now"): NOT_NOW,
    ("RCPT", "550 nobody"): NEVER,
    ("DATA", HANG): BEFORE_THE_DOT,
    ("DATA", CUT): BEFORE_THE_DOT,
    ("DATA", "451 not now"): NOT_NOW,
    ("DATA", "554 no"): NEVER,
    ("dot", HANG): AFTER_THE_DOT,
    ("dot", CUT): AFTER_THE_DOT,
    ("dot", "what?"): AFTER_THE_DOT,
    ("dot", "354 go on"): AFTER_THE_DOT,
    ("dot", "452 not now"): NOT_NOW,
    ("dot", "421 not now"): NOT_NOW,
    ("dot", "554 no"): NEVER,
    ("QUIT", HANG): (1, SENT, 0, 0),
    ("QUIT", CUT): (1, SENT, 0, 0),
    ("QUIT", "421 no"): (1, SENT, 0, 0),
}


def test_the_table_has_every_step():
    assert {step for step, _ in TABLE} == set(STEPS)


@pytest.mark.django_db
@pytest.mark.parametrize(("step", "answer"), TABLE, ids=lambda value: value)
def test_each_fault_at_each_step(server, now, settings, step, answer):
    mail = factories.make_mail("seat/confirmed/1/1", now=now)
    others = [factories.make_mail(f"seat/confirmed/1/{number}", now=now) for number in range(2, 2 + OTHERS)]
    is_about_one = step in {"RCPT", "DATA", "dot"}
    server.fault = SmtpFault(step, answer, to=mail.address if is_about_one else "")
    if (step, answer) == ("MAIL", "552 too large"):
        others = []
    if answer == HANG:  # no other test waits for a clock
        settings.EMAIL_TIMEOUT, settings.MAIL_ANSWER_WITHIN = 0.3, timedelta(seconds=2)

    play(now)

    mail.refresh_from_db()
    copies, state, refusals, doubts = TABLE[step, answer]
    assert (server.copies[mail.address], mail.state) == (copies, state)
    assert (mail.refusals, mail.doubts, mail.claimed_until) == (refusals, doubts, None)
    assert set(server.arrivals) <= {message_id(one.key, "example.jp") for one in [mail, *others]}
    if is_about_one:
        assert [server.copies[other.address] for other in others] == [1] * OTHERS

    server.fault = None
    settings.EMAIL_TIMEOUT = 10
    play(now + timedelta(hours=4))

    left = 1 if state == QUEUED else 0
    assert server.copies[mail.address] == copies + left <= MOST_COPIES
    assert [server.copies[other.address] for other in others] == [1] * len(others)


@pytest.mark.django_db
def test_a_mail_in_doubt_is_tried_after_a_quarter_of_an_hour_and_after_two_hours(server, now):
    mail = factories.make_mail("seat/confirmed/1/1", now=now)
    server.fault = SmtpFault("dot", CUT)
    tried = []
    for moment in (now, now + 15 * MINUTE, now + 135 * MINUTE):
        deliver_due(lambda moment=moment: moment - MINUTE)
        before = server.copies[mail.address]
        deliver_due(lambda moment=moment: moment)
        tried.append(server.copies[mail.address] - before)

    assert tried == [1, 1, 1]
    assert len(server.arrivals) == 1, "each copy has the same Message-ID"


@pytest.mark.django_db
@pytest.mark.parametrize("ends", [SmtpFault("RCPT", "550 nobody"), None], ids=["refused-later", "taken-later"])
def test_a_doubt_is_kept_whatever_comes_later(server, now, ends):
    mail = factories.make_mail("seat/confirmed/1/1", now=now)
    server.fault = SmtpFault("dot", CUT)
    deliver_due(lambda: now)
    server.fault = ends
    deliver_due(lambda: now + 15 * MINUTE)

    mail.refresh_from_db()
    assert (mail.state, mail.doubts) == (UNKNOWN if ends else SENT, 1)


@pytest.mark.django_db
def test_the_others_leave_while_the_server_is_slow_with_one(server, now):
    """The server gives the first mail its last answer only when all others have come."""
    first = factories.make_mail("seat/confirmed/1/1", now=now - MINUTE)
    for number in range(2, 2 + OTHERS):
        factories.make_mail(f"seat/confirmed/1/{number}", now=now)
    server.hold(first.address, until_others=OTHERS)

    assert deliver_due(lambda: now) == 1 + OTHERS


@pytest.mark.django_db
def test_mails_that_are_slow_leave_a_way_for_a_code_that_is_asked_for_meanwhile(server, now, settings):
    """As many slow mails as there are connections; the code is written while the server is busy with them."""
    for number in range(settings.MAIL_CONNECTIONS):
        factories.make_mail(f"seat/confirmed/1/{number}", now=now)
    reader = factories.make_member()
    server.hold(*OutgoingMail.objects.values_list("address", flat=True), until_others=1)

    def clock() -> datetime:
        if server.held and not OutgoingMail.objects.filter(key="code").exists():
            factories.make_mail("code", to=reader, kind=ACCOUNT_MAIL, now=now)
        return now

    assert deliver_due(clock) == settings.MAIL_CONNECTIONS + 1
    assert server.copies[reader.email] == 1


@pytest.mark.django_db
def test_a_code_leaves_before_all_others(server, now, settings):
    settings.MAIL_CONNECTIONS = 1
    for number in range(30):
        factories.make_mail(f"seat/confirmed/1/{number}", now=now - timedelta(days=1))
    code = factories.make_mail("code", kind=ACCOUNT_MAIL, now=now)

    deliver_due(lambda: now)

    assert server.taken[0]["To"] == code.address


@pytest.mark.django_db
def test_a_slow_mail_stays_with_its_worker(server, now, settings):
    """The lease is renewed as long as the server works on the mail: no second worker sends it meanwhile."""
    mail = factories.make_mail("seat/confirmed/1/1", now=now)
    server.hold(mail.address, until_others=1)
    moments = iter(range(10_000))

    def clock() -> datetime:  # a third of a lease passes between two looks
        moment = now + next(moments) * settings.MAIL_LEASE_FOR / 3
        mail.refresh_from_db()
        if mail.state == MailState.SENDING and mail.claimed_until < moment:
            raise AssertionError("the lease ran out")
        if moment > now + 5 * settings.MAIL_LEASE_FOR:
            server.let_go()
        return moment

    assert deliver_due(clock) == 1


@pytest.mark.django_db
def test_the_answer_to_the_whole_mail_may_come_later_than_any_other(server, now, settings):
    """A filter in front of the queue takes its time; that is no doubt, and no second copy."""
    settings.EMAIL_TIMEOUT = 2
    mail = factories.make_mail("seat/confirmed/1/1", now=now)
    server.hold(mail.address, until_others=1)
    looks = iter(range(10_000))

    def clock() -> datetime:  # a few looks a second: more than the two that any other answer may take
        if server.held and next(looks) > 12:
            server.let_go()
        return now

    assert deliver_due(clock) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.doubts, server.copies[mail.address]) == (SENT, 0, 1)


@pytest.mark.django_db
def test_a_server_that_is_away_is_left_alone_for_twenty_seconds(server, now):
    factories.make_mail("seat/confirmed/1/1", now=now)
    server.fault = SmtpFault("connect", "421 busy")
    deliver_due(lambda: now)
    server.fault = None

    sent = [deliver_due(lambda after=after: now + timedelta(seconds=after)) for after in (0, 19, 20)]

    assert sent == [0, 0, 1]


@pytest.mark.django_db
def test_a_note_from_a_clock_that_was_ahead_keeps_no_mail(server, now):
    factories.make_mail("seat/confirmed/1/1", now=now)
    Heartbeat.objects.create(job=SERVER_AWAY, beat_at=now + timedelta(days=1))

    assert deliver_due(lambda: now) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "recipient"),
    [
        ('"foo..bar"@docomo.ne.jp', "foo..bar@docomo.ne.jp"),  # as docomo gave them out, and has them in commands
        ('"a b"@example.jp', '"a b"@example.jp'),
        ("foo@日本.jp", "foo@xn--wgv71a.jp"),
    ],
)
def test_an_odd_address_stands_as_it_is_in_the_command(server, now, address, recipient):
    factories.make_mail("seat/confirmed/1/1", now=now, address=address)

    deliver_due(lambda: now)

    assert server.envelopes == [("kouryu@example.jp", recipient)]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["fıo@example.jp", '"ü"@example.jp', "太郎@example.jp"])
def test_no_mail_goes_to_an_address_that_would_be_written_as_another_one(server, now, address):
    mail = factories.make_mail("seat/confirmed/1/1", now=now, address=address)

    deliver_due(lambda: now)

    mail.refresh_from_db()
    assert (server.envelopes, mail.state) == ([], MailState.FAILED)
    assert mail.last_error == "no mail goes to a name that is not ASCII"


@pytest.mark.django_db
@pytest.mark.parametrize("length", [1, 12, 13, 14, 40, 190])
def test_a_subject_begins_on_the_line_of_its_name(server, now, length):
    subject = "席" * length
    factories.make_mail("seat/confirmed/1/1", now=now, subject=subject)

    deliver_due(lambda: now)

    lines = server.raw[0].split(b"\r\n")
    [line] = [line for line in lines if line.startswith(b"Subject:")]
    assert line.startswith(b"Subject: =?utf-8?")
    assert max(len(line) for line in lines) <= 78
    assert server.taken[0]["Subject"] == subject
