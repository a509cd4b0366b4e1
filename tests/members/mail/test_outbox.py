"""What becomes of a mail between the act that caused it and the mail server."""

from __future__ import annotations

import hashlib
import socket
import threading
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core import mail as django_mail
from django.db import transaction

from events.registration.choices import FOLLOW_UP_MAIL, SEAT_MAIL
from feedback.letters.choices import LETTER_MAIL
from kouryu import celery as wakeups
from members.mail import outbox
from members.mail.choices import MailState
from members.mail.flows.delivery import deliver_due
from members.mail.limits import OUTBOX
from members.mail.messages import message_id
from members.mail.rules import MOST_COPIES
from members.models import OutgoingMail
from tests import factories
from tests.rig.smtp import FakeMailServer

NOW = NOON = datetime(2026, 11, 21, 3, tzinfo=UTC)  # 12:00 in Tokyo
MINUTE = timedelta(minutes=1)


@pytest.fixture
def mail(db) -> OutgoingMail:
    return factories.make_mail("seat/confirmed/1/2", now=NOON)


@pytest.fixture
def templates(settings, tmp_path):
    """A mail of three lines, so that these tests depend on no wording."""
    folder = tmp_path / "mail" / "plain"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text("お知らせ\n {{ word }}\n")
    (folder / "text.txt").write_text("{{ to.called_name }}さん {{ site_url }}/x/\n")
    (folder / "body.html").write_text("<style>p{color:red}</style><p>{{ word }}</p>")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]


def enqueue(to, **fields):
    fields = {"kind": SEAT_MAIL, "now": NOON, **fields}
    return outbox.enqueue("seat/confirmed/1/2", to=to, template="plain", context={"word": "席"}, **fields)


def test_enqueue_writes_a_finished_mail(templates, aki):
    assert enqueue(aki) is True

    mail = OutgoingMail.objects.get()
    assert (mail.subject, mail.text) == ("お知らせ 席", "あきさん http://127.0.0.1:8000/x/\n")
    assert '<p style="color: red;">席</p>' in mail.html
    assert (mail.address, mail.send_after, mail.expires_at) == (aki.email, NOON, NOON + OUTBOX.kept_for)


def test_enqueue_writes_each_key_once(templates, aki):
    assert [enqueue(aki), enqueue(aki)] == [True, False]
    assert OutgoingMail.objects.count() == 1


def test_enqueue_leaves_no_mail_when_the_act_is_undone(templates, aki):
    def act():
        with transaction.atomic():
            enqueue(aki)
            raise RuntimeError("the act failed")

    with pytest.raises(RuntimeError):
        act()

    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(("kind", "written"), [(FOLLOW_UP_MAIL, False), (SEAT_MAIL, True)], ids=["optional", "needed"])
def test_enqueue_for_a_member_who_switched_the_kind_off(templates, aki, kind, written):
    aki.muted_mail = [kind]

    assert enqueue(aki, kind=kind) == written


def test_a_quiet_mail_waits_for_seven_in_the_morning(templates, aki):
    at_night = datetime(2026, 11, 21, 14, tzinfo=UTC)  # 23:00 in Tokyo

    enqueue(aki, now=at_night, quiet=True)

    assert OutgoingMail.objects.get().send_after == datetime(2026, 11, 21, 22, tzinfo=UTC)


def test_a_due_mail_leaves_once(mail):
    assert deliver_due(lambda: NOON) == 1
    assert deliver_due(lambda: NOON + MINUTE) == 0

    assert [sent.to for sent in django_mail.outbox] == [[mail.address]]
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, mail.claimed_until) == (MailState.SENT, NOON, None)


def test_many_mails_leave_over_few_connections(db, settings):
    for number in range(30):
        factories.make_mail(f"seat/confirmed/1/{number}", now=NOON)
    server = FakeMailServer()
    with ExitStack() as stack:
        stack.callback(server.stop)
        url = urlsplit(server.url)
        settings.EMAIL_BACKEND = "kouryu.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = url.hostname, url.port

        assert deliver_due(lambda: NOON) == 30
        assert len(server.taken) == 30
        assert server.connections <= settings.MAIL_CONNECTIONS - 1  # one is kept for codes


def test_a_mail_does_not_leave_before_its_time(mail):
    assert deliver_due(lambda: NOON - MINUTE) == 0
    assert django_mail.outbox == []


def test_a_claimed_mail_is_left_alone_until_the_lease_ends(mail):
    OutgoingMail.objects.update(state=MailState.SENDING, claimed_until=NOON + settings.MAIL_LEASE_FOR, attempts=1)

    assert deliver_due(lambda: NOON + MINUTE / 2) == 0
    assert deliver_due(lambda: NOON + settings.MAIL_LEASE_FOR) == 1


def test_a_mail_sent_again_has_the_same_message_id(mail):
    deliver_due(lambda: NOON)
    OutgoingMail.objects.update(state=MailState.SENDING, claimed_until=NOON)  # killed before it could be marked
    deliver_due(lambda: NOON + MINUTE)

    first, second = (sent.message()["Message-ID"] for sent in django_mail.outbox)
    assert first == second


def test_one_mail_that_cannot_be_built_holds_up_no_other(mail):
    broken = factories.make_mail("broken", now=NOON - MINUTE, subject="a line\nand another")

    assert deliver_due(lambda: NOON) == 1

    states = dict(OutgoingMail.objects.values_list("key", "state"))
    assert states == {mail.key: MailState.SENT, broken.key: MailState.QUEUED}


def test_a_mail_that_kills_its_worker_every_time_is_given_up(mail):
    for _ in range(MOST_COPIES):
        deliver_due(lambda: NOON)
        OutgoingMail.objects.update(state=MailState.SENDING, claimed_until=NOON)  # as if it had died before

    deliver_due(lambda: NOON)

    mail.refresh_from_db()
    assert mail.state == MailState.UNKNOWN
    assert len(django_mail.outbox) == MOST_COPIES


def _expire(mail):
    OutgoingMail.objects.update(expires_at=NOON)


def _delete_account(mail):
    mail.to.is_active = False
    mail.to.save()


def _switch_off(mail):
    OutgoingMail.objects.update(kind=LETTER_MAIL)
    mail.to.muted_mail = [LETTER_MAIL]
    mail.to.save()


@pytest.mark.parametrize("happens", [_expire, _delete_account, _switch_off], ids=lambda happens: happens.__name__)
def test_a_mail_that_became_unwanted_while_it_waited_is_dropped(mail, happens):
    happens(mail)

    assert deliver_due(lambda: NOON) == 0

    mail.refresh_from_db()
    assert mail.state == MailState.DROPPED
    assert django_mail.outbox == []


def test_a_worker_that_lost_its_lease_does_not_overwrite_what_the_next_one_wrote(mail):
    def clock():  # when the mail has left and is not marked yet, somebody else takes it up
        if django_mail.outbox:
            OutgoingMail.objects.update(attempts=2, claimed_until=NOON + settings.MAIL_LEASE_FOR)
        return NOON

    deliver_due(clock)

    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.SENDING, 2)


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_never_answers_does_not_hold_up_the_act(templates, monkeypatch):
    aki = factories.make_member("あき")
    with socket.create_server(("127.0.0.1", 0)) as mute:
        monkeypatch.setattr(wakeups.app.conf, "broker_url", f"redis://127.0.0.1:{mute.getsockname()[1]}/0")
        monkeypatch.setattr(wakeups.app.amqp, "_producer_pool", None)

        enqueue(aki)

        # The act is over and its mail is written, while the wake-up still waits for the broker.
        [sender] = [thread for thread in threading.enumerate() if thread.name == "wake-ups"]
        assert sender.is_alive()
        assert OutgoingMail.objects.get().state == MailState.QUEUED


def test_nobody_works_out_the_key_of_a_mail_from_its_message_id(settings):
    """Keys hold numbers of rows; with another key of the site the same mail has another Message-ID."""
    key = "safety/handled/12/34"
    ours = message_id(key, "example.jp")
    assert hashlib.sha256(key.encode()).hexdigest()[:32] not in ours
    settings.SECRET_KEY = "k" * 60
    assert message_id(key, "example.jp") != ours
