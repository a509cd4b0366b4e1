"""Quick-picks of the quiet minutes become drafts that nobody else sees."""

from __future__ import annotations

import pytest
from django.urls import reverse

from feedback.letters.choices import LetterState
from feedback.models import StrengthFeedback
from members.models import Block
from tests.factories import make_evening, make_letter, make_member


@pytest.fixture
def evening(aki, mio):
    return make_evening([[aki, mio, make_member("ひかり")]])


def page(event):
    return reverse("feedback:quiet", args=[event.pk])


def form(person, **words):
    return {"about": person.reference, **{f"about-{person.reference}-{name}": value for name, value in words.items()}}


def test_picks_and_a_line_become_a_draft_and_can_be_changed(evening, aki, mio, signed_in):
    client = signed_in(aki)
    client.post(page(evening), form(mio, picks=["open-ask", "listen-through"], saw="間を待っていた"))
    client.post(page(evening), form(mio, picks=["open-ask"], saw="間を待っていた"))
    letter = StrengthFeedback.objects.get()
    assert (letter.giver, letter.receiver, letter.state) == (aki, mio, LetterState.DRAFT)
    assert (letter.picks, letter.saw) == (["open-ask"], "間を待っていた")
    assert "間を待っていた" in client.get(page(evening)).content.decode()
    assert "間を待っていた" not in signed_in(mio).get(page(evening)).content.decode()


def test_what_the_draft_says_about_ones_industry_is_kept(evening, aki, mio, signed_in):
    make_letter(aki, mio, evening, state=LetterState.DRAFT, would_count="説明の場で", deliver_at=None, released_at=None)
    signed_in(aki).post(page(evening), form(mio, picks=["open-ask"]))
    assert StrengthFeedback.objects.get().would_count == "説明の場で"


@pytest.mark.parametrize(
    "words",
    [
        pytest.param({"picks": ["open-ask", "listen-through", "a", "b"]}, id="too many"),
        pytest.param({"picks": ["no-such-strength"]}, id="unknown"),
        pytest.param({"saw": "あ" * 301}, id="too long"),
        pytest.param({"saw": "a\x00b"}, id="a NUL"),
    ],
)
def test_bad_input_keeps_what_was_typed_and_says_what_is_wrong(evening, aki, mio, signed_in, words):
    answer = signed_in(aki).post(page(evening), form(mio, **words))
    assert (answer.status_code, "入力を確かめてください" in answer.content.decode()) == (422, True)
    assert not StrengthFeedback.objects.exists()


def test_a_letter_on_its_way_is_not_turned_back_into_a_draft(evening, aki, mio, signed_in):
    make_letter(aki, mio, evening, state=LetterState.SCHEDULED, released_at=None)
    assert signed_in(aki).post(page(evening), form(mio, picks=["open-ask"])).status_code == 400
    assert StrengthFeedback.objects.get().state == LetterState.SCHEDULED


def test_only_the_people_of_my_groups_and_nobody_out_of_reach(evening, aki, mio, signed_in):
    stranger = make_member("とおり")
    for sent in (form(stranger, picks=["open-ask"]), {}, {"about": "x"}, {"about": "9" * 40}):
        assert signed_in(aki).post(page(evening), sent).status_code == 400
    Block.objects.create(blocker=mio, blocked=aki, blocked_at=evening.starts_at)
    assert "この方に届けられません" in signed_in(aki).get(page(evening)).content.decode()
    assert signed_in(aki).post(page(evening), form(mio, picks=["open-ask"])).status_code == 400
    assert signed_in(stranger).get(page(evening)).status_code == 404
