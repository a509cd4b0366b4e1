"""The ways in on which somebody types an address: what they answer must not tell who has an account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from members.admission.queries import PENDING, token_of
from members.models import MemberInvitation
from tests.rig.openid import Provider

PASSWORD = "窓ぎわの席で本をひらく午後の三時"
Way = Callable[[Client, str], Any]


def sign_up(browser: Client, address: str) -> Any:
    return browser.post(reverse("account_signup"), {"email": address, "password1": PASSWORD})


def sign_in_with_password(browser: Client, address: str) -> Any:
    """With a password that is nobody's."""
    return browser.post(reverse("account_login"), {"login": address, "password": "a password of nobody here"})


def ask_for_sign_in_code(browser: Client, address: str) -> Any:
    return browser.post(reverse("account_request_login_code"), {"email": address})


def ask_for_new_password(browser: Client, address: str) -> Any:
    return browser.post(reverse("account_reset_password"), {"email": address})


def ask_for_way_back(browser: Client, address: str) -> Any:
    return browser.post(reverse("members:lost"), {"address": address, "words": "電話は午後なら出られます。"})


WAYS: dict[str, Way] = {
    "signing up": sign_up,
    "signing in with a password": sign_in_with_password,
    "a code that signs in": ask_for_sign_in_code,
    "a new password": ask_for_new_password,
    "every second factor lost": ask_for_way_back,
}


def invited(browser: Client, made: MemberInvitation) -> Client:
    """This browser after the button of an invitation."""
    browser.post(reverse("members:join", args=[token_of(made)]))
    assert browser.session[PENDING] == made.pk
    return browser


def answer_of_service(browser: Client, provider: Provider, address: str) -> str:
    """The address to which the service sends somebody back whose account there says `address`; not asked yet."""
    subject = address.partition("@")[0]
    provider.knows(subject, email=address, email_verified=True)
    there = browser.post(reverse("members:start_service")).context["there"]
    back = provider.sends_back(there, subject)
    return "/" + back.split("/", 3)[3]
