"""The page of components: every component of the stylesheet, in its order, drawn by the templates of real pages.

The people and events that it shows are in no database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from django import forms
from django.conf import settings
from django.contrib.messages.constants import ERROR, SUCCESS
from django.contrib.messages.storage.base import Message
from django.template import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string
from django.utils import timezone

from events.event.choices import Promise
from events.event.words import promises_in_words
from events.hosting.drawings import drawing as curve_of
from events.hosting.forms.event import RunSheetForms
from events.models import Event
from events.registration.forms.registration import FilterForm, RegistrationForm
from events.registration.pages.event_list import EventCard, Tally
from events.registration.words.reasons import ReasonLine
from feedback.growth.drawings import drawing as growth_of
from feedback.letters.forms import OwnStrengthsForm
from feedback.mirror.drawings import card as cards
from feedback.mirror.drawings.flower import draw
from feedback.mirror.rules.mirror import Mirror, Observation, reflect, seen_from
from feedback.models import SelfStrengthSet, StrengthFeedback
from feedback.ties.drawings import NARROW, WIDE, Sheet, face, places
from feedback.ties.queries.network_page import NetworkNode, Picture, label_of
from kouryu.drawings import FAMILIES
from kouryu.icons import ICONS
from members.accounts.card import card_of
from members.models import Profile, User
from members.texts.forms import Mend

STYLESHEET = Path(settings.BASE_DIR, "kouryu/static/kouryu/css/kouryu.css")
HEADING = re.compile(r"^  /\* --- ((?:\.[\w-]+ ?)+): (.+) --- \*/$", re.MULTILINE)
MET = [("とも", "P"), ("みお", "O"), ("れん", "G"), ("ふみ", "I"), ("そら", "K"), ("なぎ", "A"), ("けん", "H")]


@dataclass(frozen=True)
class Component:
    """One heading of the stylesheet: its classes, what it is for, and the example that shows it."""

    names: str
    what: str

    @property
    def classes(self) -> list[str]:
        return self.names.replace(".", "").split()

    @property
    def key(self) -> str:
        return self.classes[0]

    @property
    def template(self) -> str:
        """The name of its example; empty for a part of the frame, which every page shows."""
        name = f"demo/components/{self.key}.html"
        try:
            get_template(name)
        except TemplateDoesNotExist:
            return ""
        return name


def components() -> list[Component]:
    """All components, in the order of the stylesheet."""
    return [Component(names, what) for names, what in HEADING.findall(STYLESHEET.read_text(encoding="utf-8"))]


def examples(now: datetime) -> dict[str, Any]:
    """What the examples show."""
    reader = _person(1, "あき", "E")
    host = _person(4, "れん", "G")
    event = _event(host, now)
    letter = StrengthFeedback(
        pk=1,
        giver=_person(2, "とも", "P"),
        receiver=reader,
        event=event,
        picks=["open-ask", "listen-through"],
        saw="話が止まったとき、最初の問いを置いていました。",
        would_count="病棟の申し送りで、そのひと言に助けられる人がいます。",
        giver_industry="P",
        released_at=now,
    )
    return {
        "components": components(),
        "reader_shown": reader,
        "icons": ICONS,
        "card": EventCard(
            event,
            Tally(taken=9),
            ReasonLine("夜の時間帯", "ご希望の曜日と時間に開かれます。"),
            points=3,
            my_state="confirmed",
            kept=0,
        ),
        "letter": letter,
        "promises": promises_in_words(Promise.values[:4]),
        "until": now + timedelta(minutes=12),
        "began": now - timedelta(minutes=8),
        "now": now,
        "curve": curve_of([0, 2, 3, 5, 8, 9], [0, 1, 2, 4, 5, 6, 8], 7),
        "growth": growth_of([1, 1, 2, 4, 5, 7]),
        "title": "申し込んだ方の業界",
        "cells": [("製造業", 3), ("医療、福祉", 2), ("教育、学習支援業", 4)],
        "people": 9,
        "said": [Message(SUCCESS, "席が決まりました。"), Message(ERROR, "もう一度お試しください。")],
        "mend": [Mend("見えたこと", [("ていねいな方でした。", False), ("うちの商品も見てください。", True)])],
        "network": _network(reader),
        "qr_code": _as_data(_QR),
        **_forms(),
        **_mirror(),
    }


def _person(number: int, name: str, industry: str) -> User:
    person = User(pk=number, email=f"{number}@example.jp")
    Profile(member=person, called_name=name, industry=industry)
    return person


def _event(host: User, now: datetime) -> Event:
    starts_at = timezone.localtime(now + timedelta(days=7)).replace(hour=20, minute=0, second=0, microsecond=0)
    return Event(
        pk=7,
        host=host,
        title="業界の当たり前を、見せ合う夜",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        registration_closes_at=starts_at,
        capacity=12,
    )


def _forms() -> dict[str, forms.BaseForm | forms.BaseFormSet | forms.BoundField]:
    wrong = RegistrationForm({"mode": ""}, prefix="wrong")
    wrong.is_valid()
    sheet = [{"minutes": 20, "title": "ひとつめの輪", "kind": "talk"}]
    return {
        "form": RegistrationForm(),
        "wrong": wrong,
        "pills": FilterForm()["format"],
        "filter": FilterForm(prefix="filter")["when"],
        "picks": OwnStrengthsForm(initial={"picks": ["open-ask"]})["picks"],
        "run_sheet": RunSheetForms(initial=sheet, prefix="rows"),
    }


def _mirror() -> dict[str, Any]:
    picked = [("open-ask", "listen-through"), ("open-ask", "act-try"), ("open-ask",), ("listen-through", "act-try")]
    looks = [
        Observation(giver, industry, picks)
        for giver, ((_, industry), picks) in enumerate(zip(MET, [*picked, *picked[:3]], strict=True))
    ]
    own = SelfStrengthSet(picks=["listen-through"])
    mirror = reflect(looks, own.picks, own_industry="E")
    table = seen_from(mirror)
    eyes = table.industries[0]
    return {
        "mirror": mirror,
        "own": own,
        "card_picture": _picture_of_card(mirror),
        "flower": draw(mirror.seen, own.picks),
        "table": table,
        "eyes": eyes,
        "seen_by_eyes": table.by(eyes),
    }


def _network(reader: User) -> SimpleNamespace:
    """As much of a NetworkPage as its picture reads."""
    return SimpleNamespace(
        contacts=MET, lines=3, faces=1, pictures=[_picture(reader, sheet) for sheet in (WIDE, NARROW)]
    )


def _picture(reader: User, sheet: Sheet) -> Picture:
    stands = places(len(MET), sheet)
    circles = [
        NetworkNode(
            place=place,
            label=label_of(card_of(_person(number, name, industry), viewer=reader), place),
            hue=FAMILIES[number % len(FAMILIES)],
            is_line=number % 2 == 0,
            is_recent=number == 2,
        )
        for number, ((name, industry), place) in enumerate(zip(MET, stands, strict=True), 2)
    ]
    return Picture(sheet=sheet, circles=circles, faces=[face(stands[0], stands[2], sheet)])


def _picture_of_card(mirror: Mirror) -> str:
    drawn = cards.draw(mirror, [seen.key for seen in mirror.strengths], name="あき", people=mirror.givers)
    return _as_data(render_to_string("feedback/mirror/outside/card.svg", {"card": drawn}))


# Three squares and a few dots: no code, as there is nothing to read.
_QR = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 21 21" shape-rendering="crispEdges">'
    '<path d="M0 0h7v7H0zM14 0h7v7h-7zM0 14h7v7H0zM9 3h2v2H9zM12 9h3v2h-3zM9 12h2v3H9zM16 14h3v2h-3zM13 18h4v2h-4z"/>'
    '<path d="M1 1h5v5H1zM15 1h5v5h-5zM1 15h5v5H1z" fill="#fff"/><path d="M2 2h3v3H2zM16 2h3v3h-3zM2 16h3v3H2z"/></svg>'
)


def _as_data(drawing: str) -> str:
    return f"data:image/svg+xml,{quote(drawing)}"
