"""Whether the time of an answer tells who has an account: each way in, asked in turns for known and unknown addresses.

    bin/enumeration [--times 120]

In one process, without a network: a difference shows here long before it could be measured from outside. Each address
is asked once, so that no limit of a mailbox decides; limits of networks are forgotten before each question.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import timedelta

import django

from tests.bench.__main__ import Bench, _prepare, _say

WARM_UP = 5
WAYS_IN_ALL = 7  # those of `tests.ways_in`, and two more
DRAWS = 1000  # of the bootstrap
LEAST = 1.0  # milliseconds: below that a network hides it among thousands of questions


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/enumeration", description="Whether time tells who has an account.")
    parser.add_argument("--times", type=int, default=120, help="questions for each of both (default 120)")
    times = parser.parse_args().times
    with ExitStack() as stack:
        Bench(stack, seconds=1)
        django.setup()
        _prepare()
        return _measure(stack, times)


def _measure(stack: ExitStack, times: int) -> int:
    from django.conf import settings  # app ready
    from django.test import Client
    from django.test.utils import setup_test_environment

    from kouryu import openid
    from tests.rig.openid import named, running
    from tests.ways_in import WAYS, answer_of_service

    setup_test_environment()
    provider = stack.enter_context(running())
    settings.OPENID = named(provider.url)
    settings.SOCIALACCOUNT_PROVIDERS = openid.providers(settings.OPENID)
    members = _members((times + WARM_UP) * WAYS_IN_ALL)
    told = 0
    _say(f"{'way in':32} {'known':>9} {'unknown':>9} {'difference':>11}  95 % of it")

    def asking(ask: Callable[[Client, str], object]) -> Callable[[str], float]:
        def measured(address: str) -> float:
            browser = Client(SERVER_NAME="127.0.0.1")
            return _milliseconds(lambda: ask(browser, address))

        return measured

    def coming_back(address: str) -> float:
        browser = Client(SERVER_NAME="127.0.0.1")
        back = answer_of_service(browser, provider, address)
        return _milliseconds(lambda: browser.get(back))

    def invited_sign_up(address: str) -> float:
        from tests.ways_in import invited, sign_up

        browser = invited(Client(SERVER_NAME="127.0.0.1"), _invitation())
        return _milliseconds(lambda: sign_up(browser, address))

    ways = {name: asking(ask) for name, ask in WAYS.items()}
    ways |= {"signing up with an invitation": invited_sign_up, "an account of the service": coming_back}
    for name, ask in ways.items():
        told += _compare(name, ask, times, members)
    return 1 if told else 0


def _compare(name: str, ask: Callable[[str], float], times: int, members: list[str]) -> bool:
    """Print the medians of both, and whether their difference is more than noise."""
    known, unknown = [], []
    for number in range(times + WARM_UP):
        pair = [(known, members.pop()), (unknown, f"{random.randrange(10**9):09}@example.jp")]
        random.shuffle(pair)  # neither is always the first
        for kept, address in pair:
            _forget_limits()
            took = ask(address)
            if number >= WARM_UP:
                kept.append(took)
    difference = statistics.median(known) - statistics.median(unknown)
    low, high = _interval(known, unknown)
    tells = (low > 0 or high < 0) and abs(difference) >= LEAST
    medians = f"{statistics.median(known):7.1f}ms {statistics.median(unknown):7.1f}ms {difference:+9.2f}ms"
    _say(f"{name:32} {medians}  {low:+.2f} … {high:+.2f} {'TELLS' if tells else ''}")
    return tells


def _interval(known: list[float], unknown: list[float]) -> tuple[float, float]:
    """Between which values the difference of the medians lies, by drawing from both again and again."""

    def once() -> float:
        drawn = (random.choices(one, k=len(one)) for one in (known, unknown))
        one, other = (statistics.median(values) for values in drawn)
        return one - other

    drawn = sorted(once() for _draw in range(DRAWS))
    return drawn[int(DRAWS * 0.025)], drawn[int(DRAWS * 0.975)]


def _milliseconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _forget_limits() -> None:
    from django.core.cache import cache  # app ready

    with suppress(Exception):
        cache.clear()


def _members(count: int) -> list[str]:
    """Paid-up members with a password and a proved address; half of them have a second factor."""
    from allauth.account.models import EmailAddress  # app ready
    from allauth.mfa.models import Authenticator
    from django.contrib.auth.hashers import make_password

    from members.models import User
    from tests.bench import seed

    made = seed.make_members(count, prefix="known")
    User.objects.filter(pk__in=[one.pk for one in made]).update(password=make_password("a password of a member"))
    EmailAddress.objects.bulk_create(
        EmailAddress(user=one, email=one.email, primary=True, verified=True) for one in made
    )
    Authenticator.objects.bulk_create(
        Authenticator(user=one, type=Authenticator.Type.TOTP, data={}) for one in made[::2]
    )
    addresses = [one.email for one in made]
    random.shuffle(addresses)
    return addresses


def _invitation() -> object:
    from django.utils import timezone  # app ready

    from members.models import MemberInvitation

    now = timezone.now()
    found = MemberInvitation.objects.order_by("pk").first()
    return found or MemberInvitation.objects.create(
        by_staff=True, made_at=now, expires_at=now + timedelta(days=1), places=500
    )


if __name__ == "__main__":
    sys.exit(main())
