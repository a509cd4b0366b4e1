"""A member with a password, a browser that signs in, and an app that shows codes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from members.models import AuditEntry, OutgoingMail, User

PASSWORD = "窓ぎわの席で本をひらく午後の三時"


@pytest.fixture(autouse=True)
def _cheap_hashes(db, settings):
    cache.clear()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def with_password() -> Callable[[User], User]:
    def give(member: User) -> User:
        member.set_password(PASSWORD)
        member.save(update_fields=["password"])
        EmailAddress.objects.create(user=member, email=member.email, primary=True, verified=True)
        return member

    return give


@pytest.fixture
def aki(aki, with_password) -> User:
    return with_password(aki)


@pytest.fixture
def enter(django_capture_on_commit_callbacks) -> Callable[..., Client]:
    """`enter(aki)`: a browser after the first step of signing in, with what happens after each commit."""

    class Browser(Client):
        def request(self, **request):
            with django_capture_on_commit_callbacks(execute=True):
                return super().request(**request)

    def open_browser(member: User, **headers: str) -> Client:
        browser = Browser(**headers)
        browser.post(reverse("account_login"), {"login": member.email, "password": PASSWORD})
        return browser

    return open_browser


@pytest.fixture
def app_of(enter) -> Callable[..., str]:
    """`app_of(browser)`: the secret of an app that was set up in this browser, where somebody is signed in."""

    def set_up(browser: Client) -> str:
        browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        page = browser.get(reverse("mfa_activate_totp"))
        secret = page.context["form"].secret
        answer = browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
        assert answer.status_code == 302, answer.context["form"].errors
        return secret

    return set_up


def code_of(secret: str, *, periods_ago: int = 0) -> str:
    """What an app with this secret shows now, or showed before."""
    counter = list(yield_hotp_counters_from_time())[1]
    return format_hotp_value(hotp_value(secret, counter - periods_ago))


def is_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def acts(member: User) -> list[str]:
    """The lines about this account, in their order, with their reasons."""
    lines = AuditEntry.objects.filter(object_id=member.pk, object_type=AuditEntry.type_of(User)).order_by("pk")
    return [f"{verb} {why}".strip() for verb, why in lines.values_list("verb", "why")]


def told(member: User) -> list[str]:
    """The subjects of the mails to this member, in their order."""
    return list(OutgoingMail.objects.filter(address=member.email).order_by("pk").values_list("subject", flat=True))


def code_in(mail: OutgoingMail) -> str:
    return re.search(r"^[A-Z]{4}-[A-Z]{4}$", mail.text, re.MULTILINE)[0]
