"""A site that takes cards: a practice Stripe beside it, and its notices in the test's hands."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe
from django.test import Client

from demo.fake_stripe import ACCOUNT
from demo.fake_stripe.server import FakeStripe
from demo.fake_stripe.webhooks import body_of, signature
from kouryu.env import Stripe
from members.models import CardCustomer, User
from tests.rig.stripe import KEY, SECRET, client_of, fake_stripe

WEBHOOK = "/webhooks/stripe/"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FakeStripe]:
    with fake_stripe(tmp_path) as running:
        running.control("hold", {})
        yield running


@pytest.fixture(autouse=True)
def _site_takes_cards(server: FakeStripe, settings: Any) -> None:
    settings.STRIPE = Stripe(KEY, (SECRET,), ACCOUNT, server.url)


@pytest.fixture
def sdk(server: FakeStripe) -> stripe.StripeClient:
    return client_of(server.url)


@pytest.fixture
def notices(server: FakeStripe) -> Callable[..., list[dict[str, Any]]]:
    """What Stripe would have told by now, oldest first; of these kinds, or of all."""

    def told(*kinds: str) -> list[dict[str, Any]]:
        return [event for event in reversed(server.store.all("event")) if not kinds or event["type"] in kinds]

    return told


@pytest.fixture
def send() -> Callable[..., Any]:
    """Send the site a notice as Stripe signs it; `age` in seconds, `changed` of what is signed."""

    def post(event: dict[str, Any], *, secret: str = SECRET, age: int = 0, **changed: Any) -> Any:
        body = body_of(event | changed)
        signed = signature(body, secret, int(time.time()) - age)
        return Client().post(WEBHOOK, body, "application/json", headers={"Stripe-Signature": signed})

    return post


@pytest.fixture
def customer_of(sdk: stripe.StripeClient) -> Callable[[User], CardCustomer]:
    """This member as a customer of Stripe's."""

    def make(member: User) -> CardCustomer:
        found = sdk.v1.customers.create({"email": member.email})
        return CardCustomer.objects.create(
            member=member, key=uuid.uuid4(), stripe_id=found.id, made_at=member.joined_at
        )

    return make
