"""What can be learned from an address: every address of the site is walked, so that a new one is in it by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from django.urls import URLPattern, converters, get_resolver, reverse

from events.event.choices import ConditionKind, EventState
from events.models import Condition
from kouryu.references import Reference, number_behind, reference_to
from members.accounts.choices import Role
from tests import factories
from tests.access_world import AccessWorld, make_world

pytestmark = pytest.mark.one_database

# Evenings stand in the programme of all members: their numbers say nothing that the programme does not say.
OF_EVENINGS = re.compile(r"(events|hosting|report/event)/<int:pk>/")
OF_MONTHS = re.compile(r"(statements/<int:year>-<int:number>|desk/months/<int:year>/<int:number>)/")
# Affinity groups: named on the page of every account, whoever is in them.
OF_EVERYBODY = {"members:join_affinity", "members:leave_affinity"}
NOBODYS = 2**40 + 7  # a number that no row of any table has


def _patterns(resolver=None, spaces=()) -> Iterator[tuple[str, URLPattern]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _patterns(pattern, (*spaces, pattern.namespace) if pattern.namespace else spaces)
        else:
            yield ":".join((*spaces, pattern.name or "?")), pattern


PATTERNS = dict(_patterns())
REFERRING = sorted(
    name
    for name, pattern in PATTERNS.items()
    if name not in OF_EVERYBODY and any(isinstance(one, Reference) for one in pattern.pattern.converters.values())
)


def test_no_address_carries_a_number_that_can_be_guessed() -> None:
    """But for those of evenings and months; what names a row of any other table is a reference."""
    numbered = {
        str(pattern.pattern)
        for pattern in PATTERNS.values()
        if any(isinstance(one, converters.IntConverter) for one in pattern.pattern.converters.values())
    }
    left = {OF_MONTHS.sub("", OF_EVENINGS.sub("", address)) for address in numbered}
    assert [address for address in left if "<int:" in address] == []


@pytest.fixture
def world(db) -> AccessWorld:
    world = make_world()
    world.people["elsewhere"] = factories.make_member("ゆき", roles=(Role.HOST,))
    factories.make_event(world.people["elsewhere"])
    return world


@pytest.mark.parametrize("viewer", ["unpaid", "stranger", "elsewhere"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_never_met_reads_the_same_of_what_exists_and_what_does_not(world, viewer, method) -> None:
    """`stranger` never met anybody, `unpaid` neither, `elsewhere` is the host of another evening."""
    told = {name: _read(world, viewer, method, name, world.kwargs(name, viewer)) for name in REFERRING}
    nothing = {name: _read(world, viewer, method, name, _nobodys(world, name, viewer)) for name in REFERRING}
    assert told == nothing
    names = {person.called_name for key, person in world.people.items() if person and key != viewer}
    assert [name for name, (_status, words) in told.items() if any(one in words for one in names)] == []


def test_an_evening_that_one_may_not_see_reads_like_none(world) -> None:
    draft = factories.make_event(world.people["host"], state=EventState.DRAFT)
    invited = factories.make_event(world.people["host"])
    Condition.objects.create(event=invited, kind=ConditionKind.INVITED)
    for name, pattern in PATTERNS.items():
        if "<int:pk>" in str(pattern.pattern):
            kwargs = world.kwargs(name, "stranger")
            told = [
                _read(world, "stranger", "get", name, {**kwargs, "pk": pk}) for pk in (draft.pk, invited.pk, NOBODYS)
            ]
            assert told[0] == told[1] == told[2], name


def _nobodys(world: AccessWorld, name: str, viewer: str) -> dict[str, object]:
    """The same address with a reference, made by the site, to a row that does not exist."""
    kinds = PATTERNS[name].pattern.converters
    return {
        key: NOBODYS if isinstance(kinds[key], Reference) else value
        for key, value in world.kwargs(name, viewer).items()
    }


def _read(world: AccessWorld, viewer: str, method: str, name: str, kwargs: dict[str, object]) -> tuple[int, str]:
    """The status, and the words that can be read on the page."""
    client = world.client(viewer)
    with transaction.atomic():
        answer = getattr(client, method)(reverse(name, kwargs=kwargs))
        transaction.set_rollback(True)
    text = re.sub(r"(?s)<(script|style|head).*?</\1>|<[^>]+>", " ", answer.content.decode(errors="replace"))
    return answer.status_code, " ".join(unescape(text).split())


# --- references


@pytest.mark.parametrize("number", [0, 1, 41, 2**31, 2**63 - 1])
def test_a_reference_leads_back_to_its_number_and_no_other_kind_reads_it(number) -> None:
    reference = reference_to("letter", number)
    assert number_behind("letter", reference) == number
    assert number_behind("person", reference) is None


@pytest.mark.parametrize(
    "change", [lambda r: r[:-1], lambda r: r + "A", lambda r: r.swapcase(), lambda r: "", lambda r: "41"]
)
def test_nobody_else_makes_a_reference(change) -> None:
    assert number_behind("letter", change(reference_to("letter", 41))) is None


def test_every_other_ending_of_a_reference_is_refused() -> None:
    """Base64 has spare bits at its end: of the letters that decode alike only one is ours."""
    reference = reference_to("letter", 41)
    alike = [reference[:-1] + letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"]
    assert [one for one in alike if number_behind("letter", one) is not None] == [reference]


def test_references_tell_neither_number_nor_order() -> None:
    references = [reference_to("letter", number) for number in range(1, 200)]
    assert len({one[:4] for one in references}) > 190
    assert references != sorted(references)


def test_references_made_under_a_former_key_still_lead_there() -> None:
    """A new key must not break the addresses in mails that were sent."""
    reference = reference_to("letter", 41)
    with override_settings(SECRET_KEY="k" * 60, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert reference_to("letter", 41) != reference
        assert number_behind("letter", reference) == 41
    with override_settings(SECRET_KEY="k" * 60):
        assert number_behind("letter", reference) is None
