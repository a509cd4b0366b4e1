"""A code is not readable once its mail is over, and no mail's words are longer than a reader may ask for them."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail as django_mail
from django.core.mail.backends import locmem
from django.urls import reverse
from django.utils import timezone

from events.registration.choices import SEAT_MAIL
from feedback.insight.export import SECTIONS
from members.audit import flows as heartbeat
from members.entrance import mails
from members.entrance.limits import CODES
from members.invariants import members as invariants
from members.mail.choices import ACCOUNT_MAIL, CodeMail, MailState
from members.mail.flows import delivery
from members.mail.flows.delivery import deliver_due
from members.mail.flows.forgetting import MAILS_AT_ONCE, forget_words
from members.mail.limits import OUTBOX
from members.models import NO_WORDS, Heartbeat, OutgoingMail
from tests import factories, sweeps

NOW = timezone.now()
MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)
CODE = "ABCD-WXYZ"
KEPT_FOR = OUTBOX.words_kept_for
ASK = {
    CodeMail.VERIFICATION: mails.verification_code,
    CodeMail.NEW_PASSWORD: mails.password_code,
    CodeMail.LOGIN: mails.login_code,
    CodeMail.PROOF: mails.proof_code,
}


def words(mail: OutgoingMail) -> str:
    mail.refresh_from_db()
    return mail.subject + mail.text + mail.html + mail.calendar


def code_mail(member, what=CodeMail.LOGIN) -> OutgoingMail:
    ASK[what](member, address=member.email, code=CODE, until=NOW + CODES.holds_for, now=NOW)
    return OutgoingMail.objects.get(to=member)


def ended(key="seat/confirmed/1/2", **fields) -> OutgoingMail:
    """A mail that left 30 days ago, with a calendar file."""
    at = NOW - KEPT_FOR
    fields = {"state": MailState.SENT, "sent_at": at, "attempts": 1, "calendar": "BEGIN:VCALENDAR", **fields}
    return factories.make_mail(key, now=at, **fields)


# --- codes


@pytest.mark.parametrize("what", CodeMail)
def test_a_code_that_was_sent_stands_in_its_mail_only(aki, what):
    mail = code_mail(aki, what)
    assert all(CODE in part for part in (mail.subject, mail.text, mail.html))

    deliver_due(lambda: NOW)

    assert words(mail) == ""
    assert CODE in django_mail.outbox[0].body
    assert (mail.state, mail.sent_at, mail.to, mail.address) == (MailState.SENT, NOW, aki, aki.email)
    assert mail.key.startswith(f"account/{what}/{aki.pk}/")


def _too_late(mail, monkeypatch):
    return mail.expires_at


def _account_gone(mail, monkeypatch):
    mail.to.is_active = False
    mail.to.save()
    return NOW


def _taken_up_too_often(mail, monkeypatch):
    OutgoingMail.objects.update(state=MailState.SENDING, claimed_until=NOW, doubts=delivery.MOST_COPIES)
    return NOW


def _refused(mail, monkeypatch):
    class Refusing(locmem.EmailBackend):
        def send_messages(self, messages):
            raise smtplib.SMTPRecipientsRefused({mail.address: (550, b"no such mailbox")})

    monkeypatch.setattr(delivery, "get_connection", lambda **_: Refusing())
    return NOW


ENDS = [_too_late, _account_gone, _taken_up_too_often, _refused]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__.strip("_"))
def test_a_code_that_will_not_be_sent_is_not_kept(aki, monkeypatch, end):
    mail = code_mail(aki)
    now = end(mail, monkeypatch)

    deliver_due(lambda: now)

    assert words(mail) == ""
    assert mail.state in (MailState.DROPPED, MailState.UNKNOWN, MailState.FAILED)
    assert mail.last_error


def test_a_code_that_is_tried_again_keeps_its_words(aki, monkeypatch):
    mail = code_mail(aki)

    class Busy(locmem.EmailBackend):
        def send_messages(self, messages):
            raise smtplib.SMTPRecipientsRefused({mail.address: (450, b"not now")})

    monkeypatch.setattr(delivery, "get_connection", lambda **_: Busy())
    deliver_due(lambda: NOW)

    assert CODE in words(mail)
    assert mail.state == MailState.QUEUED


def test_other_mails_keep_their_words_when_they_left(aki):
    mail = factories.make_mail("account/changed/1/x", to=aki, kind=ACCOUNT_MAIL, now=NOW)
    deliver_due(lambda: NOW)
    assert "お知らせ" in words(mail)
    assert mail.state == MailState.SENT


def test_every_mail_that_names_a_code_is_known_as_one():
    folder = Path(settings.BASE_DIR) / "templates" / "mail"
    files = [path for path in folder.rglob("*") if path.is_file() and "{{ code" in path.read_text()]
    assert {str(path.parent.relative_to(folder)) for path in files} == {f"account/{what}" for what in CodeMail}


# --- all others


@pytest.mark.parametrize(
    ("fields", "is_forgotten"),
    [
        ({}, True),
        ({"sent_at": NOW - KEPT_FOR + MINUTE}, False),
        ({"state": MailState.FAILED, "sent_at": None, "expires_at": NOW - KEPT_FOR}, True),
        ({"state": MailState.UNKNOWN, "sent_at": None, "expires_at": NOW - KEPT_FOR}, True),
        ({"state": MailState.DROPPED, "sent_at": None, "expires_at": NOW - KEPT_FOR}, True),
        ({"state": MailState.DROPPED, "sent_at": None, "expires_at": NOW - KEPT_FOR + MINUTE}, False),
        ({"state": MailState.QUEUED, "sent_at": None, "expires_at": NOW - KEPT_FOR}, False),
        ({"state": MailState.SENDING, "sent_at": None, "expires_at": NOW - KEPT_FOR}, False),
        ({"key": "account/login-code/1/x", "kind": ACCOUNT_MAIL, "sent_at": NOW}, True),
        ({"key": "account/changed/1/x", "kind": ACCOUNT_MAIL, "sent_at": NOW}, False),
    ],
)
def test_words_are_forgotten_thirty_days_after_a_mail_is_over(db, fields, is_forgotten):
    mail = ended(**fields)
    before = {name: value for name, value in vars(mail).items() if name not in NO_WORDS and name != "_state"}

    assert forget_words(now=NOW) == is_forgotten

    assert (words(mail) == "") == is_forgotten
    assert {name: getattr(mail, name) for name in before} == before


def test_words_are_forgotten_in_batches_and_once(db):
    for number in range(MAILS_AT_ONCE + 2):
        ended(f"seat/confirmed/1/{number}", to=None if number else factories.make_member(), address="a@example.jp")
    assert forget_words(now=NOW) == MAILS_AT_ONCE + 2
    assert forget_words(now=NOW) == 0


def test_the_job_notes_that_it_ran(db):
    mail = ended()
    sweeps.run("forget-words")
    assert words(mail) == ""
    assert Heartbeat.objects.get(job="forget-words").beat_at >= NOW


def test_the_page_says_for_how_long(client, db):
    page = client.get(reverse("members:privacy")).content.decode()
    assert f"お送りしたメールの文面：お送りしてから{KEPT_FOR.days}日" in page


def test_an_archive_names_mails_whose_words_are_gone(aki):
    ended(to=aki)
    forget_words(now=NOW)
    section = SECTIONS["mails"]
    assert list(section.rows(aki).values_list("kind", "subject")) == [(SEAT_MAIL, "")]


# --- the check


@pytest.mark.parametrize(
    ("fields", "is_named"),
    [
        ({"sent_at": NOW - KEPT_FOR - A_DAY - MINUTE}, True),
        ({"sent_at": NOW - KEPT_FOR - A_DAY + MINUTE}, False),
        ({"key": "account/password-code/1/x", "kind": ACCOUNT_MAIL, "sent_at": NOW}, True),
        ({"key": "account/password-code/1/x", "kind": ACCOUNT_MAIL, "state": MailState.QUEUED}, False),
    ],
)
def test_words_that_stayed_are_named(db, fields, is_named):
    mail = ended(**fields)
    heartbeat.beat("forget-words", now=NOW)
    named = invariants.words_of_mails_are_forgotten(NOW)
    assert named == ([f"mail {mail.pk} is over and still holds its words"] if is_named else [])

    OutgoingMail.objects.update(**NO_WORDS)
    assert invariants.words_of_mails_are_forgotten(NOW) == []
