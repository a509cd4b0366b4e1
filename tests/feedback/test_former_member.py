"""A member who is gone reads alike on every page, whatever was between the two."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from members.leaving.flows import ask_to_leave, let_members_go
from members.leaving.limits import LEAVING
from members.models import Profile, User
from tests.access_world import VIEWERS, AccessWorld, make_world
from tests.test_access import TABLE

pytestmark = [pytest.mark.long, pytest.mark.one_database]

NAME = "ほうきぼし"


@pytest.fixture
def world(db) -> AccessWorld:
    made = make_world()
    Profile.objects.filter(called_name="とも").update(called_name=NAME)
    return made


def pages_that_say(name: str, world: AccessWorld) -> set[tuple[str, str]]:
    found = set()
    for viewer in VIEWERS:
        browser = world.client(viewer)
        for page in TABLE:
            answer = browser.get(reverse(page, kwargs=world.kwargs(page, viewer)))
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            if name in body.decode(errors="replace"):
                found.add((viewer, page))
    return found


def companion() -> User:
    return User.objects.get(profile__called_name=NAME)


def go(member: User) -> None:
    now = timezone.now()
    ask_to_leave(member=member, now=now - LEAVING.time_to_reconsider)
    assert let_members_go(now=now) == 1


def test_no_page_says_the_name_any_more(world):
    before = pages_that_say(NAME, world)
    assert len(before) > 10
    go(companion())

    assert pages_that_say(NAME, world) == set()
    after = pages_that_say("元会員", world)
    assert ("participant", "feedback:letter") in after
    assert ("lapsed", "feedback:letter") not in after
