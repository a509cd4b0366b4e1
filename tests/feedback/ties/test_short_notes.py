"""Short notes: who may send them, what the check finds, what the receiver sees, and how they end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.cases.choices import ReportReason, SubjectKind
from feedback.models import CheckConsent, Report, ShortNote, Tie
from feedback.safety.flows import report, take
from feedback.ties.flows.short_note import agree_to_check, forget_notes, revoke_check, send_note
from feedback.ties.flows.tie import end_tie
from feedback.ties.limits import SHORT_NOTES
from feedback.ties.queries import short_note as short_notes
from feedback.ties.rules.short_note import BadMessage, NoNote, ShortNoteFacts, why_not_send, worst_of
from kouryu.clock import TOKYO
from kouryu.refusal import Refused
from members.models import AuditEntry, Block, OutgoingMail
from members.texts.rules.screening import ScreeningKind
from tests.factories import make_member, make_tie
from tests.feedback.pages import body_of

NOW = timezone.now().astimezone(TOKYO).replace(hour=12)
DAY = timedelta(days=1)
WORDS = "先日のお話、翌日さっそく試しました。"
FREE = ShortNoteFacts(has_consent=True, sent_today=3, sent_today_to_this_one=1, daily_limit=4, daily_limit_to_one=2)


@pytest.fixture
def tied(aki, mio) -> Tie:
    agree_to_check(by=aki, now=NOW)
    return make_tie(aki, mio, formed_at=NOW - DAY)


def send(by, to, words=WORDS, now=NOW):
    return send_note(by=by, to_id=to.pk, words=words, now=now)


def refused(by, to, words=WORDS, now=NOW):
    with pytest.raises(Refused) as said:
        send(by, to, words, now)
    return said.value.reason


@pytest.mark.parametrize(
    ("words", "changes", "expected"),
    [
        ("あ", {}, None),
        ("あ" * 400, {}, None),
        ("あ" * 401, {}, NoNote.LONG),
        ("", {}, NoNote.EMPTY),
        ("あ", {"has_consent": False}, NoNote.NO_CONSENT),
        ("あ", {"sent_today_to_this_one": 2}, NoNote.ENOUGH_TO_ONE),
        ("あ", {"sent_today": 4}, NoNote.ENOUGH_TODAY),
    ],
)
def test_why_not_send(words, changes, expected):
    facts = {field: getattr(FREE, field) for field in FREE.__dataclass_fields__}
    assert why_not_send(words, ShortNoteFacts(**{**facts, **changes})) == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], None),
        ([ScreeningKind.COMPANY, ScreeningKind.AGE, ScreeningKind.FAMILY], None),
        ([ScreeningKind.LINK, ScreeningKind.CONTACT], BadMessage.CONTACT),
        ([ScreeningKind.CONTACT, ScreeningKind.INVITATION], BadMessage.INVITATION),
        ([ScreeningKind.LINK], BadMessage.LINK),
    ],
)
def test_worst_of(found, expected):
    assert worst_of(found) == expected


def test_nothing_goes_without_consent_nor_after_it_was_taken_back(tied, aki, mio, signed_in):
    page = reverse("feedback:notes", args=[aki.pk])
    assert refused(mio, aki) == NoNote.NO_CONSENT
    assert signed_in(mio).post(page, {"words": WORDS}).status_code == 409
    before = body_of(signed_in(mio).get(page))
    assert reverse("feedback:check_consent") in before
    assert reverse("feedback:introduce", args=[aki.pk]) not in before  # it too asks for consent first
    for _twice in range(2):
        agree_to_check(by=mio, now=NOW)
    send(mio, aki)
    for _twice in range(2):
        revoke_check(by=mio, now=NOW + DAY)

    assert refused(mio, aki, "もう一度", NOW + DAY) == NoNote.NO_CONSENT
    consent = CheckConsent.objects.get(member=mio)
    assert (consent.version, consent.revoked_at) == (short_notes.CHECK_VERSION, NOW + DAY)
    assert AuditEntry.objects.filter(by=mio).count() == 2
    assert WORDS in body_of(signed_in(aki).get(reverse("feedback:notes", args=[mio.pk])))


def test_words_that_cannot_go_stand_on_the_page_that_says_why(tied, aki, mio, signed_in):
    answer = signed_in(mio).post(reverse("feedback:notes", args=[aki.pk]), {"words": f"<b>{WORDS}"})
    assert answer.status_code == 409
    assert f"<p>&lt;b&gt;{WORDS}</p>" in answer.content.decode()


def test_consent_to_another_text_is_no_consent(tied, aki, mio, monkeypatch):
    monkeypatch.setattr(short_notes, "CHECK_VERSION", "2027-01")

    assert refused(aki, mio) == NoNote.NO_CONSENT


def test_the_consent_page_gives_it_and_takes_it_back(tied, mio, aki, signed_in):
    page, client = reverse("feedback:check_consent"), signed_in(mio)
    assert 'name="then"' not in body_of(client.get(page, {"then": "x" * 50}))
    assert f'name="then" value="{aki.reference}"' in body_of(client.get(page, {"then": aki.reference}))
    answer = client.post(page, {"act": "agree", "then": aki.reference})

    assert answer.url == reverse("feedback:notes", args=[aki.pk])
    assert client.post(page, {"act": "revoke"}).url == page
    assert short_notes.agreed_to_check(mio) is None


def test_a_second_click_is_one_note_and_the_next_day_another(tied, aki, mio):
    first = send(aki, mio)

    assert send(aki, mio, now=NOW + timedelta(seconds=59)) == first
    assert send(aki, mio, now=NOW + DAY) != first


def test_so_many_a_day_to_one_and_in_all(tied, aki, mio, set_limit):
    set_limit(SHORT_NOTES, a_day=3, a_day_to_one=2)
    others = [make_member() for _ in range(2)]
    for other in others:
        make_tie(aki, other, formed_at=NOW - DAY)
    for number in range(2):
        send(aki, mio, f"{number}")
    assert refused(aki, mio, "3") == NoNote.ENOUGH_TO_ONE
    send(aki, others[0], "3")
    assert refused(aki, others[1], "4") == NoNote.ENOUGH_TODAY
    midnight = (NOW + DAY).replace(hour=0, minute=0, second=0, microsecond=0)
    assert refused(aki, others[1], "4", midnight - timedelta(seconds=1)) == NoNote.ENOUGH_TODAY
    send(aki, others[1], "4", midnight)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("よければ aki@example.com まで。", BadMessage.CONTACT),
        ("資料は https://example.com/a にあります。", BadMessage.LINK),
        ("権利収入の話を聞きに来ませんか。", BadMessage.INVITATION),
    ],
)
def test_what_the_check_finds_is_said_at_the_field_and_kept(tied, aki, mio, signed_in, words, reason):
    assert refused(aki, mio, words) == reason
    answer = signed_in(aki).post(reverse("feedback:notes", args=[mio.pk]), {"words": f"こんにちは。{words}"})

    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"words"})
    assert words.rstrip("。") in answer.context["form"].errors["words"][0]
    assert answer.context["form"]["words"].value() == f"こんにちは。{words}"
    assert not ShortNote.objects.exists()


def test_of_companies_and_families_two_may_speak(tied, aki, mio):
    assert send(aki, mio, "株式会社みどりに勤める姉が、結婚して40歳で転職しました。").pk


@pytest.mark.parametrize("words", ["", " \n ", "あ" * 401, "あ" * 20_000, "a\x00b"])
def test_bad_words_are_refused_at_the_field(tied, aki, mio, signed_in, words):
    answer = signed_in(aki).post(reverse("feedback:notes", args=[mio.pk]), {"words": words})

    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"words"})


def test_the_receiver_hears_once_a_day_without_the_words(tied, aki, mio):
    night = NOW.replace(hour=23)
    for moment, words in ((NOW, "一"), (NOW, "二"), (night, "三"), (night + timedelta(hours=9), "四")):
        send(aki, mio, words, moment)

    mails = list(OutgoingMail.objects.order_by("pk"))
    assert [mail.to for mail in mails] == [mio, mio]
    assert mails[1].send_after.astimezone(TOKYO).hour == 7
    assert not any(word in mail.text for mail in mails for word in (*"一二三四", aki.called_name))


def test_the_mark_of_news_is_the_receivers_own(tied, aki, mio, signed_in):
    agree_to_check(by=mio, now=NOW)
    notes, akis = reverse("feedback:notes", args=[aki.pk]), reverse("feedback:notes", args=[mio.pk])
    send(aki, mio)
    before = body_of(signed_in(aki).get(akis))
    for _looking_changes_nothing in range(2):
        assert "新しい" in body_of(signed_in(mio).get(notes))
    assert short_notes.ties_with_news(mio) == {tied.pk}
    assert signed_in(mio).post(reverse("feedback:see_notes", args=[aki.pk])).url == notes

    assert short_notes.ties_with_news(mio) == short_notes.ties_with_news(aki) == set()
    assert body_of(signed_in(aki).get(akis)) == before
    send(aki, mio, "もうひとつ")
    send(mio, aki, "お返事")
    assert short_notes.ties_with_news(mio) == set()


def test_the_page_costs_the_same_for_three_and_for_many(tied, aki, mio, signed_in):
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            body_of(signed_in(mio).get(reverse("feedback:notes", args=[aki.pk])))
        return len(seen)

    def write(number: int) -> None:
        ShortNote.objects.bulk_create(
            ShortNote(tie=tied, writer=aki, text=f"{n}", written_at=NOW) for n in range(number)
        )

    write(3)
    three = cost()
    write(300)
    assert cost() == three


@pytest.mark.parametrize("how", ["ended", "blocked", "left"])
def test_when_the_tie_is_gone_so_is_the_page(tied, aki, mio, signed_in, how):
    note = send(mio_agrees(mio), aki)
    if how == "ended":
        end_tie(by=mio, other_id=aki.pk, now=NOW)
    elif how == "blocked":
        Block.objects.create(blocker=mio, blocked=aki, blocked_at=NOW)
    else:
        mio.is_active = False
        mio.save(update_fields=["is_active"])
    client, address = signed_in(aki), reverse("feedback:notes", args=[mio.pk])

    codes = [client.get(address).status_code, client.post(address, {"words": WORDS}).status_code]
    assert codes == ([404, 404] if how == "ended" else [200, 409])
    assert ShortNote.objects.count() == 1
    assert client.get(reverse("feedback:report_note", args=[note.pk])).status_code == 200


def test_nobody_is_asked_to_begin_with_somebody_out_of_reach(tied, aki, mio, signed_in):
    page, begins = reverse("feedback:notes", args=[mio.pk]), "急がなくて大丈夫です"
    assert begins in body_of(signed_in(aki).get(page))
    mio.is_active = False
    mio.save(update_fields=["is_active"])
    assert begins not in body_of(signed_in(aki).get(page))


def mio_agrees(mio):
    agree_to_check(by=mio, now=NOW)
    return mio


def test_a_tie_that_begins_anew_begins_with_an_empty_page(tied, aki, mio, signed_in):
    send(aki, mio)
    Tie.objects.update(formed_at=NOW + timedelta(hours=1))

    assert WORDS not in body_of(signed_in(mio).get(reverse("feedback:notes", args=[aki.pk])))


def test_notes_of_an_ended_tie_are_deleted_after_ninety_days(tied, aki, mio):
    send(aki, mio)
    end_tie(by=mio, other_id=aki.pk, now=NOW)

    assert forget_notes(NOW + timedelta(days=90) - timedelta(seconds=1)) == 0
    assert forget_notes(NOW + timedelta(days=90)) == 1


def test_a_note_is_reported_by_its_receiver_with_what_stood_there(tied, aki, mio, signed_in):
    note = send(aki, mio)
    for reader, status in ((mio, 200), (aki, 404), (make_member(), 404)):
        address = reverse("feedback:report_note", args=[note.pk])
        assert signed_in(reader).get(address).status_code == status
    row = report(reporter=mio, kind="note", subject_id=note.pk, reason=ReportReason.DATING, words="", now=NOW)
    note.delete()

    row = Report.objects.get(pk=row.pk)
    assert (row.snapshot["text"], row.snapshot["person"]["id"]) == (WORDS, aki.pk)
    assert (row.case.kind, row.case.member) == (SubjectKind.NOTE, aki)


def test_a_moderator_reads_a_reported_note_and_what_led_to_it(tied, aki, mio, kai, signed_in):
    send(aki, mio, "まえの、ひとこと。")
    note = send(aki, mio)
    row = report(reporter=mio, kind="note", subject_id=note.pk, reason=ReportReason.DATING, words="", now=NOW)
    take(case_id=row.case_id, by=kai, now=NOW)
    body = body_of(signed_in(kai).get(reverse("feedback:case", args=[row.case_id])))

    assert WORDS in body
    assert "まえの、ひとこと。" in body


def test_the_other_end_of_a_tie_can_be_reported_without_a_shared_evening(tied, aki, mio):
    send(aki, mio)
    end_tie(by=aki, other_id=mio.pk, now=NOW)
    row = report(reporter=mio, kind="member", subject_id=aki.pk, reason=ReportReason.OTHER, words="", now=NOW)

    assert row.snapshot["together"] == []
    assert [note["text"] for note in row.snapshot["notes"]] == [WORDS]
