"""Everything of a member's own, and nothing of anybody else's."""

from __future__ import annotations

import csv
import io
import json
import re
import tracemalloc
from datetime import timedelta
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from events.models import Event
from feedback.cases.choices import DecisionKind
from feedback.insight.export import LEFT_OUT, SECTIONS, archive
from feedback.insight.flows import note_export
from feedback.insight.readable import LABELS, TITLES
from feedback.insight.rules import NoExport
from feedback.models import (
    AnonymousPicks,
    Case,
    Decision,
    Intention,
    NextStep,
    Normal,
    Report,
    ShortNote,
    TakeHomeNote,
)
from kouryu.refusal import Refused
from members.leaving.flows import ask_to_leave, let_members_go
from members.leaving.limits import LEAVING
from members.models import AuditEntry, Block, Suspension, User
from tests import factories

URL = reverse("feedback:my_data")


def unpacked(pieces) -> dict[str, list]:
    """Each section of the archive, as its JSON has it."""
    with ZipFile(io.BytesIO(b"".join(pieces))) as packed:
        assert packed.testzip() is None
        names = {name.rpartition(".")[0] for name in packed.namelist()} - {"index"}
        return {name: json.loads(packed.read(f"{name}.json")) for name in names}


def test_every_row_about_a_member_is_exported_or_left_out_with_a_reason(aki):
    exported = {section.rows(aki).model._meta.label for section in SECTIONS.values()}
    naming = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is User
    }
    assert naming - exported - set(LEFT_OUT) == set()
    assert exported & set(LEFT_OUT) == set()


@pytest.fixture
def evening(aki, mio):
    return factories.make_evening([[aki, mio]], title="となりの夜")


def test_what_is_mine_is_in_it(aki, mio, evening):
    now = timezone.now()
    factories.make_letter(mio, aki, evening, saw="最後まで聴いていました。ありがとう。")
    factories.make_step(aki, text="本を送る", person=mio, event=evening)
    TakeHomeNote.objects.create(member=aki, event=evening, text="持ちかえる", written_at=now)
    Normal.objects.create(member=aki, event=evening, before="会議は1時間", written_at=now)
    mine = unpacked(archive(aki))
    assert set(mine) == set(SECTIONS)
    assert mine["account"][0]["email"] == aki.email
    assert mine["profile"][0]["called_name"] == "あき"
    assert [(row["event"], row["presence"]) for row in mine["registrations"]] == [("となりの夜", "present")]
    assert [(row["saw"], row["name"]) for row in mine["letters_received"]] == [
        ("最後まで聴いていました。ありがとう。", "みお")
    ]
    assert [(row["text"], row["name"]) for row in mine["next_steps"]] == [("本を送る", "みお")]
    assert [row["text"] for row in mine["take_home_notes"]] == ["持ちかえる"]
    assert [row["before"] for row in mine["normals"]] == ["会議は1時間"]


def test_nothing_of_others_is_in_it(aki, mio, evening):
    """Mio chose, wrote, reported and left picks about Aki; the archive would show each if it read that table."""
    now = timezone.now()
    Intention.objects.create(
        holder=mio, person=aki, event=evening, kind="only-this", chosen_at=now, locks_at=now, forms_at=now
    )
    AnonymousPicks.objects.create(giver=mio, receiver=aki, event=evening, picks=["open-ask"], left_at=now)
    case = Case.objects.create(member=aki, subject_key=f"member/{aki.pk}", opened_at=now)
    Report.objects.create(case=case, reporter=mio, reason="nuisance", words="しつこい勧誘", reported_at=now)
    factories.make_step(mio, text="あきさんに返事", person=aki)
    TakeHomeNote.objects.create(member=mio, event=evening, text="みおのメモ", written_at=now)
    draft = {"state": "draft", "released_at": None, "saw": "まだ届いていないことばです。はい。"}
    factories.make_letter(mio, aki, evening, **draft)
    mine = unpacked(archive(aki))
    text = json.dumps(mine, ensure_ascii=False)
    for secret in [mio.email, "only-this", "open-ask", "しつこい", "あきさんに", "みおのメモ", "まだ届いていない"]:
        assert secret not in text
    theirs = json.dumps(unpacked(archive(mio)), ensure_ascii=False)
    for own in [mio.email, "only-this", "open-ask", "しつこい", "あきさんに", "みおのメモ", "まだ届いていない"]:
        assert own in theirs


def test_ties_are_days_without_a_name_and_notes_are_those_that_i_wrote(aki, mio, evening):
    now = timezone.now()
    tie = factories.make_tie(aki, mio, evening, formed_at=now)
    factories.make_tie(aki, factories.make_member("ゆうた"), formed_at=now, ended_at=now)
    for writer, text in ((aki, "あきのひとこと"), (mio, "みおのひとこと")):
        ShortNote.objects.create(tie=tie, writer=writer, text=text, written_at=now)
    mine = unpacked(archive(aki))
    assert [(list(row), row["event"]) for row in mine["ties"]] == [(["formed_at", "event"], "となりの夜")]
    assert [row["text"] for row in mine["short_notes_written"]] == ["あきのひとこと"]
    text = json.dumps(mine, ensure_ascii=False)
    assert not [other for other in (mio.email, "みお", "ゆうた") if other in text]


@pytest.mark.parametrize("how", ["left", "blocked", "was blocked"])
def test_ties_are_in_the_archive_as_the_page_shows_them(aki, mio, how):
    factories.make_tie(aki, mio)
    if how == "left":
        User.objects.filter(pk=mio.pk).update(is_active=False)
    else:
        one, other = (aki, mio) if how == "blocked" else (mio, aki)
        Block.objects.create(blocker=one, blocked=other, blocked_at=timezone.now())
    assert len(unpacked(archive(aki))["ties"]) == (0 if how == "blocked" else 1)  # as on the page of ties


def test_measures_are_in_it_and_no_problem_is_told_to_nobody(aki):
    """A decision without a measure would tell that somebody reported."""
    now = timezone.now()
    for kind in DecisionKind.values:
        case = Case.objects.create(member=aki, subject_key=f"member/{kind}", opened_at=now, state="decided")
        Decision.objects.create(case=case, kind=kind, reason="理由です。", decided_at=now)
    told = {row["kind"] for row in unpacked(archive(aki))["decisions"]}
    assert told == set(DecisionKind.values) - {DecisionKind.NO_PROBLEM}


@pytest.mark.parametrize("how", ["left", "blocked", "was blocked"])
def test_who_no_longer_appears_is_not_named_beside_own_choices(aki, mio, evening, how):
    factories.make_step(aki, person=mio)
    if how == "left":
        now = timezone.now()
        Event.objects.filter(pk=evening.pk).update(state="closed", closed_at=now)
        ask_to_leave(member=mio, now=now - LEAVING.time_to_reconsider)
        assert let_members_go(now=now) == 1
    else:
        one, other = (aki, mio) if how == "blocked" else (mio, aki)
        Block.objects.create(blocker=one, blocked=other, blocked_at=timezone.now())
    # A name that vanished would tell of the block.
    told = {"left": "元会員", "blocked": "", "was blocked": "みお"}[how]
    assert [row["name"] for row in unpacked(archive(aki))["next_steps"]] == [told]


def test_no_cell_runs_in_a_spreadsheet(aki):
    words = ["=1+1", "+81", "-1", "@SUM(A1)", " =1", "\t=1", "ふつう"]
    for text in words:
        factories.make_step(aki, text=text)
    with ZipFile(io.BytesIO(b"".join(archive(aki)))) as packed:
        table = packed.read("next_steps.csv").decode("utf-8-sig")
    cells = [row["text"] for row in csv.DictReader(io.StringIO(table))]
    assert cells == [f"'{text}" for text in words[:-1]] + ["ふつう"]


def test_many_rows_are_never_held_at_once(aki):
    today = timezone.localdate()
    NextStep.objects.bulk_create(
        NextStep(member=aki, text=f"{number:05}" * 40, on=today, first_on=today, decided_at=timezone.now())
        for number in range(3000)
    )
    tracemalloc.start()
    sizes = [len(piece) for piece in archive(aki)]
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert max(sizes) < 300_000
    assert held < 12_000_000


# --- the page


PASSWORD = "yoru-no-ocha-wo-issho-ni"


@pytest.fixture
def browser(aki, signed_in):
    aki.set_password(PASSWORD)
    aki.save(update_fields=["password"])
    return signed_in(aki)


def test_the_password_is_asked_first_and_then_the_archive_comes_at_once(aki, browser):
    assert browser.get(URL).status_code == 200
    asked = browser.post(URL)
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert not AuditEntry.objects.exists()
    first = browser.post(asked.url, {"password": PASSWORD}, follow=True)
    second = browser.post(URL)
    for answer in [first, second]:
        assert answer["Content-Type"] == "application/zip"
        assert unpacked(answer.streaming_content)["account"][0]["email"] == aki.email
    assert (
        list(AuditEntry.objects.order_by("pk").values_list("verb", "by", "fields"))
        == [("export-own-data", aki.pk, [])] * 2
    )


def test_a_suspended_member_gets_their_data_and_nothing_else(aki, browser):
    Suspension.objects.create(member=aki, starts_at=timezone.now() - timedelta(hours=1), reason="勧誘")
    answer = browser.post(browser.post(URL).url, {"password": PASSWORD}, follow=True)
    assert answer["Content-Type"] == "application/zip"
    assert browser.get(reverse("feedback:steps")).url == reverse("members:standing")


def test_three_within_a_day(aki):
    now = timezone.now()
    for _ in range(3):
        note_export(by=aki, now=now)
    with pytest.raises(Refused, match=NoExport.ENOUGH_TODAY):
        note_export(by=aki, now=now)
    note_export(by=aki, now=now + timedelta(days=1))


def test_visitors_sign_in_first(client):
    assert client.get(URL).url.startswith(reverse("account_login"))


def page_of(member: User) -> str:
    with ZipFile(io.BytesIO(b"".join(archive(member)))) as packed:
        return packed.read("index.html").decode()


def test_each_section_and_column_has_a_name_on_the_page():
    columns = {column for section in SECTIONS.values() for column in section.columns}
    assert set(SECTIONS) - set(TITLES) == set(), "say in feedback/insight/readable.py what it is called"
    assert columns - set(LABELS) == set(), "say in feedback/insight/readable.py what it is called"
    assert set(TITLES) - set(SECTIONS) == set()
    assert set(LABELS) - columns == set()


def test_the_page_reads_as_people_read(aki, mio, evening):
    factories.make_letter(mio, aki, evening, saw="最後まで聴いていました。ありがとう。", picks=["open-ask"])
    page = page_of(aki)

    assert page.startswith("<!doctype html>")
    for words in ("届いたことば", "最後まで聴いていました。", "問いを立てる", "となりの夜", "日本語", "みお"):
        assert words in page, words
    assert "open-ask" not in page
    assert "持ちかえりメモ" not in page  # there is none yet


def test_the_page_is_in_the_members_language(aki):
    User.objects.filter(pk=aki.pk).update(language="en")
    aki.refresh_from_db()
    page = page_of(aki)

    assert '<html lang="en">' in page
    assert "Signed up" in page
    assert get_language() == "ja"


def test_nothing_runs_on_the_page_and_nothing_comes_from_elsewhere(aki):
    factories.make_step(aki, text='<script>alert(1)</script><img src="https://example.jp/x">"\'&')
    page = page_of(aki)

    assert "&lt;script&gt;alert(1)" in page
    assert re.findall(r"<(?:script|img|link|iframe|object|base|form)\b|<[^>]*(?:src|href)=|url\(|@import", page) == []
