"""Who has met whom follows from the ledger: noted once, and rebuilt without a change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from events.event.choices import EventState
from events.models import Attendance, Round
from events.registration.choices import Presence
from feedback.letters.rules import NoReach
from feedback.models import Acquaintance, Help, NotedEvening
from feedback.ties.choices import NetworkState
from feedback.ties.flows.network import note_evenings, note_help, rebuild_all
from feedback.ties.rules.tie import NoHelp
from kouryu.refusal import Refused
from members.models import AuditEntry, Block, Heartbeat, OutgoingMail
from tests import sweeps
from tests.factories import make_evening, make_member, make_tie

NOW = timezone.now()
DAY = timedelta(days=1)


def met(*rounds, now=NOW, **fields):
    """A closed evening of these rounds of groups."""
    return make_evening(*rounds, now=now, state=EventState.CLOSED, closed_at=now, **fields)


def known():
    rows = Acquaintance.objects.values_list("first__profile__called_name", "second__profile__called_name", "state")
    return {tuple(sorted((a, b))): NetworkState(state).name for a, b, state in rows}


@pytest.fixture
def nao(db):
    return make_member("なお")


def test_who_sat_together_has_met_once_per_evening_and_a_second_evening_makes_a_line(aki, mio, nao):
    evening = met([[aki, mio], [nao]], [[aki, mio, nao]])
    assert [note_evenings(NOW), note_evenings(NOW)] == [1, 0]
    assert known() == {("あき", "みお"): "DOT", ("あき", "なお"): "DOT", ("なお", "みお"): "DOT"}
    row = Acquaintance.objects.get(first=aki, second=mio)
    assert (row.met_at, row.latest_at, row.times) == (evening.starts_at, evening.starts_at, 1)

    met([[aki, nao]], now=NOW + DAY)
    note_evenings(NOW + DAY)
    assert known() == {("あき", "みお"): "DOT", ("あき", "なお"): "LINE", ("なお", "みお"): "DOT"}


@pytest.mark.parametrize("case", ["still open", "absent", "not shown", "other groups"])
def test_who_did_not_sit_together_has_not_met(aki, mio, case):
    groups = [[aki], [mio]] if case == "other groups" else [[aki, mio]]
    evening = met(groups)
    if case == "still open":
        evening.state = EventState.PUBLISHED
        evening.save(update_fields=["state"])
    if case == "absent":
        Attendance.objects.filter(registration__member=mio).update(presence=Presence.EXCUSED)
    if case == "not shown":
        Round.objects.update(published_at=None)

    note_evenings(NOW)
    assert known() == {}


def test_help_is_noted_once_a_day_makes_a_line_and_brings_no_mail(aki, mio):
    met([[aki, mio]])
    note_evenings(NOW)
    make_tie(aki, mio)
    for now in (NOW, NOW, NOW + DAY):
        note_help(by=aki, helper_id=mio.pk, now=now)

    assert known() == {("あき", "みお"): "LINE"}
    assert set(Help.objects.values_list("helper", "helped")) == {(mio.pk, aki.pk)}
    assert (Help.objects.count(), OutgoingMail.objects.count(), AuditEntry.objects.count()) == (2, 0, 0)


@pytest.mark.parametrize("case", ["oneself", "not tied", "ended", "blocked"])
def test_help_is_noted_between_tied_people_only(aki, mio, case):
    if case in {"ended", "blocked"}:
        make_tie(aki, mio, ended_at=NOW if case == "ended" else None)
    if case == "blocked":
        Block.objects.create(blocker=mio, blocked=aki, blocked_at=NOW)
    with pytest.raises(Refused) as refused:
        note_help(by=aki, helper_id=aki.pk if case == "oneself" else mio.pk, now=NOW)
    assert refused.value.reason == (NoReach.NOW if case == "blocked" else NoHelp.NOT_TIED)
    assert not Help.objects.exists()


def test_whom_a_member_has_met_leaves_out_blocks_and_those_who_left(aki, mio, nao):
    sato = make_member("さとう")
    met([[aki, mio, nao, sato]])
    note_evenings(NOW)
    Block.objects.create(blocker=aki, blocked=mio, blocked_at=NOW)
    Block.objects.create(blocker=sato, blocked=aki, blocked_at=NOW)  # nobody is told
    nao.is_active = False
    nao.save(update_fields=["is_active"])

    assert [row.other_id(aki.pk) for row in Acquaintance.objects.of(aki)] == [sato.pk]


def rebuild(capsys):
    code = 0
    try:
        call_command("rebuild_ties")
    except SystemExit as left:
        code = left.code
    return capsys.readouterr().out.strip(), code


def test_a_rebuild_changes_nothing_and_mends_what_is_wrong(aki, mio, nao, capsys):
    met([[aki, mio, nao]])
    met([[aki, mio]], now=NOW - DAY)
    note_evenings(NOW)
    make_tie(aki, nao)
    note_help(by=aki, helper_id=nao.pk, now=NOW)
    before = list(Acquaintance.objects.order_by("pk").values())
    assert rebuild(capsys) == ("3 pairs checked, 0 changed", 0)
    assert list(Acquaintance.objects.order_by("pk").values()) == before

    Acquaintance.objects.filter(first=aki, second=mio).update(state=NetworkState.DOT)
    Acquaintance.objects.filter(second=nao).exclude(first=aki).delete()
    stranger = make_member()
    Acquaintance.objects.create(first=nao, second=stranger, state=NetworkState.FACE, met_at=NOW, latest_at=NOW, times=4)
    assert rebuild(capsys) == ("4 pairs checked, 3 changed", 1)
    assert rebuild(capsys) == ("3 pairs checked, 0 changed", 0)


def test_a_rebuild_finds_evenings_that_no_sweep_noted(aki, mio):
    met([[aki, mio]], now=NOW - 100 * DAY)
    assert (note_evenings(NOW), NotedEvening.objects.count()) == (0, 0)
    assert rebuild_all().changed == 1


def test_the_task_notes_and_leaves_a_heartbeat(aki, mio):
    met([[aki, mio]])
    sweeps.run("note-evenings")
    assert (known(), list(Heartbeat.objects.order_by("pk").values_list("job", flat=True))) == (
        {("あき", "みお"): "DOT"},
        ["note-evenings"],
    )
