"""A letter before it arrives: mended by its writer, or looked at by a moderator."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import reverse

from feedback.cases.choices import CaseState, DecisionKind, ReportReason, Urgency
from feedback.cases.rules import NoCase, ProposedDecision
from feedback.letters.choices import LetterState
from feedback.letters.flows.letter import release_letters, withdraw_letter, write_letter
from feedback.letters.flows.thanks import thank
from feedback.letters.rules import NoLetter
from feedback.models import Case, StrengthFeedback, Thanks
from feedback.safety.flows import add_term, decide, switch_off_term, take
from kouryu.clock import TOKYO
from kouryu.refusal import Refused
from members.models import AuditEntry, OutgoingMail, ScreeningTerm
from members.texts.choices import TermKind
from members.texts.flows import NeedsMending
from members.texts.forms import cut
from members.texts.limits import ATTEMPTS
from tests.factories import make_evening, make_letter, make_member

NOW = datetime(2026, 11, 25, 21, 30, tzinfo=TOKYO)
MORNING = datetime(2026, 11, 26, 7, tzinfo=TOKYO)
GOOD = "話が止まったとき、「いつからですか」と静かに聞いていました。"
BAD = GOOD + "お若いのに落ち着いていました。"
WORSE = GOOD + "お若いのに、さすがです。"
LURE = "無料セミナーがあります。くわしくは example.com へどうぞ。"


@pytest.fixture
def evening(aki, mio):
    return make_evening([[aki, mio]], now=NOW)


def write(evening, giver, receiver, saw=BAD, **words):
    where = {"by": giver, "receiver_id": receiver.pk, "event_id": evening.pk}
    return write_letter(**where, **{"picks": ["open-ask"], "saw": saw, "would_count": "", "now": NOW, **words})


def held(evening, giver, receiver):
    with pytest.raises(NeedsMending):
        write(evening, giver, receiver, WORSE)
    return write(evening, giver, receiver)


def stored():
    return StrengthFeedback.objects.values_list("state", "saw", "screening_hits").get()


def test_a_find_is_told_counted_and_kept_as_a_draft(evening, aki, mio):
    with pytest.raises(NeedsMending) as found:
        write(evening, aki, mio)

    start, end = found.value.verdict.span
    assert (found.value.reason.value, BAD[start:end]) == ("age", "お若いのに落ち着いていました。")
    assert stored() == (LetterState.DRAFT, BAD, 1)
    assert Case.objects.count() == OutgoingMail.objects.count() == 0


def test_the_mended_letter_arrives(evening, aki, mio):
    with pytest.raises(NeedsMending):
        write(evening, aki, mio)

    assert write(evening, aki, mio, GOOD).deliver_at == MORNING


def test_a_letter_on_its_way_goes_on_as_it_was(evening, aki, mio):
    write(evening, aki, mio, GOOD)
    with pytest.raises(NeedsMending):
        write(evening, aki, mio)

    assert stored() == (LetterState.SCHEDULED, GOOD, 1)


def test_the_second_find_is_held_and_opens_one_case(evening, aki, mio):
    letter = held(evening, aki, mio)

    assert stored() == (LetterState.HELD, BAD, 2)
    case = Case.objects.get()
    assert (case.letter, case.member, case.urgency, case.state) == (letter, aki, Urgency.HIGH, CaseState.OPEN)
    assert (case.reasons, case.seen["saw"], case.seen["found"]) == ([ReportReason.SCREENED], BAD, "age")
    assert release_letters(MORNING + timedelta(days=1)) == 0
    with pytest.raises(Refused) as refused:
        write(evening, aki, mio, GOOD)
    assert refused.value.reason == NoLetter.HELD


@pytest.mark.parametrize("first", [None, GOOD], ids=["new", "on its way"])
def test_the_same_words_again_within_minutes_are_the_same_find(evening, aki, mio, first):
    if first:
        write(evening, aki, mio, first)
    almost = NOW + ATTEMPTS.same_for - timedelta(seconds=1)
    for now in (NOW, NOW, almost):
        with pytest.raises(NeedsMending):
            write(evening, aki, mio, now=now)

    state, saw = (LetterState.SCHEDULED, GOOD) if first else (LetterState.DRAFT, BAD)
    assert stored() == (state, saw, 1)
    assert AuditEntry.objects.filter(verb="ask-to-mend-letter").count() == 1
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    ("words", "later"),
    [
        ({"saw": WORSE}, timedelta(0)),
        ({"would_count": "お若いのに。"}, timedelta(0)),
        ({}, ATTEMPTS.same_for),
    ],
    ids=["others", "other part", "later"],
)
def test_other_words_or_the_same_ones_later_are_the_second_find(evening, aki, mio, words, later):
    with pytest.raises(NeedsMending):
        write(evening, aki, mio)

    assert write(evening, aki, mio, now=NOW + later, **words).state == LetterState.HELD


def test_of_refused_words_nothing_is_left_once_the_letter_is_taken_back(evening, aki, mio):
    with pytest.raises(NeedsMending):
        write(evening, aki, mio)
    assert BAD not in StrengthFeedback.objects.get().refused_digest
    withdraw_letter(by=aki, receiver_id=mio.pk, event_id=evening.pk, now=NOW)

    assert StrengthFeedback.objects.values_list("refused_digest", "refused_at").get() == ("", None)


def test_taking_a_letter_back_does_not_forget_its_finds(evening, aki, mio):
    with pytest.raises(NeedsMending):
        write(evening, aki, mio)
    withdraw_letter(by=aki, receiver_id=mio.pk, event_id=evening.pk, now=NOW)

    assert write(evening, aki, mio).state == LetterState.HELD


def test_a_lure_goes_to_a_moderator_at_once(evening, aki, mio):
    assert write(evening, aki, mio, LURE).state == LetterState.HELD


@pytest.mark.parametrize(
    ("kind", "state", "mails"),
    [
        (DecisionKind.NO_PROBLEM, LetterState.SCHEDULED, set()),
        (DecisionKind.GIVE_BACK, LetterState.DRAFT, {"あき"}),
        (DecisionKind.ADVICE, LetterState.DRAFT, {"あき"}),
        (DecisionKind.HIDE, LetterState.HIDDEN, {"あき"}),
    ],
)
def test_a_moderator_lets_it_go_gives_it_back_or_hides_it(evening, aki, mio, kai, kind, state, mails):
    held(evening, aki, mio)
    case = Case.objects.get()
    take(case_id=case.pk, by=kai, now=NOW)
    decide(case_id=case.pk, verdict=ProposedDecision(kind, "確かめて、こう決めました。"), by=kai, now=NOW)

    letter = StrengthFeedback.objects.get()
    assert (letter.state, letter.deliver_at) == (state, MORNING if kind == DecisionKind.NO_PROBLEM else None)
    assert set(OutgoingMail.objects.values_list("to__profile__called_name", flat=True)) == mails
    assert release_letters(MORNING) == (kind == DecisionKind.NO_PROBLEM)


def test_what_has_arrived_cannot_be_given_back(evening, aki, mio, kai):
    letter = make_letter(aki, mio, evening)
    case = Case.objects.create(member=aki, letter=letter, subject_key=f"letter/{letter.pk}", opened_at=NOW)
    take(case_id=case.pk, by=kai, now=NOW)

    with pytest.raises(Refused) as refused:
        decide(
            case_id=case.pk, verdict=ProposedDecision(DecisionKind.GIVE_BACK, "書きなおしてください。"), by=kai, now=NOW
        )
    assert refused.value.reason == NoCase.NOTHING_TO_GIVE_BACK


def test_the_third_person_with_the_same_text_is_the_first_to_be_asked_about(aki, mio):
    others = [make_member(), make_member()]
    event = make_evening([[aki, mio, *others]], now=NOW)
    for other in others:
        write(event, aki, other, GOOD.replace("静かに", ""))

    with pytest.raises(NeedsMending) as found:
        write(event, aki, mio, GOOD)
    assert found.value.reason.value == "same-text"
    assert write(event, aki, mio, "残り五分のとき、「ひとり一分ずつ」と時間を分けていました。").deliver_at == MORNING


def test_thanks_are_screened_too(evening, aki, mio):
    with pytest.raises(NeedsMending):
        thank(by=aki, receiver_id=mio.pk, event_id=evening.pk, line="LINEを交換しませんか", now=NOW)

    assert Thanks.objects.count() == 0


def test_staff_change_what_is_found_and_the_book_says_so(evening, aki, mio, kai):
    term = add_term(kind=TermKind.PUT_DOWN, pattern="いつから〜ですか", note="", by=kai, now=NOW)
    with pytest.raises(NeedsMending):
        write(evening, aki, mio, GOOD)
    switch_off_term(term_id=term.pk, by=kai, now=NOW)

    assert write(evening, aki, mio, GOOD).state == LetterState.SCHEDULED
    verbs = AuditEntry.objects.filter(object_type="members.screeningterm").values_list("verb", "by", "why")
    assert list(verbs.order_by("pk")) == [
        ("add-screening-term", kai.pk, "put-down"),
        ("switch-off-screening-term", kai.pk, "put-down"),
    ]


# --- the page


@pytest.fixture
def today(aki, mio):
    return make_evening([[aki, mio]])


def test_the_form_shows_every_sentence_that_needs_mending_at_once(today, aki, mio, signed_in):
    """One that came to light only after the first was mended would be a second find, and a moderator's."""
    client, url = signed_in(aki), reverse("feedback:write", args=[today.pk, mio.pk])
    words = {
        "picks": ["open-ask"],
        "saw": BAD + "また話したいです。",
        "would_count": "田中さんより早いです。",
        "act": "give",
    }
    answer = client.post(url, words)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<mark>お若いのに落ち着いていました。</mark>また話したいです。" in page
    assert "<mark>田中さんより早いです。</mark>" in page
    assert set(answer.context["form"].errors) == {"saw", "would_count"}

    mended = {**words, "saw": GOOD, "would_count": "レジの前で、頼りになります。"}
    assert client.post(url, mended).status_code == 302
    assert stored()[0] == LetterState.SCHEDULED


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], [("あいうえお", False)]),
        ([(1, 3)], [("あ", False), ("いう", True), ("えお", False)]),
        ([(3, 5), (0, 2)], [("あい", True), ("う", False), ("えお", True)]),
        ([(0, 3), (2, 4)], [("あいう", True), ("え", True), ("お", False)]),
    ],
)
def test_text_is_cut_where_a_sentence_begins_or_ends(spans, expected):
    assert cut("あいうえお", spans) == expected


def test_the_form_shows_the_sentence_and_keeps_the_words(today, aki, mio, signed_in):
    client, url = signed_in(aki), reverse("feedback:write", args=[today.pk, mio.pk])
    answer = client.post(url, {"picks": ["open-ask"], "saw": BAD, "would_count": "そのまま", "act": "give"})

    assert answer.status_code == 422
    assert [answer.context["form"][name].value() for name in ("saw", "would_count")] == [BAD, "そのまま"]
    page = answer.content.decode()
    assert "<mark>お若いのに落ち着いていました。</mark>" in page
    assert "線を引いたところを直すと、届きます" in page

    assert (
        client.post(url, {"picks": ["open-ask"], "saw": BAD, "would_count": "そのまま", "act": "give"}).status_code
        == 422
    )
    again = client.post(url, {"picks": ["open-ask"], "saw": WORSE, "act": "give"}, follow=True)
    assert "運営が先に目を通し" in again.content.decode()
    assert client.get(url).status_code == 409


def test_the_moderators_page_shows_the_held_letter(today, aki, mio, kai, signed_in):
    held(today, aki, mio)
    client, case = signed_in(kai), Case.objects.get()
    client.post(reverse("feedback:take", args=[case.pk]))
    page = client.get(reverse("feedback:case", args=[case.pk])).content.decode()

    assert [words in page for words in (BAD, "見つかったもの：年齢", "書きなおしをお願いする")] == [True] * 3


# --- the command


def run(tmp_path, content: bytes):
    path, out = tmp_path / "letters.txt", StringIO()
    path.write_bytes(content)
    call_command("screen_letters", str(path), stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.django_db
def test_the_command_answers_for_every_line(tmp_path):
    lines = [GOOD, BAD, LURE, "", "\x00", "あ" * 20_000]
    content = (
        b"\xef\xbb\xbf" + "\r\n".join(lines).encode() + b"\n\xff\xfe \xe3\x81\n" + b"a" * 200_000 + "\n最後".encode()
    )
    answers = run(tmp_path, content)

    assert [answer["line"] for answer in answers] == list(range(1, 10))
    assert [(answer["verdict"], answer["reason"]) for answer in answers] == [
        ("deliver", None),
        ("mend", "age"),
        ("hold", "invitation"),
        ("deliver", None),
        ("deliver", None),
        ("mend", "too-long"),
        ("deliver", None),
        ("mend", "too-long"),
        ("deliver", None),
    ]
    assert [answer["span"] for answer in answers][:3] == [None, [len(GOOD), len(BAD)], [0, 12]]


@pytest.mark.django_db
def test_the_command_uses_the_list_that_staff_keep(tmp_path):
    ScreeningTerm.objects.update(is_active=False)

    assert [answer["verdict"] for answer in run(tmp_path, BAD.encode())] == ["deliver"]


def test_a_file_that_is_not_there_is_said_in_a_sentence(db, tmp_path):
    with pytest.raises(CommandError, match="cannot read"):
        call_command("screen_letters", str(tmp_path / "none.txt"))


def test_before_there_is_a_site_the_command_reads_with_the_list_that_one_begins_with(tmp_path):
    path = tmp_path / "letters.txt"
    path.write_text(f"{GOOD}\n{BAD}\n", encoding="utf-8")
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "screen_letters", str(path)]
    environ = {**os.environ, "KOURYU_DATA": str(tmp_path / "no-site"), "DATABASE_URL": ""}

    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)

    assert [json.loads(line)["verdict"] for line in done.stdout.splitlines()] == ["deliver", "mend"]
    assert "a new site begins with" in done.stderr
