"""What leaves the mirror: a portrait, words for a CV, a card; never a name or a word of somebody else."""

from __future__ import annotations

from datetime import datetime
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from feedback.mirror.drawings import card
from feedback.mirror.rules.mirror import Observation, reflect
from feedback.mirror.words import sentences
from kouryu.clock import TOKYO
from tests.factories import make_evening, make_letter, make_member

PAGES = ["portrait", "words", "card"]


def mirror_of(givers, own=("think-core",)):
    looks = [Observation(giver, "PJGMOLKI"[giver % 8], ("act-try", "tell-plain")) for giver in range(givers)]
    return reflect(looks, own, own_industry="E")


@pytest.mark.parametrize(
    ("givers", "said"), [(0, []), (2, []), (3, ["多くの人が"]), (5, ["多くの人が", "まだ見せていない"])]
)
def test_the_portrait_says_what_its_step_allows(givers, said):
    portrait = "".join(sentences(mirror_of(givers)))

    assert [part for part in ("多くの人が", "まだ見せていない") if part in portrait] == said


def test_the_portrait_in_full():
    looks = [
        Observation(1, "P", ("act-try", "open-ask")),
        Observation(2, "J", ("act-try",)),
        Observation(3, "", ("open-ask", "tell-plain")),
    ]

    assert sentences(reflect(looks, ("open-ask",))) == [
        "これは、3人の目に映ったあなたです。",
        "何人かが、「問いを立てる」、「まず試す」を見ています。",
        "「やさしく言いかえる」は、それぞれひとりが見つけました。",
        "「問いを立てる」は、あなたも選び、まわりも挙げました。",
        "「まず試す」、「やさしく言いかえる」は、まわりが見つけたものです。",
        "「まず試す」は、2つの業界の人の目にとまりました（金融・保険、医療・福祉）。",
    ]


def test_a_card_holds_only_what_was_seen_and_chosen():
    drawn = card.draw(mirror_of(3), ["act-try", "open-ask", "nonsense"], name="あき", people=mirror_of(3).givers)

    assert ([line.strength.key for line in drawn.lines], drawn.name, drawn.people) == (["act-try"], "あき", 3)
    assert card.draw(mirror_of(3), []).people is None


@pytest.fixture
def seen(aki):
    now = datetime.now(tz=TOKYO)
    for name in ("たなか", "いとう", "こばやし"):
        giver = make_member(name, industry="P")
        event = make_evening([[giver, aki]])
        make_letter(giver, aki, event, picks=["act-try"], saw="すぐ紙に描いて見せていました。", opened_at=now)
    return aki


@pytest.mark.parametrize("name", PAGES)
def test_while_the_mirror_is_closed_the_way_leads_back(aki, signed_in, name):
    client = signed_in(aki)

    assert client.get(reverse(f"feedback:{name}"))["Location"] == reverse("feedback:mirror")
    assert client.get(reverse("feedback:card_picture")).status_code == 404


def test_nothing_of_anybody_else_is_on_any_of_them(seen, signed_in):
    client, query = signed_in(seen), "?strengths=act-try&name=on&people=on"
    pages = [client.get(reverse(f"feedback:{name}") + query) for name in [*PAGES, "card_picture"]]

    assert [page.status_code for page in pages] == [200] * 4
    for page in pages:
        text = page.content.decode()
        assert "まず試す" in text
        assert [word for word in ("たなか", "いとう", "こばやし", "紙に描いて") if word in text] == []


def test_the_words_are_those_of_both_frames(seen, signed_in):
    page = signed_in(seen).get(reverse("feedback:words")).content.decode()

    assert "社会人基礎力：実行力" in page
    assert "ポータブルスキル：課題の遂行" in page


def test_the_picture_is_well_formed_whatever_the_name(seen, signed_in):
    seen.profile.called_name = '<あき & "ゆう">'
    seen.profile.save(update_fields=["called_name"])
    picture = signed_in(seen).get(reverse("feedback:card_picture"), {"strengths": ["act-try", "<x>"], "name": "on"})
    texts = [text.text for text in ElementTree.fromstring(picture.content).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - our own drawing

    assert (picture["Content-Type"], texts[1:3]) == ("image/svg+xml; charset=utf-8", ['<あき & "ゆう">', "まず試す"])
