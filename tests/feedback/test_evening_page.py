"""After the evening: the people of my groups, nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.models import Attendance
from feedback.letters.choices import LetterState
from feedback.models import Intention
from members.models import Block
from tests.factories import make_evening, make_letter, make_member


def people(signed_in, member, event):
    answer = signed_in(member).get(reverse("feedback:evening", args=[event.pk]))
    if answer.status_code != 200:
        return answer.status_code
    return {(companion.person.called_name, tuple(companion.rounds)) for companion in answer.context["companions"]}


@pytest.fixture
def names(aki, mio):
    """Six people by name, two rounds of two groups."""
    return {"あき": aki, "みお": mio, **{name: make_member(name) for name in ("はる", "なつ", "あさ", "ふゆ")}}


@pytest.fixture
def evening(names):
    rounds = [["あきみおはる", "なつあさふゆ"], ["あきみおなつ", "はるあさふゆ"]]
    seated = [[[names[group[i : i + 2]] for i in range(0, len(group), 2)] for group in groups] for groups in rounds]
    return make_evening(*seated)


def test_each_sees_the_people_of_their_own_groups(evening, names, signed_in):
    assert people(signed_in, names["あき"], evening) == {("みお", (1, 2)), ("はる", (1,)), ("なつ", (2,))}
    assert people(signed_in, names["ふゆ"], evening) == {("あさ", (1, 2)), ("なつ", (1,)), ("はる", (2,))}


def test_a_stranger_and_even_the_host_find_nothing(evening, signed_in):
    assert [people(signed_in, who, evening) for who in (make_member(), evening.host)] == [404, 404]


def test_who_was_not_there_is_not_shown_and_sees_nothing(evening, names, signed_in):
    Attendance.objects.filter(registration__member=names["みお"]).delete()

    assert people(signed_in, names["あき"], evening) == {("はる", (1,)), ("なつ", (2,))}
    assert people(signed_in, names["みお"], evening) == 404


@pytest.mark.parametrize("direction", ["made", "met"])
def test_whom_one_blocks_is_left_out_and_the_other_one_is_told_nothing(evening, names, signed_in, direction):
    pair = (names["あき"], names["はる"]) if direction == "made" else (names["はる"], names["あき"])
    Block.objects.create(blocker=pair[0], blocked=pair[1], blocked_at=timezone.now())

    of_aki, of_haru = {("みお", (1, 2)), ("なつ", (2,))}, {("みお", (1,)), ("あさ", (2,)), ("ふゆ", (2,))}
    made = direction == "made"
    assert people(signed_in, names["あき"], evening) == of_aki | (set() if made else {("はる", (1,))})
    assert people(signed_in, names["はる"], evening) == of_haru | ({("あき", (1,))} if made else set())


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (None, {"強みを贈る"}),
        (LetterState.DRAFT, {"書きかけ", "続きを書く"}),
        (LetterState.SCHEDULED, {"に届きます", "書きなおす"}),
        (LetterState.RELEASED, {"届きました"}),
        (LetterState.WITHDRAWN, {"強みを贈る"}),
    ],
)
def test_the_state_of_my_letter_is_said(aki, mio, signed_in, state, words):
    event = make_evening([[aki, mio]])
    if state:
        make_letter(aki, mio, event, state=state)
    page = signed_in(aki).get(reverse("feedback:evening", args=[event.pk])).content.decode()
    card = page.split("<article")[1].split("</article>")[0]

    everything = {"強みを贈る", "書きかけ", "続きを書く", "に届きます", "書きなおす", "届きました"}
    assert {word for word in everything if word in card} == words


def test_letters_about_me_leave_no_trace_here(aki, mio, signed_in):
    event = make_evening([[aki, mio]])
    without = signed_in(aki).get(reverse("feedback:evening", args=[event.pk])).context["companions"]
    make_letter(mio, aki, event, state=LetterState.SCHEDULED)
    with_one = signed_in(aki).get(reverse("feedback:evening", args=[event.pk])).context["companions"]

    assert without == with_one


def test_after_fourteen_days_nobody_is_asked_to_write(aki, mio, signed_in):
    event = make_evening([[aki, mio]], now=timezone.now() - timedelta(days=15))
    page = signed_in(aki).get(reverse("feedback:evening", args=[event.pk])).content.decode()

    assert ("贈れる期間は終わりました" in page, "強みを贈る<" in page) == (True, False)
    assert signed_in(aki).get(reverse("feedback:write", args=[event.pk, mio.pk])).status_code == 409


def test_one_companion_and_thirty_cost_the_same(aki, mio, signed_in, django_assert_max_num_queries):
    client, counts = signed_in(aki), []
    for others in ([mio], [make_member(industry="J") for _ in range(30)]):
        event = make_evening([[aki, *others]])
        for other in others:
            make_letter(aki, other, event)
        with django_assert_max_num_queries(13) as queries:
            answer = client.get(reverse("feedback:evening", args=[event.pk]))
        assert len(answer.context["companions"]) == len(others)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_lightest_comes_first_and_trouble_is_folded_away(evening, names, signed_in):
    page = signed_in(names["あき"]).get(reverse("feedback:evening", args=[evening.pk])).content.decode()
    card = page[page.index(f"person-{names['みお'].reference}") :].split("</article>")[0]
    places = [
        reverse("feedback:thank", args=[evening.pk, names["みお"].pk]),
        reverse("feedback:write", args=[evening.pk, names["みお"].pk]),
        reverse("feedback:intention", args=[evening.pk, names["みお"].pk]),
        "困ったときは",
        reverse("feedback:report_member", args=[names["みお"].pk]),
    ]

    assert [card.index(place) for place in places] == sorted(card.index(place) for place in places)
    assert "</details>" in card[card.index(places[-1]) :]


PRIVATE, CHOOSE, REVIEW, TAKE_BACK = (
    "「これからの関わりかた」は、",
    "選ぶ<span",
    "見なおす<span",
    "この選択を取りやめる<span",
)


@pytest.mark.parametrize(
    ("days_ago", "hours_to_lock", "shown"),
    [
        pytest.param(0, None, (PRIVATE, CHOOSE), id="nothing chosen"),
        pytest.param(0, 5, (PRIVATE, REVIEW), id="chosen and free to change"),
        pytest.param(3, -5, (TAKE_BACK,), id="everything locked"),
        pytest.param(20, None, (), id="too late to choose"),
        pytest.param(20, -5, (TAKE_BACK,), id="too late, chosen then"),
    ],
)
def test_the_page_offers_only_what_can_still_be_done_about_a_choice(
    aki, mio, signed_in, days_ago, hours_to_lock, shown
):
    now = timezone.now()
    event = make_evening([[aki, mio]], now=now - timedelta(days=days_ago))
    if hours_to_lock is not None:
        locks_at = now + timedelta(hours=hours_to_lock)
        times = {"chosen_at": event.ends_at, "locks_at": locks_at, "forms_at": locks_at}
        Intention.objects.create(holder=aki, person=mio, event=event, kind="hear", **times)

    html = signed_in(aki).get(reverse("feedback:evening", args=[event.pk])).content.decode()

    assert tuple(words for words in (PRIVATE, CHOOSE, REVIEW, TAKE_BACK) if words in html) == shown
