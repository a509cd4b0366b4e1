"""A practice Stripe of one's own, and the SDK."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe

from demo.fake_stripe.server import FakeStripe
from tests.rig.stripe import SUCCEEDS, client_of, fake_stripe, typed


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FakeStripe]:
    with fake_stripe(tmp_path) as running:
        yield running


@pytest.fixture
def sdk(server: FakeStripe) -> stripe.StripeClient:
    return client_of(server.url)


@pytest.fixture
def checkout(sdk: stripe.StripeClient) -> Callable[..., Any]:
    """Open a Checkout for a monthly fee, for a new customer or the one given."""

    def start(customer: str = "", amount: int = 3300, **more: Any) -> Any:
        price = {
            "currency": "jpy",
            "unit_amount": amount,
            "recurring": {"interval": "month", "interval_count": 1},
            "product_data": {"name": "月会費"},
        }
        asked = {
            "mode": "subscription",
            "customer": customer or sdk.v1.customers.create({"email": "aki@example.jp", "name": "あき"}).id,
            "line_items": [{"quantity": 1, "price_data": price}],
            "success_url": "http://127.0.0.1:1/done?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://127.0.0.1:1/back",
        }
        return sdk.v1.checkout.sessions.create(asked | more)

    return start


@pytest.fixture
def subscribed(sdk: stripe.StripeClient, checkout: Callable[..., Any]) -> Callable[..., Any]:
    """A subscription that was paid with a card of this number."""

    def subscribe(number: str = SUCCEEDS, customer: str = "") -> Any:
        session = checkout(customer)
        page = typed(session.url, number=number)
        if page.status == 200:
            page = typed(session.url, proved="yes")
        assert page.status == 303, page.text
        return sdk.v1.subscriptions.retrieve(sdk.v1.checkout.sessions.retrieve(session.id).subscription)

    return subscribe
