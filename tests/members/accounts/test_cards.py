"""What one member may see of another: cards, and templates that read nothing else (docs/decisions/0050)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone

from events.groups.queries import ground_of, people_met
from feedback.models import StrengthFeedback, Wonder
from feedback.ties.flows.network import rebuild_all
from feedback.ties.queries.tie import people_tied
from members.accounts.card import FACTS as CARD_FACTS
from members.accounts.card import ProfileCard, audience_of, card_for, card_of, cards_of, declare_circle
from members.accounts.choices import Audience
from members.accounts.taxonomies import exchange_topics, industries, join_reasons, occupations
from members.models import Profile, User
from tests import factories
from tests.access_world import VIEWERS, make_world
from tests.places_of_people import (
    ADDRESSES,
    MODULES_WITH_CARDS,
    NAMES_ALL,
    OF_STAFF,
    TEMPLATES_WITH_FACTS,
    TEMPLATES_WITH_NAMES,
)
from tests.test_access import TABLE

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
    "members/banking/",
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


# --- one card


def facts_of(card: ProfileCard) -> dict[str, object]:
    return {fact: getattr(card, fact) for fact in CARD_FACTS}


NOTHING = {
    "industry": None,
    "occupation": None,
    "name_reading": "",
    "past_industries": [],
    "join_reasons": [],
    "gives": [],
    "asks": [],
    "links": [],
}
TOLD = {
    "name_reading": "よみしるし",
    "industry": "B",
    "occupation": "09",
    "past_industries": ["C"],
    "gives": ["local"],
    "asks": ["abroad"],
    "join_reasons": ["nudged"],
    "joined_because": "理由のしるし",
    "links": "https://shirushi.example.jp/",
}


def test_an_old_profile_shows_what_it_always_did(aki, mio):
    mio.profile.called_name, mio.profile.industry = "みお", "E"
    mio.profile.prefecture, mio.profile.position = "tokyo", "manager"
    card = card_of(mio, viewer=aki)
    assert (card.pk, str(card), card.reference) == (mio.pk, "みお", mio.reference)
    assert facts_of(card) == {**NOTHING, "industry": industries()["E"]}


def test_who_told_no_industry_has_none(aki, mio):
    mio.profile.industry = ""
    assert card_of(mio, viewer=aki).industry is None


def test_a_visitor_sees_of_nobody_who_they_are(mio):
    Profile.objects.filter(pk=mio.pk).update(**TOLD, visibility=dict.fromkeys(CARD_FACTS, "members"))
    mio.profile.refresh_from_db()
    card = card_of(mio, viewer=AnonymousUser())
    assert (card.pk, card.called_name, facts_of(card)) == (mio.pk, "", NOTHING)


def test_cards_keep_the_order(aki, mio, ren):
    assert [card.pk for card in cards_of([ren, mio], viewer=aki)] == [ren.pk, mio.pk]


def test_a_template_reads_a_card_as_the_called_name(aki, mio):
    mio.profile.called_name = "<みお>"
    page = Template("{% load members %}{% with seen=person|card:user %}{{ seen }}さん{{ seen.industry }}{% endwith %}")
    assert page.render(Context({"person": mio, "user": aki})).startswith("&lt;みお&gt;さん")


@pytest.mark.parametrize(
    ("chosen", "fact", "audience"),
    [
        ("nobody", "industry", Audience.NOBODY),
        ("members", "links", Audience.TIES),  # wider than may be chosen: as without a choice
        ("everybody", "industry", Audience.MEMBERS),
        (None, "gives", Audience.GROUP),
        (7, "occupation", Audience.NOBODY),
    ],
)
def test_a_choice_counts_within_what_may_be_chosen(chosen, fact, audience):
    assert audience_of(Profile(visibility={fact: chosen}), fact) == audience


@pytest.mark.parametrize("fact", CARD_FACTS)
def test_no_default_is_wider_than_what_may_be_chosen(fact):
    rule = CARD_FACTS[fact]
    assert rule.widest.reaches(rule.default)
    assert rule.default == Audience.MEMBERS or fact != "industry"


# --- how near two members are


def met(one, other, **event):
    """The two were in one group of an evening, and both there."""
    return factories.make_evening([[one, other]], **event)


def test_who_sat_together_is_near_and_who_did_not_is_not(aki, mio, ren):
    met(aki, mio)
    assert people_met(aki) == {mio.pk}
    assert people_met(ren) == frozenset()


def test_a_block_of_either_ends_what_met_people_see(aki, mio):
    met(aki, mio)
    block = aki.blocks_made.create(blocked=mio, blocked_at=timezone.now())
    assert (people_met(aki), people_met(mio)) == (frozenset(), frozenset())
    block.delete()
    assert people_met(aki) == {mio.pk}


def test_a_tie_that_ended_shows_nothing_more(aki, mio, ren):
    tie = factories.make_tie(aki, mio)
    assert (people_tied(aki), people_tied(ren)) == ({mio.pk}, frozenset())
    tie.ended_at = timezone.now()
    tie.save()
    assert people_tied(aki) == frozenset()


def test_a_page_asks_once_how_near_its_people_are(aki, mio, ren, signed_in, django_assert_num_queries):
    """Whatever their number; and nothing of those who told nothing."""
    Profile.objects.exclude(pk=aki.pk).update(**TOLD)
    people = list(User.objects.exclude(pk=aki.pk).select_related("profile"))
    reader = signed_in(aki).get(reverse("members:account")).wsgi_request.user
    reader.circles = None
    with django_assert_num_queries(3):  # whom I met, blocks between us, my ties
        assert [facts_of(card) for card in cards_of(people, viewer=reader)] == [
            {**NOTHING, "industry": industries()["B"]}
        ] * len(people)
    with django_assert_num_queries(0):
        names = [str(card) for card in cards_of(people, viewer=User.objects.model(pk=0))]
        assert len(names) == len(people)


def test_what_a_group_shares_names_no_industry_that_is_kept_back(aki, mio, ren):
    evening = met(aki, mio)
    factories.make_registration(evening, ren)
    Profile.objects.update(industry="B", occupation="09")
    crew = list(evening.registrations.select_related("member__profile").prefetch_related("member__profile__theme_rows"))
    assert ground_of(crew, aki).industries == (("B", 3),)
    assert ground_of(crew, aki).jobs == (("09", 3),)
    Profile.objects.exclude(pk=aki.pk).update(visibility={"industry": "nobody", "occupation": "nobody"})
    crew = list(evening.registrations.select_related("member__profile").prefetch_related("member__profile__theme_rows"))
    assert (ground_of(crew, aki).industries, ground_of(crew, aki).jobs) == ((), ())


# --- every place × four audiences × each fact, for each nearness

NEARNESS = {"stranger": (), "met": (Audience.GROUP,), "tied": (Audience.TIES,)}
SEEN_BY = {
    # what somebody chose: those who see it
    Audience.MEMBERS: {"stranger", "met", "tied"},
    Audience.GROUP: {"met", "tied"},
    Audience.TIES: {"tied"},
    Audience.NOBODY: set(),
}
NAME = "しるしの名"


def marks() -> dict[str, str]:
    """How each fact of the companion reads on a page."""
    return {
        "name_reading": "よみしるし",
        "industry": str(industries()["B"]),
        "occupation": str(occupations()["09"]),
        "past_industries": str(industries()["C"]),
        "gives": str(exchange_topics()["local"]),
        "asks": str(exchange_topics()["abroad"]),
        "join_reasons": str(join_reasons()["nudged"]),
        "links": "shirushi.example.jp",
    }


@pytest.fixture
def _circles():
    yield
    declare_circle(Audience.GROUP, people_met)
    declare_circle(Audience.TIES, people_tied)


@pytest.fixture
def world(db, _circles):
    """The access world, in which the companion told everything and everything that came from them has arrived."""
    world = make_world()
    now = timezone.now()
    Profile.objects.filter(called_name="とも").update(called_name=NAME, **TOLD)
    StrengthFeedback.objects.update(giver_industry="B", opened_at=now)
    Wonder.objects.update(giver_industry="B", shows_at=now)
    rebuild_all()
    for viewer in VIEWERS:
        world.client(viewer)
    return world


def words_at(world, name: str, viewer: str) -> str:
    answer = world.client(viewer).get(reverse(name, kwargs=world.kwargs(name, viewer)))
    return (answer.getvalue() if answer.streaming else answer.content).decode(errors="replace")


@pytest.mark.one_database
def test_no_other_place_shows_a_person(world):
    """A page that shows somebody and is not listed is found here, whoever opens it; so is a fact on a page that is."""
    Profile.objects.filter(called_name=NAME).update(visibility=dict.fromkeys(CARD_FACTS, "members"))
    found = {}
    for name, (opens, _) in sorted(TABLE.items()):
        if name in OF_STAFF or name == "readyz":
            continue
        for viewer in (viewer for viewer, door in zip(VIEWERS, opens, strict=True) if door == "o"):
            words = words_at(world, name, viewer)
            known = ADDRESSES.get(name, ("", None))[1]
            if NAME in words and known is None:
                found[name, viewer] = "a person"
            if name in NAMES_ALL:
                continue
            facts = {fact for fact, mark in marks().items() if mark in words}
            if facts - (known or set()):
                found[name, viewer] = facts - (known or set())
    assert found == {}, "list the page in tests/places_of_people.py, and show it with a card"


@pytest.mark.one_database
@pytest.mark.parametrize(("chosen", "near"), list(product(Audience, NEARNESS)))
def test_each_place_shows_each_fact_to_its_audience_alone(world, chosen, near):
    companion = User.objects.get(profile__called_name=NAME)
    visibility = dict.fromkeys(CARD_FACTS, chosen.value)
    Profile.objects.filter(pk=companion.pk).update(visibility=visibility)
    for audience in (Audience.GROUP, Audience.TIES):
        circle = frozenset({companion.pk} if audience in NEARNESS[near] else ())
        declare_circle(audience, lambda viewer, circle=circle: circle)
    audiences = {fact: audience_of(Profile(visibility=visibility), fact) for fact in CARD_FACTS}
    wrong = {}
    for name, (viewer, facts) in ADDRESSES.items():
        words = words_at(world, name, viewer)
        if NAME not in words and name != "feedback:growth":
            wrong[name] = "nobody is there"
        for fact, mark in marks().items():
            expected = fact in facts and near in SEEN_BY[audiences[fact]]
            if (mark in words) != expected:
                wrong[name, fact] = "missing" if expected else "shown"
        if (TOLD["joined_because"] in words) != (marks()["join_reasons"] in words):
            wrong[name] = "own words without the reasons, or reasons without the words"
    assert wrong == {}


def test_each_page_of_ones_own_card_is_what_others_get(mio):
    Profile.objects.filter(pk=mio.pk).update(**TOLD, visibility={"gives": "ties", "occupation": "members"})
    mio.profile.refresh_from_db()
    shown = {
        audience: {fact for fact in CARD_FACTS if card_for(audience, mio).shows(fact)}
        for audience in (Audience.MEMBERS, Audience.GROUP, Audience.TIES)
    }
    assert shown == {
        Audience.MEMBERS: {"industry", "occupation"},
        Audience.GROUP: {"industry", "occupation", "name_reading", "past_industries", "asks"},
        Audience.TIES: set(CARD_FACTS) - {"join_reasons"},
    }


BESIDE = ["shows_industry", "below_name", "joined_because"]
READS = re.compile(rf"\b(?:seen|name|person|host)\.({'|'.join([*CARD_FACTS, *BESIDE])})\b")


def test_every_template_that_shows_a_person_is_listed_with_the_facts_it_reads():
    names, facts = set(), {}
    for file in sorted(TEMPLATES.rglob("*")):
        if file.suffix not in {".html", ".txt"}:
            continue
        tags, place = TAG.findall(file.read_text()), str(file.relative_to(TEMPLATES))
        if any("|card:" in tag for tag in tags):
            names.add(place)
        if read := {fact for tag in tags for fact in READS.findall(tag)}:
            facts[place] = read
    assert names == TEMPLATES_WITH_NAMES
    assert facts == TEMPLATES_WITH_FACTS


def test_every_module_that_makes_cards_is_listed():
    root = Path(settings.BASE_DIR)
    files = (file for app in ("members", "events", "feedback") for file in (root / app).rglob("*.py"))
    made = {str(file.relative_to(root)) for file in files if re.search(r"\bcards?_(of|for)\(", file.read_text())}
    assert made - {"members/accounts/card.py"} == MODULES_WITH_CARDS


def test_the_archive_holds_of_others_no_more_than_the_called_name():
    from feedback.insight.export import SECTIONS

    columns = {column for section in SECTIONS.values() for column in section.columns.values()}
    assert {column for column in columns if "profile__" in column} == {
        "blocked__profile__called_name",
        "giver__profile__called_name",
        "receiver__profile__called_name",
    }


def test_what_stands_below_a_name_is_decided_in_the_card():
    """A page that reads the industry by itself would miss the next line that a card gets."""
    by_hand = [
        f"{file.relative_to(settings.BASE_DIR)}:{number}"
        for file in sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if re.search(r"\bseen\.industry\b|\|card:\w+\)?\.industry\b", line)
    ]
    assert by_hand == [], "{% for line in seen.below_name %}"


@pytest.mark.parametrize(("audience", "lines"), [("members", ["IT・通信・メディア"]), ("nobody", [])])
@pytest.mark.django_db
def test_below_the_name_stands_what_its_holder_lets_others_read(audience, lines, aki, mio):
    mio.profile.industry, mio.profile.visibility = "G", {"industry": audience}
    assert card_of(mio, viewer=aki).below_name == lines
