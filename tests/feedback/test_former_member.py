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


def pages_that_say(*names: str, world: AccessWorld) -> dict[str, set[tuple[str, str]]]:
    """Of each name: whose look at which page says it. A page that opens to nobody of this kind says nothing."""
    found: dict[str, set[tuple[str, str]]] = {name: set() for name in names}
    for place, viewer in enumerate(VIEWERS):
        browser = world.client(viewer)
        for page in [page for page, (opened, _) in TABLE.items() if opened[place] == "o"]:
            answer = browser.get(reverse(page, kwargs=world.kwargs(page, viewer)))
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            for name in names:
                if name in body.decode(errors="replace"):
                    found[name].add((viewer, page))
    return found


def companion() -> User:
    return User.objects.get(profile__called_name=NAME)


def go(member: User) -> None:
    now = timezone.now()
    ask_to_leave(member=member, now=now - LEAVING.time_to_reconsider)
    assert let_members_go(now=now) == 1


def test_no_page_says_the_name_any_more(world):
    assert len(pages_that_say(NAME, world=world)[NAME]) > 10
    go(companion())

    said = pages_that_say(NAME, "元会員", world=world)
    assert said[NAME] == set()
    after = said["元会員"]
    assert ("participant", "feedback:letter") in after
    assert ("lapsed", "feedback:letter") not in after
