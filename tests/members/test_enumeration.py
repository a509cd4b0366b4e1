"""Nobody learns who has an account: each way in answers an address that has one and one that has none alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from kouryu.clock import TOKYO
from members.models import MemberInvitation, OutgoingMail, User
from tests import factories
from tests.members.linking.conftest import _running, provider  # noqa: F401 - fixtures
from tests.ways_in import WAYS, answer_of_service, invited, sign_up

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

TOKENS = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]+|(/accounts/lost/stop/)[\w-]+')
ONES_OWN = {"X-Request-ID"}  # another one for each request
UNKNOWN = "nobody@example.jp"
NOW = datetime(2026, 12, 1, 12, tzinfo=TOKYO)


@pytest.fixture(autouse=True)
def noon(time_machine):
    """Pages say to the second until when they may be kept."""
    time_machine.move_to(NOW, tick=False)


def make(name: str, **facts: object) -> User:
    """An account whose address is as long as the unknown one."""
    member = factories.make_account(name)
    User.objects.filter(pk=member.pk).update(email="member@example.jp", **facts)
    EmailAddress.objects.create(user=member, email="member@example.jp", primary=True, verified=True)
    return User.objects.get(pk=member.pk)


def paid_up() -> User:
    member = make("あき")
    factories.make_period(member, starts_on=timezone.localdate() - timedelta(days=3))
    return member


def with_second_factor() -> User:
    member = paid_up()
    Authenticator.objects.create(user=member, type=Authenticator.Type.TOTP, data={})
    return member


def not_proved() -> User:
    member = make("あき")
    EmailAddress.objects.update(verified=False)
    return member


ACCOUNTS: dict[str, Callable[[], User]] = {
    "a member": paid_up,
    "with a second factor": with_second_factor,
    "without paid days": lambda: make("あき"),
    "that waits to be let in": lambda: make("あき", awaits_admission=True),
    "without a password": lambda: make("あき", password="!"),
    "that went": lambda: make("あき", is_active=False),
    "whose address nobody proved": not_proved,
}


def seen(answer: Any, address: str) -> tuple[Any, ...]:
    """All that somebody sees of an answer, but for tokens and the address that they typed."""
    words = TOKENS.sub(r"\1\2", answer.content.decode()).replace(address, "ADDRESS")
    headers = {name: value.replace(address, "ADDRESS") for name, value in answer.items() if name not in ONES_OWN}
    cookies = {name: {key: one[key] for key in one if key != "expires"} for name, one in answer.cookies.items()}
    return answer.status_code, headers, cookies, words


def journey(browser: Client, ask: Callable[[Client, str], Any], address: str) -> list[tuple[Any, ...]]:
    """The answer, and the page to which it leads."""
    cache.clear()
    answer = ask(browser, address)
    pages = [seen(answer, address)]
    if answer.status_code == 302:
        pages.append(seen(browser.get(answer.url), address))
    return pages


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize("way", WAYS)
def test_each_way_in_answers_every_address_alike(way, account):
    member = ACCOUNTS[account]()
    of_member = journey(Client(), WAYS[way], member.email)
    of_nobody = journey(Client(), WAYS[way], UNKNOWN)
    assert of_member == of_nobody


@pytest.mark.parametrize("way", WAYS)
def test_so_it_is_when_a_mailbox_has_had_enough(way):
    """After so many mails in the hour none goes, and nothing of that is to be seen."""
    member = paid_up()
    pages = [journey(Client(), WAYS[way], address) for _time in range(6) for address in (member.email, UNKNOWN)]
    assert all(page == pages[0] for page in pages)


@pytest.mark.parametrize("entrance", ["open", "application", "invitation"])
@pytest.mark.parametrize("account", ACCOUNTS)
def test_an_invitation_changes_nothing_of_that(account, entrance, settings):
    settings.ENTRANCE = entrance
    member = ACCOUNTS[account]()
    now = timezone.now()
    made = MemberInvitation.objects.create(by_staff=True, made_at=now, expires_at=now + timedelta(days=1), places=9)
    pages = [journey(invited(Client(), made), sign_up, address) for address in (member.email, UNKNOWN)]
    assert pages[0] == pages[1]


@pytest.mark.parametrize("account", ACCOUNTS)
def test_nor_does_the_account_of_the_service(account, provider):  # noqa: F811 - a fixture
    member = ACCOUNTS[account]()

    def come_back(browser: Client, address: str) -> Any:
        return browser.get(answer_of_service(browser, provider, address))

    pages = [journey(Client(), come_back, address) for address in (member.email, UNKNOWN)]
    assert pages[0] == pages[1]


def test_the_comparison_sees_a_difference():
    """The control: another status, header, cookie or word is told apart; a token and the address are not."""
    member = paid_up()
    one, other = (seen(WAYS["signing up"](Client(), address), address) for address in (member.email, UNKNOWN))
    assert one == other
    assert seen(Client().get("/terms/"), UNKNOWN)[3] != seen(Client().get("/privacy/"), UNKNOWN)[3]
    assert OutgoingMail.objects.filter(address=member.email).get().key.startswith("account/known/")


class CountingHasher(MD5PasswordHasher):
    """Says how often a password was hashed, which takes most of the time of an answer."""

    times = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.times += 1
        return super().encode(password, salt)


def test_as_many_passwords_are_hashed_whether_or_not_there_is_an_account(provider, settings):  # noqa: F811 - the fixture
    settings.PASSWORD_HASHERS = ["tests.members.test_enumeration.CountingHasher"]
    member = paid_up()

    def hashed(ask: Callable[[Client, str], Any], address: str) -> int:
        before = CountingHasher.times
        ask(Client(), address)
        return CountingHasher.times - before

    ways = {**WAYS, "the service": lambda browser, at: browser.get(answer_of_service(browser, provider, at))}
    counted = {
        name: [hashed(ask, address) for address in (member.email, f"nobody{number}@example.jp")]
        for number, (name, ask) in enumerate(ways.items())
    }
    assert {name: one for name, one in counted.items() if one[0] != one[1]} == {}
    assert counted["signing up"][0] > 0
