"""Several workers write the same mail at the same moment."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone

from events.registration import mails
from members.models import AuditEntry, OutgoingMail
from tests import factories
from tests.rig.crowd import all_at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

WORKERS = 8


def test_a_contested_mail_is_written_once_and_undoes_no_act():
    now = timezone.now()
    registration = factories.make_registration(factories.make_event(), factories.make_member())

    def act(_: int) -> None:
        with transaction.atomic():
            mails.seat_confirmed(registration, now=now)
            AuditEntry.objects.create(at=now, verb="registration.confirm")

    all_at_once(act, range(WORKERS))

    assert OutgoingMail.objects.count() == 1
    assert AuditEntry.objects.count() == WORKERS
