"""A real worker and a real beat deliver through a real broker and a real SMTP server, whoever is killed."""

from __future__ import annotations

import os
import signal

import pytest
from django.conf import settings

from members.mail.choices import MailState
from members.mail.messages import message_id
from members.models import Heartbeat, OutgoingMail, User
from tests import factories
from tests.rig.site import pool_of, wait_until

pytestmark = [pytest.mark.live, pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

DUE = 500
KILLS_AFTER = (40, 120, 200, 280, 360)  # mails that arrived
WORKER = ("worker", "--concurrency", "2")


@pytest.fixture
def reader(transactional_db) -> User:
    """Somebody whom no sweep of today writes to: on the first of a month, say, paying members get a statement."""
    return factories.make_account()


def test_a_due_mail_leaves_with_text_page_and_calendar(mail_server, beat, celery, reader):
    celery(*WORKER)
    mail = factories.make_mail(
        "seat/confirmed/1/2",
        to=reader,
        subject="席が決まりました",
        text="会の案内です。\n",
        html="<p>会の案内です。</p>",
        calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        calendar_method="REQUEST",
    )

    wait_until(lambda: _all_sent(), what="the mail is sent")

    [message] = mail_server.taken
    assert message["Message-ID"] == message_id(mail.key, "example.jp")
    assert message["To"] == mail.address
    assert message["Subject"] == "席が決まりました"
    assert message["Auto-Submitted"] == "auto-generated"
    parts = [part for part in message.walk() if not part.is_multipart()]
    assert [(part.get_content_type(), part.get_content().splitlines()) for part in parts] == [
        ("text/plain", ["会の案内です。"]),
        ("text/html", ["<p>会の案内です。</p>"]),
        ("text/calendar", ["BEGIN:VCALENDAR", "END:VCALENDAR"]),
    ]
    wait_until(lambda: Heartbeat.objects.filter(job="heartbeat").exists(), what="the beat is noted")


def test_mails_wait_for_a_broker_that_was_killed(broker, mail_server, beat, celery, reader):
    worker = celery(*WORKER)
    factories.make_mail("first", to=reader)
    wait_until(lambda: _all_sent(), what="the first mail is sent")

    broker.kill()
    factories.make_mail("second", to=reader)
    broker.start()

    def sent_by_this_worker_or_the_next() -> bool:
        # Losing its broker in an unlucky moment ends a worker (kombu 5.7); whoever watches it starts the next.
        nonlocal worker
        if worker.poll() is not None:
            worker = celery(*WORKER)
        return _all_sent()

    wait_until(sent_by_this_worker_or_the_next, what="the second mail is sent")
    assert mail_server.arrivals == {message_id("first", "example.jp"): 1, message_id("second", "example.jp"): 1}


def test_killing_the_whole_worker_five_times_loses_no_mail(mail_server, beat, celery, reader):
    _make_due_mails(reader)
    worker = celery(*WORKER)

    for arrived in KILLS_AFTER:
        _wait_for_arrivals(mail_server, arrived)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        worker = celery(*WORKER)

    _assert_each_arrived(mail_server, kills=len(KILLS_AFTER))


def test_killing_its_pool_processes_five_times_loses_no_mail(mail_server, beat, celery, reader):
    _make_due_mails(reader)
    worker = celery(*WORKER)

    for arrived in KILLS_AFTER:
        _wait_for_arrivals(mail_server, arrived)
        for pid in pool_of(worker):
            os.kill(pid, signal.SIGKILL)

    _assert_each_arrived(mail_server, kills=len(KILLS_AFTER))


def _make_due_mails(reader: User) -> None:
    for number in range(DUE):
        factories.make_mail(f"follow-up/attended/1/{number}", to=reader)


def _wait_for_arrivals(mail_server, count: int) -> None:
    wait_until(lambda: len(mail_server.taken) >= count, what=f"{count} mails arrived, going on after a kill")
    assert not _all_sent(), "the kill came too late to hit anything"


def _assert_each_arrived(mail_server, *, kills: int) -> None:
    """Each of the 500, and twice only what was in flight at a kill: one mail for each connection of both processes."""
    wait_until(lambda: _all_sent(), what="all mails are sent")
    arrivals = mail_server.arrivals
    assert set(arrivals) == {message_id(f"follow-up/attended/1/{number}", "example.jp") for number in range(DUE)}
    twice = sum(arrivals.values()) - DUE
    print(f"{twice} of {DUE} mails arrived twice after {kills} kills")
    assert twice <= 2 * settings.MAIL_CONNECTIONS * kills


def _all_sent() -> bool:
    return not OutgoingMail.objects.exclude(state=MailState.SENT).exists()
