"""What one member may see of another: cards, and templates that read nothing else (docs/decisions/0050)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template

from members.accounts.card import ProfileCard, card_of, cards_of
from members.accounts.taxonomies import industries

TEMPLATES = Path(settings.BASE_DIR, "templates")
# Somebody's own data: who reads the page, and the receiver of a mail (which holds one place for every receiver).
OWN = {"user", "to", "profile", "form"}
CARDS = {"host", "person"}  # in mails, whose functions make them
# Staff at their work see whom a case, a payment or a mark is about; not as members see each other.
STAFF = (
    "feedback/safety/cases/",
    "feedback/safety/screening/",
    "feedback/letters/anonymous_picks/look.html",
    "events/registration/marks/objection",
    "events/hosting/group_acts.html",
    "members/membership/desk/",
    "members/standing/suspensions.html",
    "members/standing/lift.html",
    "members/moving/",
    "members/admission/desk/",
    "members/desk/look.html",
    "members/desk/member.html",
    "members/desk/members.html",
)
FACTS = ("profile", "called_name", "work_status", "industry_entry", "occupation_entry", "prefecture_entry")
FACT_OF = re.compile(rf"\b([a-z_][\w.]*?)\.({'|'.join(FACTS)})\b")
# The industry as it was when the words were written, kept beside them.
STORED = {"letter.industry_entry", "wonder.industry_entry"}
TAG = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)


def reads_of_others(words: str, *, is_mail: bool = False) -> Iterator[str]:
    """The facts of a person that a template reads past a card."""
    for tag in TAG.findall(words):
        for owner, fact in FACT_OF.findall(tag):
            known = OWN | (CARDS if is_mail else set())
            if owner not in known and f"{owner}.{fact}" not in STORED:
                yield f"{owner}.{fact}"


def test_templates_get_cards_and_never_the_profile_of_another_person():
    found = [
        f"{file.relative_to(TEMPLATES)} {read}"
        for file in sorted(TEMPLATES.rglob("*"))
        if file.suffix in {".html", ".txt"} and not str(file.relative_to(TEMPLATES)).startswith(STAFF)
        for read in reads_of_others(file.read_text(), is_mail=file.is_relative_to(TEMPLATES / "mail"))
    ]
    assert found == [], "{% load members %} and {% with seen=person|card:user %}, or card_of in the mail's function"


@pytest.mark.parametrize("file", STAFF)
def test_pages_of_staff_are_there_and_read_no_profile(file):
    pages = [page for page in TEMPLATES.rglob("*.html") if str(page.relative_to(TEMPLATES)).startswith(file)]
    assert pages
    assert [page.name for page in pages if ".profile." in page.read_text()] == []


@pytest.mark.parametrize(
    "words",
    [
        "{{ letter.giver.profile.called_name }}",
        "{% blocktranslate with name=letter.giver.called_name %}",
        "{% if one.person.profile.industry_entry %}",
        "{% with theirs=companion.person.profile %}",
        "{{ seat.member.profile.work_status }}",
    ],
)
def test_a_new_read_would_be_found(words):
    assert list(reads_of_others(words))


def test_a_card_holds_what_is_seen_and_nothing_else(aki, mio):
    mio.profile.called_name, mio.profile.industry = "みお", "E"
    mio.profile.prefecture, mio.profile.position = "tokyo", "manager"
    assert card_of(mio, viewer=aki) == ProfileCard(mio.pk, "みお", industries()["E"])
    assert {field.name for field in fields(ProfileCard)} == {"pk", "called_name", "industry"}
    assert card_of(mio, viewer=aki).reference == mio.reference


def test_who_told_no_industry_has_none(aki, mio):
    mio.profile.industry = ""
    assert card_of(mio, viewer=aki).industry is None


def test_a_visitor_sees_of_nobody_who_they_are(mio):
    assert card_of(mio, viewer=AnonymousUser()) == ProfileCard(mio.pk, "", None)


def test_cards_keep_the_order(aki, mio, ren):
    assert [card.pk for card in cards_of([ren, mio], viewer=aki)] == [ren.pk, mio.pk]


def test_a_template_reads_a_card_as_the_called_name(aki, mio):
    mio.profile.called_name = "<みお>"
    page = Template("{% load members %}{% with seen=person|card:user %}{{ seen }}さん{{ seen.industry }}{% endwith %}")
    assert page.render(Context({"person": mio, "user": aki})).startswith("&lt;みお&gt;さん")
