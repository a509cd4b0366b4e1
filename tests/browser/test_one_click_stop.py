"""One click in a mail stops its kind, without signing in."""

from __future__ import annotations

import re
from urllib.request import urlopen

import pytest
from django.utils import timezone

from feedback.growth.choices import DIGEST_MAIL
from feedback.letters.choices import LETTER_MAIL
from members.mail import outbox
from members.mail.flows.delivery import deliver_due
from tests import factories
from tests.rig.patience import hang_limit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def send(member, kind, mail_server):
    """The mail as it arrived over SMTP."""
    now = timezone.now()
    written = outbox.enqueue(f"test/{kind}", kind=kind, to=member, template="letter/arrived", context={}, now=now)
    deliver_due(timezone.now)
    return mail_server.taken[-1] if written else None


def test_a_member_stops_one_kind_from_the_mail_and_a_mail_program_another(meet, mail_server):
    member = factories.make_member("あき")
    aki = meet("aki", javascript=False)

    letter = send(member, LETTER_MAIL, mail_server)
    address = re.search(r"http\S+/mails/stop/\S+", letter.get_body(("plain",)).get_content())[0]
    aki.go(address)
    aki.sees("このお知らせを止めますか")
    aki.does_not_see("あきさん")
    aki.presses("このお知らせを止める")
    aki.sees("このお知らせは、もう届きません")
    member.refresh_from_db()
    assert member.muted_mail == [LETTER_MAIL]

    digest = send(member, DIGEST_MAIL, mail_server)
    assert digest["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = re.fullmatch(r"\s*<(https?://\S+)>", digest["List-Unsubscribe"])[1]  # RFC 2369: one address in brackets
    with urlopen(url, data=b"List-Unsubscribe=One-Click", timeout=hang_limit()) as answer:  # noqa: S310 - our own address
        assert (answer.status, answer.url) == (200, url)
    member.refresh_from_db()
    assert set(member.muted_mail) == {LETTER_MAIL, DIGEST_MAIL}
    assert aki.errors == []
