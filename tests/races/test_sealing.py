"""Lines are written while others are sealed, and two workers seal at once."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.utils import timezone

from members.audit import audit
from members.audit import flows as sealing
from members.invariants.audit import audit_lines_are_as_written, audit_seals_hold
from members.models import AuditEntry, AuditSeal
from tests import factories
from tests.races.together import at_once, in_threads

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_two_workers_seal_each_line_once():
    now, member = timezone.now(), factories.make_member()
    for _ in range(20):
        audit.record("save-profile", member, by=member, now=now)

    sealed = at_once("SELECT", *[lambda: sealing.seal_lines(now=now)] * 2)

    assert sum(sealed) == 20
    assert AuditEntry.objects.filter(seal=None).count() == 0
    assert audit_seals_hold(now) == audit_lines_are_as_written(now) == []


def test_a_line_is_written_while_the_chain_is_locked_and_goes_into_the_next_seal():
    now, member = timezone.now(), factories.make_member()
    audit.record("save-profile", member, by=member, now=now)

    def write() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")  # a line that waited would fail here
        audit.record("save-profile", member, by=member, now=now)

    with transaction.atomic():
        assert sealing.seal_lines(now=now) == 1
        in_threads(1, [write])
    assert sealing.seal_lines(now=now) == 1

    assert list(AuditSeal.objects.order_by("number").values_list("lines", flat=True)) == [1, 1]
    assert audit_seals_hold(now) == []
