"""A real OpenID provider, and a browser that signs in with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from kouryu import openid
from tests.rig.openid import Provider, named, running, signed


@pytest.fixture(scope="session")
def _running() -> Iterator[Provider]:
    with running() as provider:
        yield provider


@pytest.fixture
def provider(_running, settings, db) -> Provider:
    cache.clear()
    _running.spoil_token = _running.spoil_answer = None
    _running.sign_with = signed
    _running.asked.clear()
    settings.OPENID = named(_running.url)
    settings.SOCIALACCOUNT_PROVIDERS = openid.providers(settings.OPENID)
    return _running


@pytest.fixture
def trusted(provider, settings) -> Provider:
    """The operator believes what it says of addresses."""
    settings.OPENID = named(provider.url, trusts_addresses=True)
    settings.SOCIALACCOUNT_PROVIDERS = openid.providers(settings.OPENID)
    return provider


def way_there(browser: Client, **said: str) -> str:
    """Where the button leads."""
    return browser.post(reverse("members:start_service"), said).context["there"]


def sign_in_there(browser: Client, provider: Provider, subject: str, **said: str) -> Any:
    """The way there and back; what the page of ours answers."""
    back = provider.sends_back(way_there(browser, **said), subject)
    return browser.get(back.removeprefix("http://testserver"))
