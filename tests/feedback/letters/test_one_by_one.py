"""The page after the evening: one person at a time, thanks, a letter, later, or nothing."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from events.models import Note
from feedback.letters.choices import LetterState
from feedback.letters.flows.skip import skip
from feedback.letters.rules import NoLetter
from feedback.models import Skip, StrengthFeedback, Tie
from kouryu.refusal import Refused
from members.models import AuditEntry, OutgoingMail
from tests.factories import make_evening, make_letter, make_member

SAW = "話が止まったとき、「いつからですか」と静かに聞いていました。"
WORDS = {"picks": ["open-ask"], "saw": SAW, "would_count": "面談で使えそうです。"}


@pytest.fixture
def haru(db):
    return make_member("はる")


@pytest.fixture
def evening(aki, mio, haru):
    return make_evening([[aki, mio, haru]])


def page_of(evening, person):
    return reverse("feedback:write", args=[evening.pk, person.pk])


def people(client, evening):
    answer = client.get(reverse("feedback:evening", args=[evening.pk]))
    return {one.person.called_name: one.is_undecided for one in answer.context["companions"]}


@pytest.mark.parametrize("act", ["give", "draft", "none"])
def test_after_each_decision_the_next_person_comes(evening, aki, mio, haru, signed_in, act):
    client = signed_in(aki)
    first = client.post(page_of(evening, mio), {**WORDS, "act": act})
    second = client.post(page_of(evening, haru), {**WORDS, "saw": "先に聞いて" + SAW[::-1], "act": act})

    assert first.url == page_of(evening, haru)
    assert second.url == reverse("feedback:evening", args=[evening.pk])


def test_the_place_among_them_is_said(evening, aki, haru, signed_in):
    page = signed_in(aki).get(page_of(evening, haru)).content.decode()

    assert "2人目 / 2人" in page


def test_not_to_this_person_is_kept_for_the_giver_alone_and_can_be_changed(evening, aki, mio, signed_in):
    client = signed_in(aki)
    make_letter(aki, mio, evening, state=LetterState.DRAFT)
    for _ in range(2):
        client.post(page_of(evening, mio), {"act": "none"})
    assert people(client, evening) == {"みお": False, "はる": True}
    assert (
        "この方には贈らない" not in signed_in(mio).get(reverse("feedback:evening", args=[evening.pk])).content.decode()
    )
    assert not AuditEntry.objects.filter(object_type="feedback.skip").exists()
    assert OutgoingMail.objects.count() == 0

    again = client.post(reverse("feedback:reconsider", args=[evening.pk, mio.pk]))
    assert (again.url, people(client, evening)) == (page_of(evening, mio), {"みお": True, "はる": True})


def test_writing_after_all_takes_the_choice_back(evening, aki, mio, signed_in):
    client = signed_in(aki)
    client.post(page_of(evening, mio), {"act": "none"})
    client.post(page_of(evening, mio), {**WORDS, "act": "give"})

    assert (Skip.objects.count(), StrengthFeedback.objects.get().state) == (0, LetterState.SCHEDULED)


@pytest.mark.parametrize("who", ["stranger", "oneself"])
def test_nobody_else_can_be_left_out(evening, aki, who):
    receiver = {"stranger": make_member(), "oneself": aki}[who]
    with pytest.raises(Refused) as refused:
        skip(by=aki, receiver_id=receiver.pk, event_id=evening.pk, now=timezone.now())

    assert (refused.value.reason, Skip.objects.count()) == (NoLetter.NOT_TOGETHER, 0)


def test_the_letter_can_be_seen_before_it_is_given(evening, aki, mio, signed_in):
    answer = signed_in(aki).post(page_of(evening, mio), {**WORDS, "act": "preview"})
    preview = answer.content.decode().split("data-preview-of")[1].split("</article>")[0]

    assert (answer.status_code, StrengthFeedback.objects.count()) == (200, 0)
    assert [words in preview for words in (SAW, "面談で使えそうです。", "問いを立てる", "あき")] == [True] * 4


def test_the_note_of_the_evening_lies_beside_the_letter(evening, aki, mio, signed_in):
    for member, text in ((aki, "わたしのメモです"), (mio, "ひとのメモです")):
        Note.objects.create(event=evening, member=member, text=text, written_at=timezone.now())
    page = signed_in(aki).get(page_of(evening, mio)).content.decode()

    assert ["わたしのメモです" in page, "ひとのメモです" in page] == [True, False]


def test_thanks_come_back_to_the_page_they_were_said_on(evening, aki, mio, signed_in):
    url = reverse("feedback:thank", args=[evening.pk, mio.pk])

    assert signed_in(aki).post(url, {"ready": "told", "at": "write"}).url == page_of(evening, mio)


# --- the receiver


def test_what_the_receiver_says_to_themselves_stays_with_them(evening, aki, mio, signed_in):
    letter = make_letter(aki, mio, evening, opened_at=timezone.now())
    client, url = signed_in(mio), reverse("feedback:react", args=[letter.pk])
    before = AuditEntry.objects.count()
    answers = [client.post(url, {"reaction": reaction}).status_code for reaction in ("fits", "discovery", "love", "")]

    assert answers == [302, 302, 400, 302]
    client.post(url, {"reaction": "discovery"})
    letter.refresh_from_db()
    assert (letter.reaction, AuditEntry.objects.count()) == ("discovery", before)
    assert signed_in(aki).post(url, {"reaction": "fits"}).status_code == 404
    given = signed_in(aki).get(reverse("feedback:letters_given")).content.decode()
    assert not any(words in given for words in ("発見だった", "しっくり"))


def test_who_is_tied_may_write_back(evening, aki, mio, signed_in):
    letter = make_letter(aki, mio, evening, opened_at=timezone.now())
    client, link = signed_in(mio), reverse("feedback:notes", args=[aki.pk])
    before = link in client.get(reverse("feedback:letter", args=[letter.pk])).content.decode()
    first, second = sorted([aki, mio], key=lambda member: member.pk)
    Tie.objects.create(first=first, second=second, event=evening, formed_at=timezone.now())
    after = link in client.get(reverse("feedback:letter", args=[letter.pk])).content.decode()

    assert (before, after) == (False, True)


def test_an_answer_that_cannot_go_is_shown_again_as_typed(evening, aki, mio, signed_in):
    letter = make_letter(aki, mio, evening, opened_at=timezone.now())
    answer = signed_in(mio).post(reverse("feedback:answer", args=[letter.pk]), {"line": "LINEを交換しませんか"})

    assert (answer.status_code, answer.context["form"]["line"].value()) == (422, "LINEを交換しませんか")
    assert "<mark>LINEを交換しませんか</mark>" in answer.content.decode()
