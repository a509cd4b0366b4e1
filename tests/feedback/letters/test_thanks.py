"""Thanks: once per pair and evening, with a line or without."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.letters.flows.thanks import thank
from feedback.letters.rules import NoReach, NoThanks
from feedback.models import Thanks
from kouryu.refusal import Refused
from members.models import Block, OutgoingMail
from tests.factories import make_evening, make_letter, make_member

NOW = timezone.now()


@pytest.fixture
def evening(aki, mio):
    return make_evening([[aki, mio]])


def rows():
    return set(Thanks.objects.values_list("giver__profile__called_name", "receiver__profile__called_name", "line"))


def test_thanks_are_said_once_and_bring_no_mail(evening, aki, mio):
    for line in ("  お話が\n聞けて、よかったです。 ", "もう一度"):
        thank(by=aki, receiver_id=mio.pk, event_id=evening.pk, line=line, now=NOW)

    assert rows() == {("あき", "みお", "お話が 聞けて、よかったです。")}
    assert OutgoingMail.objects.count() == 0


def test_thanks_come_long_after_the_letters_have_closed(evening, aki, mio):
    thank(by=aki, receiver_id=mio.pk, event_id=evening.pk, now=NOW + timedelta(days=60))

    assert rows() == {("あき", "みお", "")}


@pytest.mark.parametrize("case", ["oneself", "stranger", "blocked"])
def test_only_those_who_met_thank_each_other(evening, aki, mio, case):
    receiver = {"oneself": aki, "stranger": make_member(), "blocked": mio}[case]
    if case == "blocked":
        Block.objects.create(blocker=mio, blocked=aki, blocked_at=NOW)

    with pytest.raises(Refused) as refused:
        thank(by=aki, receiver_id=receiver.pk, event_id=evening.pk, now=NOW)
    reason = NoReach.NOW if case == "blocked" else NoThanks.NOT_TOGETHER
    assert (refused.value.reason, rows()) == (reason, set())


def test_the_button_on_the_evenings_page(evening, aki, mio, signed_in):
    url = reverse("feedback:thank", args=[evening.pk, mio.pk])
    client = signed_in(aki)
    answers = [client.post(url, {"line": "またどこかの会で。"}) for _ in range(2)]

    assert {(answer.status_code, answer.url) for answer in answers} == {
        (302, reverse("feedback:evening", args=[evening.pk]))
    }
    assert rows() == {("あき", "みお", "またどこかの会で。")}
    assert "またどこかの会で。" in signed_in(mio).get(reverse("feedback:letters")).content.decode()


@pytest.mark.parametrize(
    ("line", "status"),
    [("あ" * 100, 302), ("あ" * 101, 422), ("あ" * 100_000, 422), ("\x00", 422), ("LINEを交換しませんか", 422)],
)
def test_a_line_that_cannot_go_is_shown_again_as_typed(evening, aki, mio, signed_in, line, status):
    client = signed_in(aki)
    answer = client.post(reverse("feedback:thank", args=[evening.pk, mio.pk]), {"line": line})

    assert (answer.status_code, len(rows())) == (status, status == 302)
    if status == 422:
        assert answer.context["form"]["line"].value() == line
        assert f'href="#line-{mio.reference}"' in answer.content.decode()


def test_a_ready_sentence_takes_two_taps(evening, aki, mio, signed_in):
    url = reverse("feedback:thank", args=[evening.pk, mio.pk])
    assert signed_in(aki).post(url, {"ready": "unknown"}).status_code == 422
    signed_in(aki).post(url, {"ready": "again", "line": " "})

    assert rows() == {("あき", "みお", "またどこかの会で。")}


def test_a_stranger_cannot_thank(evening, aki, mio, signed_in):
    answer = signed_in(make_member()).post(reverse("feedback:thank", args=[evening.pk, mio.pk]))

    assert (answer.status_code, rows()) == (404, set())


def test_a_letter_is_answered_once(evening, aki, mio, signed_in):
    letter = make_letter(aki, mio, evening, opened_at=NOW)
    client, url = signed_in(mio), reverse("feedback:answer", args=[letter.pk])
    for _ in range(2):
        assert client.post(url, {"line": "うれしかったです。"}).url == reverse("feedback:letter", args=[letter.pk])

    assert rows() == {("みお", "あき", "うれしかったです。")}
    assert "うれしかったです。" in client.get(reverse("feedback:letter", args=[letter.pk])).content.decode()
    assert "うれしかったです。" in signed_in(aki).get(reverse("feedback:letters")).content.decode()


def test_a_block_by_the_writer_of_a_letter_does_not_show_in_the_answer_to_thanks(evening, aki, mio, signed_in):
    letter = make_letter(mio, aki, evening)
    Block.objects.create(blocker=mio, blocked=aki, blocked_at=timezone.now())

    answer = signed_in(aki).post(reverse("feedback:answer", args=[letter.pk]), {"line": "うれしかったです。"})

    assert (answer.status_code, answer.url) == (302, reverse("feedback:letter", args=[letter.pk]))
    assert "うれしかったです。" not in signed_in(mio).get(reverse("feedback:letters")).content.decode()
    assert (
        "うれしかったです。" not in signed_in(mio).get(reverse("feedback:evening", args=[evening.pk])).content.decode()
    )


def test_whom_i_block_i_do_not_thank(evening, aki, mio, signed_in):
    letter = make_letter(mio, aki, evening)
    Block.objects.create(blocker=aki, blocked=mio, blocked_at=timezone.now())
    assert signed_in(aki).post(reverse("feedback:answer", args=[letter.pk])).status_code == 404
    assert not Thanks.objects.exists()
