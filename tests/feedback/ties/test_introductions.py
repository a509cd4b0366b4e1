"""Introductions: two consents make a tie, and nobody ever learns of one answer alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.models import Introduction, Tie
from feedback.ties.flows.introduction import agree, decline, introduce
from feedback.ties.flows.short_note import agree_to_check
from feedback.ties.flows.tie import end_tie
from feedback.ties.rules.introduction import IntroductionPhase, NoIntroduction
from feedback.ties.rules.short_note import BadMessage
from kouryu.refusal import Gone, Refused
from members.models import AuditEntry, Block, OutgoingMail
from tests.factories import make_evening, make_event, make_member, make_registration, make_tie
from tests.feedback.pages import body_of

NOW = timezone.now()
DAY, WEEK = timedelta(days=1), timedelta(days=7)
CAST = ("あき", "みお", "けん")
TO_AKI, TO_MIO = "待つことの話で、きっと盛りあがります。", "現場の工夫に詳しい方です。"


@pytest.fixture
def ken(aki, mio):
    """The introducer, tied to aki and to mio."""
    ken = make_member("けん", industry="J")
    for other in (aki, mio):
        make_tie(ken, other, formed_at=NOW - DAY)
    agree_to_check(by=ken, now=NOW)
    return ken


def bring_together(ken, one, other, now=NOW, to_one=TO_AKI, to_other=TO_MIO) -> Introduction:
    return introduce(by=ken, one_id=one.pk, other_id=other.pk, to_one=to_one, to_other=to_other, now=now)


def say(introduction, *answers: tuple[object, bool], now=NOW) -> None:
    for member, gladly in answers:
        answer = agree if gladly else decline
        answer(by=member, introduction_id=introduction.pk, now=now)


@pytest.mark.parametrize("between", ["nothing", "tie", "block"])
def test_whoever_introduces_waits_as_long_whatever_stands_between_the_two(ken, aki, mio, between):
    """Where they are tied or one blocks the other nobody is asked; the mails are drawn all the same."""
    if between == "tie":
        make_tie(aki, mio)
    if between == "block":
        Block.objects.create(blocker=aki, blocked=mio, blocked_at=NOW)
    with CaptureQueriesContext(connection) as asked:
        bring_together(ken, aki, mio)
    written = [one for one in asked.captured_queries if 'INTO "members_outgoingmail"' in one["sql"]]
    assert (len(written), OutgoingMail.objects.count()) == (2, 2 if between == "nothing" else 0)


def refused(*words, **more):
    with pytest.raises(Refused) as said:
        bring_together(*words, **more)
    return said.value.reason


def pages(signed_in, *readers) -> list[str]:
    """All that could tell: the list of introductions, and the people page."""
    return [
        body_of(signed_in(reader).get(reverse(f"feedback:{name}")))
        for reader in readers
        for name in ("introductions", "people")
    ]


def test_each_is_asked_with_their_own_sentence_and_nothing_more(ken, aki, mio, signed_in):
    mio.email = "mio.private@example.jp"
    mio.save(update_fields=["email"])
    make_registration(make_event(), mio, can_offer="待つことを新人に伝える工夫", wants_to_talk="ひみつの相談")
    bring_together(ken, aki, mio)
    body, _people = pages(signed_in, aki)

    assert [text in body for text in ("みお", "けん", TO_AKI)] == [True] * 3
    assert [text in body for text in (TO_MIO, mio.email, "ひみつの相談", "待つことを新人に伝える工夫")] == [False] * 4
    assert {mail.to for mail in OutgoingMail.objects.all()} == {aki, mio}
    assert not any(name in mail.text.partition("さん")[2] for mail in OutgoingMail.objects.all() for name in CAST)


def test_what_somebody_wrote_for_their_group_is_shown_to_who_sat_in_it(ken, aki, mio, signed_in):
    evening = make_evening([[aki, mio]], now=NOW)
    evening.registrations.filter(member=mio).update(can_offer="待つことを新人に伝える工夫")
    bring_together(ken, aki, mio)

    assert "待つことを新人に伝える工夫" in pages(signed_in, aki)[0]


def test_two_consents_tie_the_two_and_all_three_hear_at_once(ken, aki, mio, signed_in):
    introduction = bring_together(ken, aki, mio)
    OutgoingMail.objects.all().delete()
    say(introduction, (aki, True), (aki, True))
    assert not Tie.objects.open_between(aki, mio).exists()
    say(introduction, (mio, True), (mio, True))

    tie = Tie.objects.open_between(aki, mio).get()
    introduction.refresh_from_db()
    assert (introduction.tie, introduction.formed_at, tie.event) == (tie, NOW, None)
    mails = OutgoingMail.objects.all()
    assert {mail.to for mail in mails} == {ken, aki, mio}
    assert len({(mail.queued_at, mail.subject) for mail in mails}) == 1
    assert not AuditEntry.objects.exclude(verb="agree-to-check").exists()


def test_a_first_answer_shows_to_nobody_else_to_the_byte(ken, aki, mio, signed_in):
    introduction = bring_together(ken, aki, mio)
    before = pages(signed_in, mio, ken)
    sent = OutgoingMail.objects.count()
    for gladly in (True, False):
        Introduction.objects.update(one_agreed=None, other_agreed=None)
        say(introduction, (aki, gladly))
        assert pages(signed_in, mio, ken) == before

    assert OutgoingMail.objects.count() == sent


def test_whoever_answers_second_cannot_tell_a_no_from_silence(ken, aki, mio, signed_in, time_machine):
    """The curious one says yes, and looks at every moment until after the seventh day."""
    introduction = bring_together(ken, aki, mio)
    say(introduction, (mio, True))
    moments = [NOW + timedelta(minutes=1), NOW + WEEK - timedelta(seconds=1), NOW + WEEK, NOW + WEEK + DAY]

    def seen(akis_answer: bool | None) -> list[list[str]]:
        Introduction.objects.update(one_agreed=akis_answer if introduction.one_id == aki.pk else True)
        Introduction.objects.update(other_agreed=akis_answer if introduction.other_id == aki.pk else True)
        looks = []
        for moment in moments:
            time_machine.move_to(moment, tick=False)
            looks.append(pages(signed_in, mio, ken))
        return looks

    time_machine.move_to(NOW)
    assert seen(False) == seen(None)


def test_on_the_seventh_day_all_three_read_the_same_words(ken, aki, mio, signed_in, time_machine):
    introduction = bring_together(ken, aki, mio)
    say(introduction, (aki, False))
    time_machine.move_to(introduction.lapses_at)
    words = "今回は、つながりませんでした。縁は、またの機会に。"

    assert [words in body for body in pages(signed_in, aki, mio, ken)] == [True, False] * 3
    say(introduction, (mio, True), now=introduction.lapses_at)
    introduction.refresh_from_db()
    assert {introduction.one_agreed, introduction.other_agreed} == {False, None}


@pytest.mark.parametrize("between", ["tied", "aki blocks mio", "mio blocks aki"])
def test_where_it_cannot_be_nobody_is_asked_and_it_looks_alike(ken, aki, mio, signed_in, time_machine, between):
    def seen_by_ken() -> list[list[str]]:
        time_machine.move_to(NOW, tick=False)
        bring_together(ken, aki, mio)
        looks = []
        for moment in (NOW, NOW + WEEK):
            time_machine.move_to(moment, tick=False)
            looks.append(pages(signed_in, ken))
        return looks

    asked = seen_by_ken()
    Introduction.objects.all().delete()
    OutgoingMail.objects.all().delete()
    if between == "tied":
        make_tie(aki, mio)
    else:
        blocker, blocked = (aki, mio) if between == "aki blocks mio" else (mio, aki)
        Block.objects.create(blocker=blocker, blocked=blocked, blocked_at=NOW)

    assert seen_by_ken() == asked
    assert OutgoingMail.objects.count() == 0
    time_machine.move_to(NOW)
    client = signed_in(aki)
    assert "けん" not in body_of(client.get(reverse("feedback:introductions")))
    address = reverse("feedback:answer_introduction", args=[Introduction.objects.get().pk])
    assert client.post(address, {"answer": "gladly"}).status_code == 404


@pytest.mark.parametrize("what", ["blocked", "tie ended", "tied meanwhile", "left"])
def test_what_happens_after_the_question_lets_it_lapse(ken, aki, mio, signed_in, what):
    introduction = bring_together(ken, aki, mio)
    before = pages(signed_in, mio)
    if what == "blocked":
        Block.objects.create(blocker=aki, blocked=mio, blocked_at=NOW)
    elif what == "tie ended":
        end_tie(by=ken, other_id=aki.pk, now=NOW)
    elif what == "tied meanwhile":
        make_tie(aki, mio)
    else:
        aki.is_active = False
        aki.save(update_fields=["is_active"])
    if what in {"blocked", "tie ended"}:
        assert pages(signed_in, mio) == before
    Introduction.objects.update(one_agreed=True)
    last = introduction.other
    if what != "left":
        say(introduction, (last, True))

    introduction.refresh_from_db()
    assert introduction.formed_at is None


def test_a_block_by_the_reader_takes_the_question_away(ken, aki, mio, signed_in):
    bring_together(ken, aki, mio)
    Block.objects.create(blocker=aki, blocked=mio, blocked_at=NOW)

    assert "みお" not in pages(signed_in, aki)[0]


def test_who_may_be_introduced(ken, aki, mio):
    stranger = make_member()
    assert refused(ken, aki, aki) == NoIntroduction.SAME_PERSON
    assert refused(ken, aki, mio, to_one="連絡は aki@example.com へ。") == BadMessage.CONTACT
    assert refused(ken, aki, mio, to_one="私の師匠に会わせたいです。") == BadMessage.INVITATION
    assert refused(ken, aki, mio, to_one="紹介したい方です。副業で稼げます。") == BadMessage.INVITATION
    with pytest.raises(Gone):
        bring_together(ken, aki, stranger)
    bring_together(ken, aki, mio)
    assert refused(ken, mio, aki) == NoIntroduction.WAITING
    others = [make_member() for _ in range(3)]
    for other in others:
        make_tie(ken, other, formed_at=NOW - DAY)
    bring_together(ken, aki, others[0])
    bring_together(ken, aki, others[1])
    assert refused(ken, aki, others[2]) == NoIntroduction.ENOUGH_AT_ONCE
    assert bring_together(ken, aki, others[2], now=NOW + WEEK).pk


def test_that_one_should_meet_is_what_the_sentence_is_for(ken, aki, mio, signed_in):
    words = {"other": mio.reference, "to_one": "ぜひ会ってほしい人です。", "to_other": "紹介したい方がいます。"}
    sent = signed_in(ken).post(reverse("feedback:introduce", args=[aki.pk]), words)

    assert (sent.status_code, Introduction.objects.count()) == (302, 1)


def test_the_pages_from_the_form_to_the_tie(ken, aki, mio, signed_in):
    form = reverse("feedback:introduce", args=[aki.pk])
    words = {"other": mio.reference, "to_one": TO_AKI, "to_other": TO_MIO}
    client = signed_in(ken)
    nobody, empty = [{"other": aki.reference}, {"other": "9" * 30}], [{"to_one": ""}, {"to_one": "\x00"}]
    for wrong in (*nobody, *empty, {"to_other": "あ" * 201}):
        sent = client.post(form, {**words, **wrong})
        assert (sent.status_code, set(sent.context["form"].errors)) == (422, set(wrong))
    answers = [client.post(form, words) for _twice in range(2)]
    assert [sent.status_code for sent in answers] == [302, 409]
    address = reverse("feedback:answer_introduction", args=[Introduction.objects.get().pk])

    assert signed_in(aki).post(address, {"answer": "perhaps"}).status_code == 400
    assert signed_in(make_member()).post(address, {"answer": "gladly"}).status_code == 404
    assert client.post(address, {"answer": "gladly"}).status_code == 404
    for reader in (aki, mio):
        assert signed_in(reader).post(address, {"answer": "gladly"}).url == reverse("feedback:introductions")
    looks = {reader: _looks(signed_in, reader) for reader in (aki, mio, ken)}
    assert looks == {reader: [IntroductionPhase.FORMED] for reader in (aki, mio, ken)}


def _looks(signed_in, reader) -> list[IntroductionPhase]:
    context = signed_in(reader).get(reverse("feedback:introductions")).context
    return [row.look for row in (*context["asked"], *context["made"])]
