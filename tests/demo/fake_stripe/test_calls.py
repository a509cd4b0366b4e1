"""The official SDK, unmodified, against the practice Stripe: what it refuses, remembers and repeats."""

from __future__ import annotations

import pytest
import stripe

from demo.fake_stripe import ACCOUNT
from demo.fake_stripe.server import FakeStripe, refuse_in_production
from tests.rig.stripe import (
    ASKS_ALWAYS,
    ASKS_ONCE,
    DECLINED,
    DECLINED_LATER,
    DISPUTED,
    SUCCEEDS,
    TOO_LITTLE,
    client_of,
    fake_stripe,
    opened,
    typed,
)


def kinds(sdk, **asked):
    return [event.type for event in sdk.v1.events.list({"limit": 100, **asked}).data]


def test_it_listens_on_this_machine_only(server):
    assert server.url.startswith("http://127.0.0.1:")
    assert server._server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize("kind", ["production", "offline", ""])
def test_it_does_not_start_where_members_are(kind, monkeypatch, tmp_path):
    monkeypatch.setenv("KOURYU_ENV", kind)
    with pytest.raises(RuntimeError, match="KOURYU_ENV=development only"):
        FakeStripe(tmp_path / "stripe.sqlite3")
    assert not (tmp_path / "stripe.sqlite3").exists()


def test_it_starts_where_members_are_not():
    assert refuse_in_production() is None


@pytest.mark.parametrize("key", ["sk_live_practice", "pk_test_practice", "nothing"])
def test_a_key_that_is_no_test_key_is_refused(server, key):
    with pytest.raises(stripe.AuthenticationError):
        stripe.StripeClient(key, base_addresses={"api": server.url}).v1.accounts.retrieve_current()


def test_another_version_is_refused(server):
    old = stripe.StripeClient("sk_test_a", base_addresses={"api": server.url}, stripe_version="2024-04-10")
    with pytest.raises(stripe.InvalidRequestError, match=r"knows API version 2026-10-28\.endive only"):
        old.v1.customers.list()


def test_the_account_says_who_it_is(sdk):
    assert sdk.v1.accounts.retrieve_current().id == ACCOUNT


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (lambda v1: v1.customers.create({"colour": "red"}), "Received unknown parameter: colour"),
        (lambda v1: v1.customers.retrieve("cus_none"), "No such customer: 'cus_none'"),
        (lambda v1: v1.subscriptions.retrieve("sub_none"), "No such subscription"),
        (lambda v1: v1.prices.create({"currency": "jpy", "unit_amount": 1, "product": "prod_none"}), "No such product"),
        (lambda v1: v1.payouts.list(), "Unrecognized request URL"),
        (lambda v1: v1.events.list({"limit": 101}), "Invalid integer: 101"),
        (lambda v1: v1.refunds.create({"charge": "ch_none"}), "Provide `charge` or `payment_intent`"),
    ],
)
def test_what_does_not_fit_is_refused_as_stripe_refuses_it(sdk, asked, sentence):
    with pytest.raises(stripe.InvalidRequestError, match=sentence):
        asked(sdk.v1)


# --- once only


def test_the_same_key_makes_one_customer(sdk):
    once = [sdk.v1.customers.create({"email": "aki@example.jp"}, {"idempotency_key": "a"}).id for _ in range(3)]
    assert len(set(once)) == 1
    assert len(sdk.v1.customers.list().data) == 1


def test_the_same_key_with_other_parameters_is_refused(sdk):
    sdk.v1.customers.create({"email": "aki@example.jp"}, {"idempotency_key": "a"})
    with pytest.raises(stripe.IdempotencyError):
        sdk.v1.customers.create({"email": "mio@example.jp"}, {"idempotency_key": "a"})


def test_a_lost_answer_is_given_again(server, sdk):
    server.lose_answers(count=1)
    with pytest.raises(stripe.APIConnectionError):
        sdk.v1.customers.create({"email": "aki@example.jp"}, {"idempotency_key": "a"})
    sdk.v1.customers.create({"email": "aki@example.jp"}, {"idempotency_key": "a"})
    assert len(sdk.v1.customers.list().data) == 1


def test_what_it_knows_survives_its_end(tmp_path):
    with fake_stripe(tmp_path) as first:
        made = client_of(first.url).v1.customers.create({"name": "あき"}, {"idempotency_key": "a"})
    with fake_stripe(tmp_path) as second:
        sdk = client_of(second.url)
        assert sdk.v1.customers.retrieve(made.id).name == "あき"
        assert sdk.v1.customers.create({"name": "あき"}, {"idempotency_key": "a"}).id == made.id


def test_lists_come_in_pages_newest_first(sdk):
    made = [sdk.v1.customers.create({"name": str(number)}).id for number in range(7)]
    page = sdk.v1.customers.list({"limit": 3})
    assert page.has_more
    assert [one.id for one in page.auto_paging_iter()] == made[::-1]


# --- Checkout


def test_a_card_that_succeeds_pays_and_subscribes(sdk, checkout):
    session = checkout(subscription_data={"metadata": {"order": "K4M7QRX"}})
    assert opened(session.url).status == 200
    page = typed(session.url, number=SUCCEEDS, name="AKI")
    assert (page.status, page.to) == (303, f"http://127.0.0.1:1/done?session={session.id}")
    done = sdk.v1.checkout.sessions.retrieve(session.id, {"expand": ["subscription.latest_invoice.payments"]})
    assert (done.status, done.payment_status, done.amount_total) == ("complete", "paid", 3300)
    assert done.subscription.metadata.to_dict() == {"order": "K4M7QRX"}
    assert done.subscription.latest_invoice.status == "paid"
    assert done.subscription.latest_invoice.payments.data[0].status == "paid"
    assert kinds(sdk)[0] == "checkout.session.completed"


def test_paying_twice_pays_once(sdk, checkout):
    session = checkout()
    pages = [typed(session.url, number=SUCCEEDS) for _ in range(3)]
    assert {page.status for page in pages} == {303}
    assert kinds(sdk).count("invoice.paid") == 1


@pytest.mark.parametrize(("number", "word"), [(DECLINED, "使えませんでした"), (TOO_LITTLE, "残高が足りません")])
def test_a_declined_card_may_be_followed_by_another(sdk, checkout, number, word):
    session = checkout()
    page = typed(session.url, number=number, name="<b>AKI")
    assert page.status == 402
    assert word in page.text
    assert "&lt;b&gt;AKI" in page.text, "typed words are kept"
    assert sdk.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert "invoice.paid" not in kinds(sdk)
    assert typed(session.url, number=SUCCEEDS).status == 303


@pytest.mark.parametrize("number", ["4111111111111111", "", "1", "４２４２"])
def test_any_other_number_is_refused(sdk, checkout, number):
    page = typed(checkout().url, number=number)
    assert page.status == 402
    assert "練習用の番号" in page.text


@pytest.mark.parametrize("number", [ASKS_ONCE, ASKS_ALWAYS])
def test_three_d_secure_asks_and_then_pays(sdk, checkout, number):
    session = checkout()
    assert "カード会社が" in typed(session.url, number=number).text
    assert "invoice.paid" not in kinds(sdk)
    assert typed(session.url, proved="yes").status == 303
    assert kinds(sdk).count("invoice.paid") == 1


def test_three_d_secure_that_fails_pays_nothing(sdk, checkout):
    session = checkout()
    typed(session.url, number=ASKS_ALWAYS)
    assert typed(session.url, proved="no").status == 402
    assert typed(session.url, proved="yes").status == 402, "without a card there is nothing to prove"
    assert sdk.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_a_session_that_is_over_cannot_be_paid(sdk, checkout):
    session = checkout()
    sdk.v1.checkout.sessions.expire(session.id)
    assert typed(session.url, number=SUCCEEDS).status == 410
    assert kinds(sdk)[0] == "checkout.session.expired"


def test_a_single_payment(sdk, checkout):
    price = {"currency": "jpy", "unit_amount": 500, "product_data": {"name": "ひと月"}}
    session = checkout(mode="payment", line_items=[{"quantity": 2, "price_data": price}])
    typed(session.url, number=SUCCEEDS)
    done = sdk.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (done.subscription, done.payment_intent.amount_received) == (None, 1000)


# --- a subscription's life


def test_months_pass_on_a_test_clock(sdk, subscribed):
    """31 January, 28 February, 31 March: the day of the month is kept where the month has it."""
    clock = sdk.v1.test_helpers.test_clocks.create({"frozen_time": 1_801_364_400})  # 2027-01-31 03:00 UTC
    customer = sdk.v1.customers.create({"email": "aki@example.jp", "test_clock": clock.id})
    subscription = subscribed(customer=customer.id)
    ends = []
    for days in (0, 29, 60):
        sdk.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": 1_801_364_400 + days * 86_400})
        ends.append(sdk.v1.subscriptions.retrieve(subscription.id)["items"].data[0].current_period_end)
    assert [end - 1_801_364_400 for end in ends] == [28 * 86_400, 59 * 86_400, 89 * 86_400]
    invoices = sdk.v1.invoices.list({"subscription": subscription.id}).data
    assert [one.billing_reason for one in invoices] == [*["subscription_cycle"] * 2, "subscription_create"]
    assert {one.status for one in invoices} == {"paid"}


def test_a_charge_that_fails_is_tried_after_one_four_and_eight_days_and_then_ends(server, sdk, subscribed):
    subscription = subscribed()
    portal = sdk.v1.billing_portal.sessions.create({"customer": subscription.customer})
    assert typed(portal.url, number=DECLINED_LATER).status == 303
    seen = []
    server.let_period_pass(customer=subscription.customer)
    for days in (0, 1, 3, 4):
        server.let_pass(customer=subscription.customer, days=days)
        invoice = sdk.v1.invoices.list({"subscription": subscription.id}).data[0]
        seen.append((invoice.attempt_count, sdk.v1.subscriptions.retrieve(subscription.id).status))
    assert seen == [(1, "past_due"), (2, "past_due"), (3, "past_due"), (4, "canceled")]
    assert kinds(sdk).count("invoice.payment_failed") == 4
    assert kinds(sdk)[0] == "customer.subscription.deleted"


def test_a_failed_charge_is_paid_after_the_card_was_changed(server, sdk, subscribed):
    subscription = subscribed()
    typed(sdk.v1.billing_portal.sessions.create({"customer": subscription.customer}).url, number=DECLINED_LATER)
    server.let_period_pass(customer=subscription.customer)
    typed(sdk.v1.billing_portal.sessions.create({"customer": subscription.customer}).url, number=SUCCEEDS)
    server.let_pass(customer=subscription.customer, days=1)
    assert sdk.v1.subscriptions.retrieve(subscription.id).status == "active"
    assert {one.status for one in sdk.v1.invoices.list({"subscription": subscription.id}).data} == {"paid"}


def test_a_renewal_that_needs_its_holder_is_paid_on_the_page_of_the_invoice(server, sdk, subscribed):
    subscription = subscribed(ASKS_ALWAYS)
    server.let_period_pass(customer=subscription.customer)
    assert "invoice.payment_action_required" in kinds(sdk)
    invoice = sdk.v1.invoices.list({"subscription": subscription.id}).data[0]
    typed(invoice.hosted_invoice_url, number=ASKS_ALWAYS)
    assert typed(invoice.hosted_invoice_url, proved="yes").status == 303
    assert sdk.v1.invoices.retrieve(invoice.id).status == "paid"
    assert sdk.v1.subscriptions.retrieve(subscription.id).status == "active"


def test_stopping_and_going_on(server, sdk, subscribed):
    subscription = subscribed()
    stopped = sdk.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert stopped.cancel_at == stopped["items"].data[0].current_period_end
    again = sdk.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    assert (again.cancel_at, again.status) == (None, "active")
    sdk.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    server.let_period_pass(customer=subscription.customer)
    assert sdk.v1.subscriptions.retrieve(subscription.id).status == "canceled"
    assert kinds(sdk).count("invoice.paid") == 1


def test_another_price_counts_from_the_next_period(server, sdk, subscribed):
    subscription = subscribed()
    known = subscription["items"].data[0]
    price = {"currency": "jpy", "unit_amount": 4400, "product": known.price.product}
    price |= {"recurring": {"interval": "month", "interval_count": 1}}
    changed = {"items": [{"id": known.id, "price_data": price}], "proration_behavior": "none"}
    sdk.v1.subscriptions.update(subscription.id, changed)
    server.let_period_pass(customer=subscription.customer)
    assert [one.total for one in sdk.v1.invoices.list({"subscription": subscription.id}).data] == [4400, 3300]


def test_a_charge_may_be_put_off(server, sdk, subscribed):
    """With `trial_end`, for a pause: nothing is charged until then, and periods begin there."""
    subscription = subscribed()
    end = subscription["items"].data[0].current_period_end + 40 * 86_400
    later = sdk.v1.subscriptions.update(subscription.id, {"trial_end": end, "proration_behavior": "none"})
    assert (later.status, later["items"].data[0].current_period_end) == ("trialing", end)
    server.let_pass(customer=subscription.customer, days=60)
    assert kinds(sdk).count("invoice.paid") == 1
    server.let_pass(customer=subscription.customer, days=20)
    assert kinds(sdk).count("invoice.paid") == 2
    assert sdk.v1.subscriptions.retrieve(subscription.id).status == "active"


def test_a_customer_who_goes_ends_their_subscription(sdk, subscribed):
    subscription = subscribed()
    sdk.v1.customers.delete(subscription.customer)
    assert sdk.v1.subscriptions.retrieve(subscription.id).status == "canceled"
    assert sdk.v1.customers.retrieve(subscription.customer).deleted


# --- money that goes back


def test_refunds_never_exceed_the_charge(sdk, subscribed):
    intent = sdk.v1.payment_intents.list({"customer": subscribed().customer}).data[0]
    sdk.v1.refunds.create({"payment_intent": intent.id, "amount": 1300})
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount"):
        sdk.v1.refunds.create({"payment_intent": intent.id, "amount": 2001})
    assert sdk.v1.refunds.create({"payment_intent": intent.id}).amount == 2000
    with pytest.raises(stripe.InvalidRequestError, match="already been refunded"):
        sdk.v1.refunds.create({"payment_intent": intent.id})
    assert sdk.v1.charges.retrieve(intent.latest_charge).refunded


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_a_dispute_bars_refunds_and_is_decided(server, sdk, subscribed, outcome):
    intent = sdk.v1.payment_intents.list({"customer": subscribed(DISPUTED).customer}).data[0]
    dispute = sdk.v1.disputes.list({"payment_intent": intent.id}).data[0]
    with pytest.raises(stripe.InvalidRequestError, match="charged back"):
        sdk.v1.refunds.create({"payment_intent": intent.id})
    server.close_dispute(dispute=dispute.id, status=outcome)
    assert sdk.v1.disputes.retrieve(dispute.id).status == outcome
    assert kinds(sdk)[0] == "charge.dispute.closed"
