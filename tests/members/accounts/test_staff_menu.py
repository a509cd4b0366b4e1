"""The staff's menu: each entry is there for those whose role opens its page, as the label of the view says."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from members.accounts.access import label_of, roles_open
from members.accounts.choices import Role
from members.accounts.rules import Access
from members.models import User
from tests import factories

EVENINGS = {"events:hosting"}
CARE = {"feedback:cases", "events:objections", "events:group_acts"}
FIGURES = {"feedback:numbers"}
PEOPLE = {"members:desk_members"}
MONEY = {"members:desk_transfers", "members:desk_resets", "members:desk_invitations", "members:desk_imports"}
SITE = {"members:desk_roles", "members:desk_affinities", "members:desk_plans", "members:desk_months", "admin:index"}
SEEN_BY = {
    Role.HOST: ("events:hosting", EVENINGS),
    Role.MODERATOR: ("feedback:cases", CARE | FIGURES | PEOPLE),
    Role.DESK: ("members:desk_transfers", MONEY | PEOPLE),
    Role.ANALYST: ("feedback:numbers", FIGURES),
    Role.OWNER: ("events:hosting", EVENINGS | CARE | FIGURES | PEOPLE | MONEY | SITE),
}
NAMED_ROLE = re.compile(rf"""["']({"|".join(Role.values)})["'] in """)
SignIn = Callable[[User], Client]


def menu(page: str) -> set[str]:
    """The addresses in the staff's menu, without the way back to the members' pages."""
    nav = page.partition('<nav aria-label="運営">')[2].partition("</nav>")[0]
    return set(re.findall(r'href="([^"]+)"', nav)) - {reverse("events:events")}


@pytest.mark.django_db
@pytest.mark.parametrize("role", SEEN_BY)
def test_each_role_sees_the_entries_that_open_for_it(role, signed_in: SignIn):
    entrance, seen = SEEN_BY[role]
    browser = signed_in(factories.make_member("ふみ", roles=(role,)))
    entries = menu(browser.get(reverse(entrance)).text)

    assert entries == {reverse(page) for page in seen}
    assert {browser.get(address).status_code for address in entries} == {200}


@pytest.mark.django_db
@pytest.mark.parametrize("role", SEEN_BY)
def test_the_way_to_the_staff_leads_to_the_first_page_of_the_role(role, signed_in: SignIn):
    page = signed_in(factories.make_member("ふみ", roles=(role,))).get(reverse("events:events")).text
    assert re.search(r'class="[^"]*staff-link" href="([^"]+)"', page)[1] == reverse(SEEN_BY[role][0])


@pytest.mark.django_db
def test_a_helper_sees_the_evenings_and_nothing_else(ren, aki, signed_in: SignIn):
    factories.make_co_host(factories.make_event(ren), aki)
    page = signed_in(aki).get(reverse("events:hosting")).text
    assert menu(page) == {reverse("events:hosting")}


@pytest.mark.django_db
def test_a_moderator_who_reads_of_an_evening_is_not_led_to_the_evenings(signed_in: SignIn):
    page = signed_in(factories.make_member("みお", roles=(Role.MODERATOR,))).get(reverse("events:objections")).text
    assert reverse("events:hosting") not in menu(page)


def test_a_page_that_needs_something_in_its_address_has_a_label_too():
    assert label_of("events:hand_over") == Access.OWNER
    assert roles_open(frozenset({Role.OWNER}), "events:hand_over")
    assert not roles_open(frozenset({Role.HOST}), "events:hand_over")


def test_no_template_says_by_itself_which_role_opens_a_page():
    by_hand = [
        f"{file.relative_to(settings.BASE_DIR)}: {line.strip()}"
        for file in sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
        for line in file.read_text().splitlines()
        if NAMED_ROLE.search(line)
    ]
    assert by_hand == [], 'reader|can_open:"the page\'s URL name" asks the label of the view'
