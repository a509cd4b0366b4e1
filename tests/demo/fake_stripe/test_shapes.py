"""Objects of the practice Stripe are in the shape that Stripe publishes for the pinned version."""

from __future__ import annotations

import json

import pytest
import requests
import stripe
import stripe.billing_portal
import stripe.checkout
import stripe.test_helpers

from demo.fake_stripe import API_VERSION
from tests.demo.fake_stripe.shapes import differences
from tests.rig.patience import hang_limit
from tests.rig.stripe import DISPUTED, KEY


@pytest.fixture
def asked(server):
    """The JSON of a GET, as it comes."""

    def ask(path: str) -> dict:
        key = {"Authorization": f"Bearer {KEY}"}
        return requests.get(f"{server.url}{path}", headers=key, timeout=hang_limit()).json()

    return ask


@pytest.fixture
def year(sdk, server, subscribed):
    """Everything there is, once: paid, renewed, refunded, disputed."""
    subscription = subscribed(DISPUTED)
    server.let_pass(customer=subscription.customer, days=40)
    other = subscribed()
    intent = sdk.v1.payment_intents.list({"customer": other.customer}).data[0]
    sdk.v1.refunds.create({"payment_intent": intent.id, "amount": 100, "reason": "requested_by_customer"})
    sdk.v1.test_helpers.test_clocks.create({"frozen_time": 1_800_000_000, "name": "test"})
    portal = sdk.v1.billing_portal.sessions.create({"customer": other.customer})
    return {"subscription": subscription, "portal": portal, "intent": intent}


LISTS = [
    ("/v1/customers", stripe.Customer),
    ("/v1/products", stripe.Product),
    ("/v1/prices", stripe.Price),
    ("/v1/checkout/sessions", stripe.checkout.Session),
    ("/v1/subscriptions?status=all", stripe.Subscription),
    ("/v1/invoices", stripe.Invoice),
    ("/v1/invoices?expand[]=data.payments", stripe.Invoice),
    ("/v1/invoice_payments", stripe.InvoicePayment),
    ("/v1/payment_intents", stripe.PaymentIntent),
    ("/v1/refunds", stripe.Refund),
    ("/v1/disputes", stripe.Dispute),
]


@pytest.mark.parametrize(("path", "kind"), LISTS)
def test_every_object_of_a_list_has_the_published_shape(year, asked, path, kind):
    found = asked(path)["data"]
    assert found, "the year holds one of each"
    assert [fault for thing in found for fault in differences(thing, kind)] == []


def test_objects_without_a_list_have_the_published_shape(year, asked, sdk, server):
    intent = sdk.v1.payment_intents.retrieve(year["intent"].id)
    pairs = [
        (asked(f"/v1/charges/{intent.latest_charge}"), stripe.Charge),
        (asked(f"/v1/payment_methods/{intent.payment_method}"), stripe.PaymentMethod),
        (asked("/v1/account"), stripe.Account),
        (json.loads(str(year["portal"])), stripe.billing_portal.Session),
        (server.store.all("test_helpers.test_clock")[0], stripe.test_helpers.TestClock),
    ]
    assert [fault for thing, kind in pairs for fault in differences(thing, kind)] == []


def test_every_event_has_a_published_type_and_shape(year, asked):
    events = asked("/v1/events?limit=100")["data"]
    kinds = {event["type"] for event in events}
    assert {"invoice.paid", "customer.subscription.created", "charge.dispute.created", "charge.refunded"} <= kinds
    assert [fault for event in events for fault in differences(event, stripe.Event)] == []
    assert {event["api_version"] for event in events} == {API_VERSION}


def test_the_version_is_the_one_that_the_pinned_sdk_asks_for(sdk):
    assert stripe.api_version == API_VERSION


def test_what_moved_since_older_versions_is_where_it_belongs(year, sdk):
    """Tutorials older than 2025 read these elsewhere."""
    subscription = sdk.v1.subscriptions.retrieve(year["subscription"].id)
    invoice = sdk.v1.invoices.retrieve(subscription.latest_invoice, {"expand": ["payments"]})
    assert "current_period_end" not in subscription
    assert subscription["items"].data[0].current_period_end > subscription.created
    assert "subscription" not in invoice
    assert invoice.parent.subscription_details.subscription == subscription.id
    assert "payment_intent" not in invoice
    assert invoice.payments.data[0].payment.payment_intent.startswith("pi_")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"current_period_end": 1}, "Subscription.current_period_end: not published"),
        ({"items": None}, "Subscription.items: no list object"),
        ({"start_date": "soon"}, "Subscription.start_date: 'soon' is no int"),
        ({"created": "1"}, "Subscription.created: '1' is no int"),
    ],
)
def test_the_comparison_finds_what_differs(year, asked, change, fault):
    thing = asked("/v1/subscriptions?status=all")["data"][0] | change
    assert differences(thing, stripe.Subscription) == [fault]


def test_the_comparison_finds_what_is_missing(year, asked):
    thing = asked("/v1/invoices")["data"][0]
    del thing["status_transitions"]
    assert differences(thing, stripe.Invoice) == ["Invoice.status_transitions: missing"]
