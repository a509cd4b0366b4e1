"""Several workers find the same mail due at the same moment."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.core import mail as django_mail

from members.mail.choices import MailState
from members.mail.flows import delivery
from members.models import OutgoingMail
from tests import factories
from tests.rig.crowd import all_at_once
from tests.rig.patience import hang_limit

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
WORKERS = 8


def deliver_by_all_workers() -> list[str]:
    """To whom a mail left when every worker sweeps at once."""
    before = len(django_mail.outbox)
    all_at_once(lambda _: delivery.deliver_due(lambda: NOW), range(WORKERS))
    return [to for message in django_mail.outbox[before:] for to in message.to]


def test_each_of_many_contested_mails_leaves_once():
    for number in range(20):
        mail = factories.make_mail(f"contested/{number}", now=NOW)
        assert deliver_by_all_workers() == [mail.address]

    assert set(OutgoingMail.objects.values_list("state", "attempts")) == {(MailState.SENT, 1)}


def test_control_an_unconditional_claim_sends_the_mail_from_every_worker(monkeypatch):
    """Takes the condition out of `delivery._claim`: every worker that saw the mail due then sends it."""
    mail = factories.make_mail("contested", now=NOW)
    all_have_looked = Barrier(WORKERS)

    def claim_without_condition(mail_id, now):
        found = OutgoingMail.objects.due(now).select_related("to").get(pk=mail_id)
        all_have_looked.wait(timeout=hang_limit())
        OutgoingMail.objects.filter(pk=mail_id).update(state=MailState.SENDING)
        return found

    monkeypatch.setattr(delivery, "_claim", claim_without_condition)

    assert deliver_by_all_workers() == [mail.address] * WORKERS
