"""A line of the record of acts that is changed, copied, made up or taken out shows, whoever did it by SQL."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from members.audit import audit
from members.audit.flows import LINES_A_SEAL, beat, seal_lines
from members.audit.stamps import STAMPED
from members.invariants.audit import audit_lines_are_as_written, audit_lines_are_sealed, audit_seals_hold
from members.models import AuditEntry, AuditHead, AuditSeal, User
from tests import sweeps

pytestmark = pytest.mark.django_db
NOW = timezone.now()
A_DAY = timedelta(days=1)
OTHER_VALUES = {
    "at": NOW - A_DAY,
    "by_id": None,
    "verb": "sign-in",
    "object_type": "events.event",
    "object_id": 99,
    "fields": ["email"],
    "why": "owner",
    "request_id": "r-2",
}


def lines(member: User, number: int, *, at: datetime = NOW) -> list[int]:
    """Lines of acts of this member on their account."""
    first = AuditEntry.objects.order_by("pk").last()
    for _ in range(number):
        audit.record("save-profile", member, by=member, now=at, fields=["called_name"], why="-")
    return list(AuditEntry.objects.filter(pk__gt=first.pk if first else 0).order_by("pk").values_list("pk", flat=True))


def breaches() -> list[str]:
    return audit_lines_are_as_written(NOW) + audit_seals_hold(NOW)


def seal() -> int:
    return seal_lines(now=NOW)


@pytest.mark.parametrize("name", STAMPED)
def test_each_value_of_a_line_is_stamped(aki, name):
    assert set(OTHER_VALUES) == set(STAMPED)
    first, changed = lines(aki, 2)

    AuditEntry.objects.filter(pk=changed).update(**{name: OTHER_VALUES[name]})

    assert breaches() == [f"line {changed} is not as the site wrote it"]
    assert first != changed


def test_lines_of_many_subjects_are_stamped_too(aki, mio):
    audit.record_all("offer.make", [aki, mio], by=None, now=NOW)

    assert breaches() == []


def test_a_line_keeps_who_did_it_when_the_account_goes(aki):
    (line,) = lines(aki, 1)
    number = aki.pk
    aki.periods.all().delete()
    aki.delete()

    assert AuditEntry.objects.get(pk=line).by_id == number
    assert breaches() == []


def test_sealing_takes_every_line_once_in_batches(aki, monkeypatch):
    monkeypatch.setattr("members.audit.flows.LINES_A_SEAL", 2)
    lines(aki, 5)

    assert (seal(), seal()) == (5, 0)
    assert list(AuditSeal.objects.order_by("number").values_list("number", "lines")) == [(1, 2), (2, 2), (3, 1)]
    assert breaches() == []
    assert LINES_A_SEAL > 2


def test_a_line_taken_out_shows_once_it_is_sealed_and_not_before(aki):
    early, late = lines(aki, 2)
    AuditEntry.objects.filter(pk=early).delete()
    assert breaches() == []  # the window that decision 0042 tells of

    seal()
    AuditEntry.objects.filter(pk=late).delete()

    assert breaches() == ["seal 1 was put on 1 lines, and 0 are there"]


def test_two_lines_cannot_change_places(aki):
    one, other = lines(aki, 2)
    seal()
    stamps = [AuditEntry.objects.get(pk=pk).stamp for pk in (one, other)]
    for pk, stamp in zip((one, other), reversed(stamps), strict=True):
        AuditEntry.objects.filter(pk=pk).update(stamp=stamp)

    assert breaches() == ["seal 1 does not fit its lines or the seal before"]


@pytest.mark.parametrize("gone", [1, 2, 3])
def test_a_seal_taken_out_with_its_lines_shows(aki, gone):
    for _ in range(3):
        lines(aki, 1)
        seal()
    AuditEntry.objects.filter(seal=gone).delete()
    AuditSeal.objects.filter(pk=gone).delete()

    found = {
        1: ["seals 1 to 1 are gone", "seal 2 does not fit its lines or the seal before"],
        2: ["seals 2 to 2 are gone", "seal 3 does not fit its lines or the seal before"],
        3: ["the chain of seals ended at 3, and now ends at 2"],
    }
    assert breaches() == found[gone]


def test_what_was_taken_off_the_end_still_shows_after_the_next_sealing(aki):
    for _ in range(2):
        lines(aki, 1)
        seal()
    AuditEntry.objects.filter(seal=2).delete()
    AuditSeal.objects.filter(pk=2).delete()
    lines(aki, 1)
    seal()

    assert breaches() == ["seals 2 to 2 are gone", "seal 3 does not fit its lines or the seal before"]


def test_the_end_of_the_chain_cannot_be_moved(aki):
    for _ in range(2):
        lines(aki, 1)
        seal()
    AuditEntry.objects.filter(seal=2).delete()
    AuditSeal.objects.filter(pk=2).delete()
    AuditHead.objects.update(number=1, digest=AuditSeal.objects.get(pk=1).digest)

    assert breaches() == ["the end of the chain of seals is not as the site wrote it"]


def test_without_its_end_a_chain_is_not_whole(aki):
    lines(aki, 1)
    seal()
    AuditHead.objects.all().delete()

    assert breaches() == ["the end of the chain of seals is not written down"]


def test_a_line_without_a_seal_is_late_a_day_after_the_sweep_could_have_sealed_it(aki):
    (line,) = lines(aki, 1, at=NOW - 3 * A_DAY)
    assert audit_lines_are_sealed(NOW) == [f"line {line} waits for its seal"]

    beat("seal-audit", now=NOW - 3 * A_DAY)  # a copy that was just restored

    assert audit_lines_are_sealed(NOW) == []


def test_a_heartbeat_that_is_ahead_makes_nothing_later(aki):
    lines(aki, 1, at=NOW - timedelta(hours=1))
    beat("seal-audit", now=NOW + 30 * A_DAY)

    assert audit_lines_are_sealed(NOW) == []


def test_the_task_seals_and_leaves_a_heartbeat(aki):
    lines(aki, 1)

    sweeps.run("seal-audit")

    assert AuditEntry.objects.filter(seal=None).count() == 0


def test_an_earlier_key_counts_while_it_is_named(aki, settings):
    lines(aki, 2)
    seal()
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-that-is-as-long-as-keys-should-be-0123456789"
    assert len(breaches()) == 4  # two lines, the seal, the end

    settings.SECRET_KEY_FALLBACKS = [old]

    assert breaches() == []


def test_everything_is_sealed_anew_before_a_key_is_given_up(aki, settings, capsys):
    lines(aki, 3)
    seal()
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-that-is-as-long-as-keys-should-be-0123456789"
    settings.SECRET_KEY_FALLBACKS = [old]

    call_command("seal_audit", "--anew")
    settings.SECRET_KEY_FALLBACKS = []

    assert capsys.readouterr().out == "3 lines stamped and sealed anew.\n"
    assert breaches() == []


def test_nothing_is_sealed_anew_while_a_line_is_wrong(aki):
    (line,) = lines(aki, 1)
    AuditEntry.objects.filter(pk=line).update(why="owner")

    with pytest.raises(CommandError, match="not as the site wrote it"):
        call_command("seal_audit", "--anew")

    assert breaches() == [f"line {line} is not as the site wrote it"]


def test_the_command_seals_what_waits(aki, capsys):
    lines(aki, 2)

    call_command("seal_audit")

    assert capsys.readouterr().out == "2 lines sealed.\n"
