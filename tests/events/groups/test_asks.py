"""What people ask about meets who can help with it: in the groups, and in what the host reads before the evening."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from demo.cast import others
from demo.management.commands.measure_asks import WAYS, Measured, evening_of
from events.groups import queries
from events.groups.flows.grouping import draw_groups
from events.groups.rules.drawing import Setting
from events.groups.rules.grouping import Rules
from events.models import Attendance, Seat
from members.models import Profile
from tests.factories import make_event, make_member, make_registration


@pytest.fixture
def evening(ren):
    """Eight people of eight industries are there; four ask, and four others can each answer one of them."""
    event = make_event(ren, starts_at=timezone.now(), group_size=4)
    for number in range(8):
        topic = ["hiring", "ai", "english", "local"][number % 4]
        told = {"asks": [topic]} if number < 4 else {"gives": [topic]}
        member = make_member(f"人{number}", industry="ABCDEFGH"[number], group_size="4", **told)
        registration = make_registration(event, member)
        Attendance.objects.create(registration=registration, presence="present", recorded_at=timezone.now())
    return event


def people_of(event):
    setting = Setting(((4, 4),), Rules())
    return queries.grouping_task(event, queries.people_present(event), setting, seed=1).people


def answered(event) -> set[str]:
    """The topics that somebody asked about and somebody in one of their groups helps with."""
    met = set()
    for seat in Seat.objects.filter(round__event=event).select_related("member__profile"):
        for mate in Seat.objects.filter(group=seat.group).select_related("member__profile"):
            met |= set(seat.member.profile.asks) & set(mate.member.profile.gives)
    return met


def test_the_search_knows_what_people_ask_and_help_with(evening):
    assert [one.asks for one in people_of(evening)][:4] == [("hiring",), ("ai",), ("english",), ("local",)]
    assert [one.gives for one in people_of(evening)][4:] == [("hiring",), ("ai",), ("english",), ("local",)]


@pytest.mark.parametrize(("audience", "counts"), [("members", 8), ("group", 8), ("ties", 0), ("nobody", 0)])
def test_what_a_group_will_not_read_seats_nobody(evening, audience, counts):
    Profile.objects.update(visibility={"gives": audience, "asks": audience})
    assert sum(len(one.asks) + len(one.gives) for one in people_of(evening)) == counts


def test_in_two_rounds_everybody_who_asks_meets_an_answer(evening):
    draw_groups(event_id=evening.pk, by=evening.host, now=timezone.now(), seed=3)
    assert answered(evening) == {"hiring", "ai", "english", "local"}


@pytest.mark.parametrize("seed", range(3))
def test_asks_change_nothing_that_weighs_more(seed):
    task = evening_of(others(), 16, seed)
    before, after = (Measured.of(task, WAYS[way](task)) for way in ("asks not counted", "asks counted"))
    assert after.answered >= before.answered
    assert (after.broken, after.repeats) == (before.broken, before.repeats) == (0, after.repeats)


# --- what the host reads


@pytest.fixture
def registered(ren):
    event = make_event(ren, registration_closes_at=timezone.now() + timedelta(days=1))
    for number in range(4):
        make_registration(event, make_member(f"人{number}", industry="B"), wants_to_talk=f"話題{number}")
    return event


def desk_of(event, signed_in) -> str:
    return signed_in(event.host).get(reverse("events:desk", args=[event.pk])).content.decode()


def test_the_host_reads_wishes_only_once_nobody_can_come_any_more(registered, signed_in):
    assert "話題1" not in desk_of(registered, signed_in)
    registered.registration_closes_at = timezone.now()
    registered.save(update_fields=["registration_closes_at"])
    page = desk_of(registered, signed_in)
    topics = page.split('id="topics"')[1].split('id="people"')[0]
    assert all(f"話題{number}" in topics for number in range(4))
    assert "人1" not in topics
    assert "水産" not in topics


def test_two_wishes_would_tell_whose_they_are(ren, signed_in):
    event = make_event(ren, registration_closes_at=timezone.now())
    for number in range(2):
        make_registration(event, make_member(), wants_to_talk=f"話題{number}")
    page = desk_of(event, signed_in)
    assert "だれのことばか分かってしまう" in page
    assert "話題1" not in page
