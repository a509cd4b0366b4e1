"""Writing a letter: from the form to the row, and what is refused."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from events.models import Attendance
from events.registration.choices import Presence
from feedback.letters.choices import LetterState
from feedback.letters.flows.letter import save_draft, withdraw_letter, write_letter
from feedback.letters.rules import BadLetter, NoLetter
from feedback.letters.strengths import strengths
from feedback.models import StrengthFeedback
from kouryu.clock import TOKYO
from kouryu.refusal import Refused
from members.models import AuditEntry, OutgoingMail
from tests.factories import make_evening, make_letter, make_member

NOW = datetime(2026, 11, 25, 21, 30, tzinfo=TOKYO)
SAW = "話が止まったとき、「いつからですか」と静かに聞いていました。"
WORDS = {"picks": ["open-ask"], "saw": SAW, "would_count": ""}


@pytest.fixture
def evening(aki, mio):
    return make_evening([[aki, mio]], now=NOW)


def write(evening, giver, receiver, now=NOW, **words):
    return write_letter(by=giver, receiver_id=receiver.pk, event_id=evening.pk, now=now, **{**WORDS, **words})


def row(letter):
    letter.refresh_from_db()
    return (letter.state, letter.picks, letter.saw, letter.would_count, letter.giver_industry, letter.deliver_at)


def test_a_letter_waits_for_the_morning_with_the_givers_industry(evening, aki, mio):
    letter = write(evening, aki, mio, would_count="面談で使えそうです。")

    assert row(letter) == (
        LetterState.SCHEDULED,
        ["open-ask"],
        SAW,
        "面談で使えそうです。",
        "E",
        datetime(2026, 11, 26, 7, tzinfo=TOKYO),
    )
    assert OutgoingMail.objects.count() == 0


def test_a_second_click_changes_nothing(evening, aki, mio):
    first = write(evening, aki, mio)
    again = write(evening, aki, mio, now=NOW + timedelta(hours=1))

    assert (again.pk, again.written_at, again.deliver_at) == (first.pk, NOW, first.deliver_at)
    assert StrengthFeedback.objects.count() == AuditEntry.objects.filter(verb="write-letter").count() == 1


def test_writing_again_changes_the_words_and_not_the_morning(evening, aki, mio):
    first = write(evening, aki, mio)
    write(evening, aki, mio, now=datetime(2026, 11, 26, 6, 59, tzinfo=TOKYO), picks=["act-try", "act-try"])

    assert row(first)[1:3] == (["act-try"], SAW)
    assert first.deliver_at == datetime(2026, 11, 26, 7, tzinfo=TOKYO)


def test_a_draft_becomes_a_letter_and_a_letter_a_draft(evening, aki, mio):
    where = {"by": aki, "receiver_id": mio.pk, "event_id": evening.pk, "now": NOW}
    draft = save_draft(**where, picks=[], saw="途中まで", would_count="")
    assert row(draft)[0] == LetterState.DRAFT

    write(evening, aki, mio)
    assert row(draft)[0] == LetterState.SCHEDULED

    save_draft(**where, **WORDS)
    assert (row(draft)[0], draft.deliver_at) == (LetterState.DRAFT, None)


def test_withdrawing_forgets_the_words_and_writing_again_is_possible(evening, aki, mio):
    letter = write(evening, aki, mio)
    for _ in range(2):
        withdraw_letter(by=aki, receiver_id=mio.pk, event_id=evening.pk, now=NOW)
    assert row(letter) == (LetterState.WITHDRAWN, [], "", "", "E", None)

    write(evening, aki, mio)
    assert row(letter)[0] == LetterState.SCHEDULED


def test_not_writing_to_somebody_stores_nothing(evening, aki, mio):
    withdraw_letter(by=aki, receiver_id=mio.pk, event_id=evening.pk, now=NOW)

    assert (StrengthFeedback.objects.count(), AuditEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize("state", [LetterState.RELEASED, LetterState.HIDDEN])
def test_what_was_delivered_or_hidden_stays(evening, aki, mio, state):
    make_letter(aki, mio, evening, state=state)
    where = {"by": aki, "receiver_id": mio.pk, "event_id": evening.pk, "now": NOW}

    for act in (
        lambda: withdraw_letter(**where),
        lambda: save_draft(**where, **WORDS),
        lambda: write_letter(**where, **WORDS),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.reason == NoLetter.DELIVERED


def _not_checked_in(evening, aki, mio):
    Attendance.objects.filter(registration__member=aki).delete()


def _excused(evening, aki, mio):
    Attendance.objects.filter(registration__member=mio).update(presence=Presence.EXCUSED)


def _another_group(evening, aki, mio):
    evening.rounds.get().seats.filter(member=mio).delete()


@pytest.mark.parametrize("change", [_not_checked_in, _excused, _another_group])
def test_all_who_did_not_meet_are_refused_alike(evening, aki, mio, signed_in, change):
    change(evening, aki, mio)

    with pytest.raises(Refused) as refused:
        write(evening, aki, mio)
    answer = signed_in(aki).get(reverse("feedback:write", args=[evening.pk, mio.pk]))

    assert (refused.value.reason, answer.status_code) == (NoLetter.NOT_TOGETHER, 404)
    assert StrengthFeedback.objects.count() == 0


def test_the_thirteenth_letter_of_a_day_waits_for_tomorrow(aki, mio):
    for strength in list(strengths().values())[:12]:
        earlier = make_evening([[aki, other := make_member()]], now=NOW)
        write(earlier, aki, other, saw=strength.definition)
    evening = make_evening([[aki, mio]], now=NOW)

    with pytest.raises(Refused) as refused:
        write(evening, aki, mio)
    assert refused.value.reason == NoLetter.ENOUGH_TODAY
    assert write(earlier, aki, other, saw=SAW).state == LetterState.SCHEDULED
    assert write(evening, aki, mio, now=datetime(2026, 11, 26, 0, 0, tzinfo=TOKYO)).state == LetterState.SCHEDULED


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({"picks": []}, BadLetter.NO_PICK),
        ({"picks": ["open-ask", "act-try", "act-call", "tell-plain"]}, BadLetter.TOO_MANY_PICKS),
        ({"picks": ["x"]}, BadLetter.UNKNOWN_PICK),
        ({"saw": " " * 40}, BadLetter.SAW_SHORT),
        ({"saw": "あ" * 301}, BadLetter.SAW_LONG),
        ({"would_count": "あ" * 301}, BadLetter.WOULD_COUNT_LONG),
    ],
)
def test_bad_words_are_refused_by_the_flow_too(evening, aki, mio, words, reason):
    with pytest.raises(Refused) as refused:
        write(evening, aki, mio, **words)

    assert (refused.value.reason, StrengthFeedback.objects.count()) == (reason, 0)


# --- the page


@pytest.fixture
def today(aki, mio):
    """An evening of today, for the pages: they take the clock themselves."""
    return make_evening([[aki, mio]])


def post(client, event, receiver, **data):
    return client.post(reverse("feedback:write", args=[event.pk, receiver.pk]), data)


@pytest.mark.parametrize(
    ("act", "state"),
    [("give", LetterState.SCHEDULED), ("draft", LetterState.DRAFT)],
)
def test_the_buttons_give_or_keep(today, aki, mio, signed_in, act, state):
    answer = post(signed_in(aki), today, mio, **WORDS, act=act)

    assert (answer.status_code, answer.url) == (302, reverse("feedback:evening", args=[today.pk]))
    assert StrengthFeedback.objects.values_list("giver", "receiver", "state").get() == (aki.pk, mio.pk, state)


def test_the_page_shows_the_letter_as_it_arrives_and_is_no_preview_of_an_event(today, aki, mio, signed_in):
    make_letter(aki, mio, today, state=LetterState.DRAFT, saw=SAW)
    page = signed_in(aki).get(reverse("feedback:write", args=[today.pk, mio.pk])).content.decode()
    assert page.count(SAW) == 2  # in the field and in the letter
    assert "preview-banner" not in page


def test_the_third_button_takes_the_draft_back(today, aki, mio, signed_in):
    make_letter(aki, mio, today, state=LetterState.DRAFT)
    answer = post(signed_in(aki), today, mio, act="none")

    assert (answer.status_code, StrengthFeedback.objects.get().state) == (302, LetterState.WITHDRAWN)


def test_typed_words_stay_when_something_is_missing(today, aki, mio, signed_in):
    answer = post(signed_in(aki), today, mio, picks=[], saw="短い", would_count="そのまま", act="give")

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"picks", "saw"}
    assert [answer.context["form"][name].value() for name in ("saw", "would_count")] == ["短い", "そのまま"]
    assert StrengthFeedback.objects.count() == 0


@pytest.mark.parametrize(
    "data",
    [
        {"picks": ["x"] * 500, "saw": "あ" * 100_000},
        {"picks": ["\x00"], "saw": "\x00" * 20},
        {"picks": "<script>", "saw": "<script>alert(1)</script>" * 20},
        {},
    ],
    ids=["overlong", "nul", "markup", "empty"],
)
def test_hostile_input_is_shown_again_with_reasons(today, aki, mio, signed_in, data):
    answer = post(signed_in(aki), today, mio, **data)

    assert (answer.status_code, b"<script>alert" in answer.content) == (422, False)
    assert StrengthFeedback.objects.count() == 0


@pytest.mark.parametrize("pk", [0, 999_999, 2**63 - 1])
def test_ids_out_of_range_are_not_found(today, aki, mio, signed_in, pk):
    client = signed_in(aki)
    pages = [
        client.get(reverse("feedback:write", args=[pk, mio.pk])),
        client.get(reverse("feedback:write", args=[today.pk, pk])),
        client.get(reverse("feedback:evening", args=[pk])),
        client.post(reverse("feedback:thank", args=[today.pk, pk])),
        client.get(reverse("feedback:letter", args=[pk])),
        *(
            client.post(reverse(f"feedback:{act}", args=[pk]))
            for act in ("open_letter", "put_away", "take_out", "answer")
        ),
    ]

    assert {page.status_code for page in pages} == {404}


def test_a_delivered_letter_cannot_be_opened_for_writing(today, aki, mio, signed_in):
    make_letter(aki, mio, today)
    answer = signed_in(aki).get(reverse("feedback:write", args=[today.pk, mio.pk]))

    assert answer.status_code == 409
    assert "もう届いています" in answer.content.decode()


def test_a_stranger_finds_nobody_to_write_to(today, aki, mio, signed_in):
    stranger = make_member()
    answers = [
        signed_in(stranger).get(reverse("feedback:write", args=[today.pk, mio.pk])),
        post(signed_in(stranger), today, mio, **WORDS, act="give"),
        post(signed_in(aki), today, stranger, **WORDS, act="give"),
        post(signed_in(aki), today, aki, **WORDS, act="give"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
    assert StrengthFeedback.objects.count() == 0


def test_given_letters_show_what_i_wrote_and_no_more(today, aki, mio, signed_in):
    make_letter(aki, mio, today, saw=SAW, put_away_at=NOW, opened_at=NOW)
    page = signed_in(aki).get(reverse("feedback:letters_given")).content.decode()

    assert SAW in page
    assert [word in page for word in ("届きました", "しまっ", "ひらかれ")] == [True, False, False]
    assert SAW not in signed_in(mio).get(reverse("feedback:letters_given")).content.decode()


# --- what the giver thinks of it afterwards


def test_a_word_to_oneself_about_a_letter_changes_nothing_for_anybody_else(aki, mio, signed_in):
    letter = make_letter(aki, mio, make_evening([[aki, mio]]))
    page = reverse("feedback:letter", args=[letter.pk])
    before = signed_in(mio).get(page).content
    audited = AuditEntry.objects.count()
    giver = signed_in(aki)

    assert giver.post(reverse("feedback:regret", args=[letter.pk])).url == reverse("feedback:letters_given")
    letter.refresh_from_db()
    assert letter.regretted_at is not None
    undo = reverse("feedback:take_back_regret", args=[letter.pk])
    assert undo in giver.get(reverse("feedback:letters_given")).content.decode()
    assert undo not in signed_in(mio).get(page).content.decode()
    assert _plain(signed_in(mio).get(page).content) == _plain(before)
    assert AuditEntry.objects.count() == audited

    giver.post(reverse("feedback:take_back_regret", args=[letter.pk]))
    letter.refresh_from_db()
    assert letter.regretted_at is None


@pytest.mark.parametrize("name", ["regret", "take_back_regret"])
def test_no_other_letter_is_found_to_think_about(aki, mio, signed_in, name):
    yui = make_member("ゆい")
    event = make_evening([[aki, mio, yui]])
    url = reverse(f"feedback:{name}", args=[make_letter(aki, mio, event).pk])
    waiting = make_letter(aki, yui, event, state="scheduled", released_at=None)
    assert [signed_in(other).post(url).status_code for other in (mio, yui)] == [404, 404]
    assert signed_in(aki).post(reverse(f"feedback:{name}", args=[waiting.pk])).status_code == 404


def _plain(page: bytes) -> str:
    """The page without what each answer has of its own."""
    return re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', "", page.decode())
