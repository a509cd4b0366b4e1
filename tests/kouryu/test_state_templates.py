"""A page that looks different in each state has a folder with a small template for each, chosen by its name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.conf import settings

from events.evening.queries.evening import EveningState, NextAct
from events.evening.views.room import RoomState
from events.registration.pages.event import ReaderState
from events.registration.queries.marks import GivingBack
from feedback.cases.choices import SubjectKind
from feedback.growth.queries.suggestion import SuggestionKind
from feedback.ties.rules.talk import Phase
from members.membership.choices import DueState

TEMPLATES = Path(settings.BASE_DIR, "templates")
CHOSEN = re.compile(r'{% include "([\w/]+/)"\|add:[\w.]+\|add:"\.html"')

STATES: dict[str, Iterable[str]] = {
    "events/evening/group/state/": EveningState,
    "events/evening/room/state/": RoomState,
    "events/hosting/next_act/": NextAct,
    "events/registration/event/state/": ReaderState,
    "events/registration/marks/giving_back/": GivingBack,
    "feedback/growth/suggestion/": SuggestionKind,
    "feedback/safety/cases/evidence/": SubjectKind,
    "feedback/ties/talk/phase/": Phase,
    "members/membership/payment/": DueState,
}


@pytest.mark.parametrize("folder", STATES)
def test_every_state_has_its_template_and_every_template_its_state(folder: str) -> None:
    assert sorted(page.name for page in (TEMPLATES / folder).iterdir()) == sorted(
        f"{state}.html" for state in STATES[folder]
    )


def test_every_folder_that_a_template_chooses_from_is_listed() -> None:
    chosen = {folder for page in TEMPLATES.rglob("*.html") for folder in CHOSEN.findall(page.read_text())}
    assert sorted(chosen) == sorted(STATES)
