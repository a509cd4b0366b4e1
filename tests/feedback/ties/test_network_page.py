"""The picture of a network: the same for the same people, nobody on anybody, and for every month as it was then."""

from __future__ import annotations

import re
from datetime import timedelta
from math import hypot

import pytest
from django.urls import reverse
from django.utils import timezone

from events.event.choices import EventState
from feedback.models import Acquaintance, Introduction, Talk
from feedback.ties.choices import NetworkState, TalkState
from feedback.ties.drawings import NARROW, WIDE, NodePosition, drawn, face, places
from feedback.ties.flows.network import note_evenings, rebuild_all
from feedback.ties.limits import NETWORK
from feedback.ties.queries.network import history_of
from feedback.ties.queries.network_page import label_of, network_page
from members.accounts.card import card_for
from members.accounts.choices import Audience
from members.models import Profile, User
from tests.factories import make_evening, make_member, make_tie

NOW = timezone.now()
DAY = timedelta(days=1)


@pytest.mark.parametrize("sheet", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("number", [0, 1, 2, 3, 12, 14, 31, NETWORK.drawn])
def test_nobody_is_drawn_on_anybody_or_over_the_edge(number, sheet):
    drawing = places(number, sheet)
    assert drawing == places(number, sheet)
    x, y = sheet.centre
    for place, one in enumerate(drawing):
        assert one.r <= one.x <= sheet.width - one.r
        assert one.r <= one.y <= sheet.height - one.r
        assert hypot(one.x - x, one.y - y) > one.r + sheet.middle
        assert all(hypot(one.x - other.x, one.y - other.y) > one.r + other.r for other in drawing[:place])


def test_a_face_is_the_triangle_of_three():
    one, other = places(2, WIDE)
    assert face(one, other, WIDE).path == f"M{one.x:g} {one.y:g}L{other.x:g} {other.y:g}L460 235Z"


def test_where_there_are_too_many_the_latest_are_drawn_in_the_order_of_meeting_and_faces_first():
    met = list(range(100))
    latest = met[::-1]
    assert drawn(met, latest, keep=[3, 7]) == [3, 7, *range(42, 100)]
    assert drawn([5, 2], [2, 5], keep=[]) == [5, 2]


@pytest.fixture
def four(aki, mio):
    """aki met mio and nao in one group 70 days ago, and talked to nao since; brought the two together 10 days ago."""
    nao = make_member("なお", industry="J")
    evening = make_evening([[aki, mio, nao]], now=NOW - 70 * DAY, state=EventState.CLOSED, closed_at=NOW)
    note_evenings(NOW)
    tie = make_tie(aki, nao, evening)
    Talk.objects.create(
        tie=tie,
        proposer=aki,
        kind="talk",
        state=TalkState.HELD,
        proposed_at=NOW - 50 * DAY,
        lapses_at=NOW,
        starts_at=NOW - 40 * DAY,
        held_at=NOW - 40 * DAY,
    )
    one, other = sorted((mio, nao), key=lambda member: member.pk)
    days = {"made_at": NOW - 12 * DAY, "lapses_at": NOW - 5 * DAY, "formed_at": NOW - 10 * DAY}
    Introduction.objects.create(introducer=aki, one=one, other=other, **days)
    return aki, mio, nao


def test_a_talk_makes_a_line_and_an_introduction_faces_for_the_three(four):
    aki, mio, nao = four
    assert rebuild_all().changed == 2  # mio and nao stay a dot: they met once, and were introduced to each other
    states = {
        frozenset((row.first_id, row.second_id)): (NetworkState(row.state), row.times)
        for row in Acquaintance.objects.all()
    }
    assert states == {
        frozenset((aki.pk, mio.pk)): (NetworkState.FACE, 1),
        frozenset((aki.pk, nao.pk)): (NetworkState.FACE, 2),
        frozenset((mio.pk, nao.pk)): (NetworkState.DOT, 1),
    }
    assert rebuild_all().changed == 0


def test_every_month_is_drawn_as_it_was_with_everybody_in_the_place_of_today(four):
    aki, _mio, _nao = four
    today = network_page(aki, history_of(aki), "", NOW)
    assert (len(today.contacts), today.lines, today.faces) == (2, 2, 1)
    assert [len(picture.faces) for picture in today.pictures] == [1, 1]

    first = today.months[0]
    then = network_page(aki, history_of(aki), timezone.localtime(first).strftime("%Y-%m"), NOW)
    assert (len(then.contacts), then.lines, then.faces) == (2, 0, 0)
    assert [circle.place for circle in then.pictures[0].circles] == [one.place for one in today.pictures[0].circles]
    assert network_page(aki, history_of(aki), "1999-01", NOW).until is None


def test_the_page_says_in_words_what_it_draws_and_takes_any_month(four, signed_in):
    client, url = signed_in(four[0]), reverse("feedback:network")
    html = client.get(url).content.decode()
    assert len(re.findall(r'<svg\s+class="net', html)) == 2
    assert html.count("会った人2人、そのうち、また話した人2人、人どうしもつながった輪が1つ") == 3
    for until in ("2026-13", "\0", "x" * 999, "9" * 40, ""):
        assert client.get(url, {"until": until, "page": "9" * 30}).status_code == 200


def test_nobody_elses_page_shows_my_network(four, signed_in):
    stranger = make_member()
    html = signed_in(stranger).get(reverse("feedback:network")).content.decode()
    assert [name for name in ("あきさん", "みおさん", "なおさん") if name in html] == []
    assert "点が、これから灯ります" in html.replace('<span class="ph">', "").replace("</span>", "")


@pytest.mark.parametrize(
    ("industry", "radius", "lines"),
    [
        ("A", 20, ["農林"]),
        ("E", 27, ["メーカー"]),
        ("E", 20, ["メー", "カー"]),
        ("E", 15, ["メー"]),
        ("K", 15, ["不動"]),
        ("N", 27, ["生活"]),
        ("R", 20, ["サー", "ビス"]),
        ("T", 27, ["その他"]),
        ("", 27, ["あ"]),
    ],
)
def test_a_circle_holds_what_fits_it(industry, radius, lines):
    member = User(pk=1)
    member.profile = Profile(called_name="あき", industry=industry)
    seen = card_for(Audience.MEMBERS, member)

    assert [line.text for line in label_of(seen, NodePosition(100, 100, radius))] == lines
