"""People one has met are found by name, in any script; nobody else is."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.models import Tie
from feedback.ties.flows.network import rebuild_all
from feedback.ties.queries.met import met_called
from members.models import Profile
from tests.factories import make_evening, make_member, make_tie

MET = reverse("feedback:met")


def found(member, line: str) -> list[str]:
    return [one.card.called_name for one in met_called(member, line, most=20)]


@pytest.fixture
def people(aki):
    """Whom Aki met at one evening, by called name."""
    names = ("たなかみお", "髙橋", "Zoë", "みお", "齋藤 れん")
    made = {name: make_member(name) for name in names}
    make_evening([[aki, *made.values()]], state="closed")
    rebuild_all()
    return made


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("ﾀﾅｶ", ["たなかみお"]),
        ("タナカ", ["たなかみお"]),
        ("みお", ["みお", "たなかみお"]),  # the name itself before a part of one
        ("高橋", ["髙橋"]),
        ("斉藤", ["齋藤 れん"]),
        ("れん 斎藤", ["齋藤 れん"]),
        ("ＺＯＥ", ["Zoë"]),
        ("", []),
        ("%", []),
        ("_", []),
        ("お", []),  # one letter says nothing
        ("\u3164", []),
    ],
)
def test_a_name_is_found_however_it_is_written(aki, people, line, names):
    assert found(aki, line) == names


def test_a_stranger_is_found_by_nobody(mio, people):
    make_member("たなか")
    assert found(mio, "たなか") == []


def test_a_reading_finds_whom_it_is_shown(aki, people):
    Profile.objects.filter(member=people["髙橋"]).update(name_reading="たかはし")
    assert found(aki, "タカハシ") == ["髙橋"]
    Profile.objects.update(visibility={"name_reading": "ties"})
    assert found(aki, "タカハシ") == []
    make_tie(aki, people["髙橋"])
    assert found(aki, "タカハシ") == ["髙橋"]


def test_who_was_introduced_is_found_while_the_tie_stands(aki, mio):
    tie = make_tie(aki, mio)
    assert found(aki, "みお") == ["みお"]
    Tie.objects.filter(pk=tie.pk).update(ended_at=timezone.now())
    assert found(aki, "みお") == []


def test_whom_i_block_or_who_left_is_not_found(aki, people):
    aki.blocks_made.create(blocked=people["みお"], blocked_at=timezone.now())
    people["たなかみお"].is_active = False
    people["たなかみお"].save()
    assert found(aki, "みお") == []
    assert found(people["みお"], "あき") == ["あき"]  # the other one reads what they always did


def test_the_page_lists_nobody_before_it_is_asked(aki, people, signed_in):
    browser = signed_in(aki)
    assert "さん</b>" not in browser.get(MET).content.decode()
    page = browser.get(MET, {"q": "高橋\x00"}).content.decode()
    assert "髙橋さん" in page
    assert "たなかみお" not in page
    assert "見つかりませんでした" in browser.get(MET, {"q": "だれか"}).content.decode()
    assert browser.get(MET, {"q": "あ" * 5000}).status_code == 200


def test_the_questions_are_the_same_for_any_number(aki, people, signed_in, django_assert_max_num_queries):
    reader = signed_in(aki).get(reverse("members:account")).wsgi_request.user
    with django_assert_max_num_queries(9):
        assert len(met_called(reader, "みお", most=20)) == 2
