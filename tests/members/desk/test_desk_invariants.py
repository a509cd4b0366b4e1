"""Damage to looks, notes and search keys is named."""

from __future__ import annotations

import pytest
from django.utils import timezone

from members.desk import flows
from members.desk.choices import Purpose
from members.invariants.desk import CHECKS
from members.models import AuditEntry, Look, NameOnRecord, Profile, SearchKey, StaffNote

NOW = timezone.now()


def found():
    return [sentence for check in CHECKS for sentence in check(NOW)]


@pytest.fixture
def kept(aki, fumi):
    """A look, a note and a name, as the flows leave them."""
    flows.look(member=aki, by=fumi, purpose=Purpose.QUESTION, now=NOW)
    flows.write_note(member=aki, by=fumi, words="電話で確かめました。", now=NOW)
    flows.correct_name(
        member=aki, by=fumi, name="鈴木", reading="すずき", seen_version=0, why="本人に確かめました。", now=NOW
    )
    return aki


def test_what_the_flows_leave_is_in_order(kept):
    assert found() == []


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda aki: AuditEntry.objects.filter(verb="look").delete(), "look"),
        (lambda aki: Look.objects.update(at=NOW.replace(year=2020)), "look"),
        (lambda aki: StaffNote.objects.update(at=NOW.replace(year=2020)), "staff note"),
        (lambda aki: SearchKey.objects.filter(member=aki).delete(), "user"),
        (lambda aki: SearchKey.objects.update(words="だれか"), "user"),
        (lambda aki: Profile.objects.filter(member=aki).update(called_name="べつ"), "user"),
        (lambda aki: NameOnRecord.objects.update(reading=""), "user"),
    ],
)
def test_each_damage_is_named(kept, damage, words):
    damage(kept)
    assert any(sentence.startswith(words) for sentence in found())
