"""つながり: the people I am tied to, what I could give them first; and never a word of what they chose."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.event.choices import EventState
from events.models import Note, Registration
from feedback.models import Help, Intention, Tie
from feedback.ties.choices import IntentionKind
from feedback.ties.flows.network import note_evenings
from feedback.ties.flows.tie import choose_intention, form_ties
from feedback.ties.rules.offers import Gift, gifts_for, words_of
from members.models import Block
from tests.factories import make_evening, make_member, make_tie

NOW = timezone.now()
DAY = timedelta(days=1)
PEOPLE = reverse("feedback:people")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("採用面接のはなし", ["採用面接"]),
        ("ＤＸって、どこから？", ["dx"]),
        ("仕事の話と、発酵", ["発酵"]),
        ("スケジュール管理。スケジュール管理！", ["スケジュール", "管理"]),
        ("", []),
        ("👍" * 50, []),
    ],
)
def test_the_words_that_carry_the_meaning(text, words):
    assert words_of(text) == words


def test_what_i_could_give_shares_a_word_with_what_they_ask():
    offers = ["採用の面接で聞くこと", "発酵の話", "採用と育成の年間計画"]
    assert gifts_for("採用面接と育成に悩んでいます", offers) == [
        Gift("採用の面接で聞くこと", ("採用", "面接")),
        Gift("採用と育成の年間計画", ("採用", "育成")),
    ]
    assert gifts_for("", offers) == gifts_for("猫のこと", offers) == []


def page(client, url=PEOPLE):
    html = client.get(url).content.decode()
    return html.split("<main")[1].split("</main>")[0]


def write(event, member, **words):
    Registration.objects.filter(event=event, member=member).update(**words)


@pytest.fixture
def evening(aki, mio):
    return make_evening([[aki, mio]], state=EventState.CLOSED, closed_at=NOW)


def test_a_card_shows_what_i_could_give_and_only_what_they_let_their_groups_read(evening, aki, mio, signed_in):
    elsewhere = make_evening([[mio]])
    write(evening, aki, can_offer="採用面接の進めかた")
    write(evening, mio, can_offer="待つことの工夫", wants_to_talk="採用の悩み", shares_wish=True)
    write(elsewhere, mio, can_offer="よその会のこと", wants_to_talk="よその悩み", shares_wish=True)
    Note.objects.create(event=evening, member=aki, text="次は資料を見せてもらう", written_at=NOW)
    Note.objects.create(event=evening, member=mio, text="みおのひみつ", written_at=NOW)
    note_evenings(NOW)
    make_tie(aki, mio, evening)

    words = (
        "採用面接の進めかた",
        "同じことば：採用",
        "採用の悩み",
        "待つことの工夫",
        "次は資料を見せてもらう",
        "よその会のこと",
        "よその悩み",
        "みおのひみつ",
    )
    html = page(signed_in(aki))
    assert [word in html for word in words] == [True] * 5 + [False] * 3
    assert html.index("差し出せそうなこと") < html.index("話してみたいこと")

    write(evening, mio, shares_wish=False)
    html = page(signed_in(aki))
    assert ("採用の悩み" in html, "差し出せそうなこと" in html) == (False, False)


def test_my_own_choice_is_the_filter_and_theirs_is_nowhere(evening, aki, mio, signed_in):
    for by, person, kind in ((aki, mio, IntentionKind.HEAR), (mio, aki, IntentionKind.CASUAL)):
        choose_intention(by=by, person_id=person.pk, event_id=evening.pk, kind=kind, now=NOW)
    Intention.objects.update(forms_at=NOW)
    form_ties(NOW)
    client = signed_in(aki)
    shown = {kind: "みおさん" in page(client, f"{PEOPLE}?kind={kind}") for kind in ["", *IntentionKind, "x" * 999]}
    assert shown == {**dict.fromkeys(IntentionKind, False), "": True, "hear": True, "only-this": True, "x" * 999: True}
    card = page(client).split("<article")[1]
    assert (str(IntentionKind.HEAR.label) in card, str(IntentionKind.CASUAL.label) in card) == (True, False)


def test_with_nobody_yet_there_is_nothing_to_filter(aki, mio, signed_in):
    assert "?kind=" not in signed_in(aki).get(PEOPLE).content.decode()

    make_tie(aki, mio)

    assert "?kind=" in signed_in(aki).get(PEOPLE).content.decode()


def test_who_i_have_not_talked_to_for_a_month_is_named_softly(aki, mio, signed_in):
    nao = make_member("なお")
    for person, days in ((mio, 40), (nao, 10)):
        when = NOW - days * DAY
        make_evening([[aki, person]], now=when, state=EventState.CLOSED, closed_at=NOW)
        make_tie(aki, person)
    note_evenings(NOW)
    html = page(signed_in(aki))
    quiet = html.split('id="quiet"')[1].split("</section>")[0]
    assert ("みお" in quiet, "なお" in quiet) == (True, False)
    assert [word for word in ("danger", "alert", "warn", "bad") if word in quiet] == []


def test_thanks_for_help_stand_beside_the_name_of_who_gave_them(aki, mio, signed_in):
    make_tie(aki, mio)
    url = reverse("feedback:note_help", args=[mio.pk])
    answers = [signed_in(aki).post(url) for _ in range(2)]
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, PEOPLE)] * 2
    assert Help.objects.count() == 1
    assert "「助けてもらいました」と書きとめてくれました" in page(signed_in(mio))
    assert "「助けてもらいました」と書きとめてくれました" not in page(signed_in(aki))


def test_the_buttons_of_a_card_and_strangers(aki, mio, signed_in):
    make_tie(aki, mio)
    stranger = signed_in(make_member())
    acts = [reverse(f"feedback:{name}", args=[mio.pk]) for name in ("note_help", "end_tie")]
    huge = [reverse(f"feedback:{name}", args=[2**63 - 1]) for name in ("note_help", "end_tie")]
    assert [stranger.post(url).status_code for url in [*acts, *huge]] == [404] * 4
    assert [signed_in(aki).get(url).status_code for url in acts] == [405] * 2

    answers = [signed_in(aki).post(acts[1]) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Tie.objects.get().ended_at is not None
    assert [signed_in(aki).post(acts[0]).status_code, signed_in(mio).post(acts[0]).status_code] == [404, 404]


@pytest.mark.parametrize("case", ["block", "blocked", "left"])
def test_whom_one_blocks_is_on_no_page_and_all_others_keep_their_line(evening, aki, mio, signed_in, case):
    make_tie(aki, mio)
    note_evenings(NOW)
    pages = [PEOPLE, reverse("feedback:network")]
    assert ["みおさん" in page(signed_in(aki), url) for url in pages] == [True, True]
    if case == "left":
        mio.is_active = False
        mio.save(update_fields=["is_active"])
    else:
        blocker, blocked = (aki, mio) if case == "block" else (mio, aki)
        Block.objects.create(blocker=blocker, blocked=blocked, blocked_at=NOW)
    gone = case == "block"
    name = "元会員さん" if case == "left" else "みおさん"
    assert name in page(signed_in(aki), PEOPLE) or gone
    assert ("みおさん" in page(signed_in(aki), reverse("feedback:network"))) is (case == "blocked")
    choice = signed_in(aki).get(reverse("feedback:intention", args=[evening.pk, mio.pk]))
    assert choice.status_code == (404 if gone else 200)


# --- choosing on the page after the evening


def test_choosing_changing_and_taking_back_with_the_buttons(evening, aki, mio, signed_in):
    url, client = reverse("feedback:intention", args=[evening.pk, mio.pk]), signed_in(aki)
    back = reverse("feedback:evening", args=[evening.pk])
    for kind, stored in (("hear", ["hear"]), ("hear", ["hear"]), ("only-this", ["only-this"]), ("", []), ("", [])):
        answer = client.post(url, {"kind": kind})
        assert (answer.status_code, answer.url) == (302, back)
        assert list(Intention.objects.order_by("pk").values_list("kind", flat=True)) == stored

    for sent in ({"kind": "marry"}, {"kind": "\0"}, {"kind": ["hear", "x" * 9999]}):
        answer = client.post(url, sent)
        assert (answer.status_code, "一覧にあるものから" in answer.content.decode()) == (422, True)
    assert Intention.objects.count() == 0


def test_locked_the_page_offers_to_take_back_and_refuses_another_choice(evening, aki, mio, signed_in):
    url, client = reverse("feedback:intention", args=[evening.pk, mio.pk]), signed_in(aki)
    client.post(url, {"kind": "hear"})
    Intention.objects.update(locks_at=NOW - DAY)
    html = page(client, url)
    assert ("この選択を取りやめる" in html, "これに決める" in html) == (True, False)
    refused = client.post(url, {"kind": "casual"})
    assert (refused.status_code, "もう変わりません" in refused.content.decode()) == (409, True)
    client.post(url, {"kind": ""})
    assert "取りやめました" in page(client, url)


def test_strangers_and_people_of_other_groups_find_no_choice(evening, aki, mio, signed_in):
    elsewhere = make_member()
    urls = [reverse("feedback:intention", args=[evening.pk, pk]) for pk in (mio.pk, elsewhere.pk, 2**63 - 1)]
    assert [signed_in(elsewhere).get(url).status_code for url in urls] == [404] * 3
    assert [signed_in(aki).post(url, {"kind": "hear"}).status_code for url in urls] == [302, 404, 404]
