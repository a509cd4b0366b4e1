"""Nothing of somebody is left whose account went: the whole database is searched for name, address and words."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from events.event.choices import EventState
from events.models import Event
from feedback.insight.export import archive
from feedback.management.commands.check_invariants import breaches_at
from feedback.models import StrengthFeedback
from members.audit import audit
from members.leaving.flows import ask_to_leave, let_members_go
from members.leaving.limits import LEAVING
from members.mail.flows import forgetting
from members.models import User
from tests import factories
from tests.feedback.full_life import (
    ADDRESS,
    HOST_NAME,
    HOST_WORDS,
    NAME,
    READING,
    REAL_NAME,
    WORDS,
    FullLife,
)

pytestmark = [pytest.mark.long, pytest.mark.django_db]

NOW = timezone.now()
# Where words may stay, and why (the page of the account says it).
MAY_STAY = {
    ("feedback_strengthfeedback", "saw"): "a letter that arrived is its receiver's",
    ("feedback_strengthfeedback", "would_count"): "the same",
    ("feedback_thanks", "line"): "so are thanks",
    ("feedback_wonder", "words"): "and what was said of something ordinary",
    ("feedback_report", "words"): "the ground of a decision about somebody else, for three years",
    ("feedback_report", "snapshot"): "what was to be seen then, without the name",
    ("members_nameonrecord", "name"): "the books of account name who paid",
    ("members_nameonrecord", "reading"): "the same",
}
SEARCHED = (
    NAME,
    HOST_NAME,
    HOST_WORDS,
    REAL_NAME,
    READING,
    ADDRESS,
    ADDRESS.partition("@")[0],
    WORDS,
    "mizuiro-no-toudai",
)


def columns_with(*words: str) -> set[tuple[str, str]]:
    """Each column of each table in which one of these stands, read as it is stored."""
    return {(table, column) for table, column, value in everything() if any(word in value for word in words)}


def everything() -> Iterator[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the names of our own tables
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    yield from ((table, name, text) for text in readings(value))


# Where words of theirs, or about them, must stand before: else the search would prove nothing of that place.
WRITTEN = {
    ("members_applicationanswer", "words"),
    ("members_applicationreview", "words"),
    ("members_applicationreview", "reply"),
    ("members_factorreset", "words"),
    ("members_factorreset", "later_words"),
    ("members_look", "words"),
    ("members_profile", "joined_because"),
    ("members_staffnote", "words"),
}
# Answers that are keys of a list, which no search finds by its words.
ANSWERED = {"name_reading", "past_industries", "gives", "asks", "links", "join_reasons", "visibility", "joined_because"}


def answers_of(member: User) -> set[str]:
    profile = User.objects.select_related("profile").get(pk=member.pk).profile
    return {name for name in ANSWERED if getattr(profile, name)}


def readings(value: object) -> Iterator[str]:
    """A value as text; of JSON also as people read it, of what a cache holds also what is packed in it."""
    text = bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
    yield text
    if "\\u" in text:
        yield text.encode("ascii", "backslashreplace").decode("unicode_escape", "replace")
    if len(text) > 20 and " " not in text[:40]:
        with suppress(ValueError):
            yield b64decode(text.replace("\n", ""), validate=True).decode("utf-8", "replace")


@pytest.fixture
def life() -> FullLife:
    whole = FullLife(NOW)
    whole.live()
    whole.host_writes()
    return whole


def leave(life: FullLife, key: str) -> None:
    """Asked for a fortnight ago, and done now."""
    member = life.people[key]
    ask_to_leave(member=member, now=NOW - LEAVING.time_to_reconsider)
    assert let_members_go(now=NOW) == 1
    life.sweep(NOW + timedelta(minutes=1))
    forgetting.delete_mails_to_nobody(now=NOW)


def test_name_address_and_words_are_found_before(life):
    """The search finds what it looks for, and every text was filled; else it proves nothing."""
    found = columns_with(*SEARCHED)
    assert {table for table, _ in found} >= {"members_user", "members_profile", "members_outgoingmail"}
    assert set(MAY_STAY) <= found
    assert columns_with(WORDS) >= WRITTEN
    assert answers_of(life.people["c"]) == ANSWERED


def test_nothing_is_left_afterwards(life):
    leave(life, "c")

    left = columns_with(NAME, REAL_NAME, READING, ADDRESS, ADDRESS.partition("@")[0], WORDS, "mizuiro-no-toudai")
    assert not answers_of(life.people["c"])
    assert left - set(MAY_STAY) == set()
    named = columns_with(NAME, ADDRESS)
    assert named == set()


def test_nothing_is_left_of_a_host(life):
    """Titles and descriptions of evenings that members saw are the site's."""
    coming = Event.objects.filter(host=life.people["host"], starts_at__gt=NOW)
    coming.update(state=EventState.CALLED_OFF, called_off_reason="都合により")
    for event in coming:
        audit.record("event.call-off", event, by=life.people["host"], now=NOW)
    leave(life, "host")

    assert columns_with(HOST_NAME, "shirube@example.jp", HOST_WORDS) == set()


@pytest.mark.parametrize("key", ["c", "a", "d", "b", "host", "moderator", "desk", "newcomer", "ordered", "h", "i", "j"])
def test_the_books_are_in_order_whoever_goes(life, key):
    assert breaches_at(NOW) == []
    leave(life, key)

    assert breaches_at(NOW + timedelta(minutes=2)) == []


def test_a_letter_keeps_from_which_industry_it_came_for_those_who_could_read_it(life):
    letters = StrengthFeedback.objects.filter(giver=life.people["c"], state="released")
    assert letters.exclude(giver_industry="").exists()
    leave(life, "c")
    assert set(letters.values_list("giver_industry", flat=True)) == {"E"}


@pytest.mark.parametrize(("audience", "left"), [("members", "E"), ("group", "E"), ("nobody", "")])
def test_an_industry_goes_with_whoever_showed_it_to_nobody(audience, left):
    evening = factories.make_evening([[factories.make_member("あき", industry="E"), factories.make_member("とも")]])
    Event.objects.filter(pk=evening.pk).update(state=EventState.CLOSED, closed_at=NOW)
    giver, receiver = (one.member for one in evening.registrations.order_by("pk"))
    giver.profile.visibility = {"industry": audience}
    giver.profile.save()
    letter = factories.make_letter(giver, receiver, evening, giver_industry="E")
    ask_to_leave(member=giver, now=NOW - LEAVING.time_to_reconsider)
    assert let_members_go(now=NOW) == 1
    letter.refresh_from_db()
    assert letter.giver_industry == left


def test_no_archive_of_another_names_them(life):
    leave(life, "c")

    for member in User.objects.filter(is_active=True):
        packed = b"".join(archive(member))
        assert NAME.encode() not in packed
